"""Which unit is responsible: the first rule that matches, and triage rather than nowhere."""

from hypothesis import given
from hypothesis import strategies as st

from hotline.tickets.rules.routing import Rule, route

POTHOLE, LIGHT, DONG_XOAI = 1, 2, 40
RULES = [
    Rule(1, category_id=POTHOLE, area_id=DONG_XOAI, department_code="UBND-25210"),
    Rule(2, category_id=POTHOLE, department_code="SXD"),
    Rule(3, category_id=LIGHT, to_area_committee=True),
]


def sent(category, area=None, code=None):
    decision = route(RULES, category_id=category, area_id=area, area_code=code)
    return decision.department_code if decision else None


def test_the_more_particular_rule_stands_first_and_wins():
    assert sent(POTHOLE, DONG_XOAI, "25210") == "UBND-25210"
    assert sent(POTHOLE, 41, "25195") == "SXD"


def test_the_committee_of_the_area_needs_an_area():
    assert sent(LIGHT, 41, "25195") == "UBND-25195"
    assert sent(LIGHT) is None


def test_without_category_or_rule_the_switchboard_sorts_it():
    assert sent(None, 41, "25195") is None
    assert sent(99, 41, "25195") is None


@given(st.permutations(RULES), st.integers(1, 4), st.sampled_from([None, 40, 41]))
def test_the_decision_is_always_a_rule_that_matches_and_none_before_it_does(rules, category, area):
    code = str(area) if area else None
    decision = route(rules, category_id=category, area_id=area, area_code=code)
    matching = [
        rule
        for rule in rules
        if rule.category_id in (None, category)
        and rule.area_id in (None, area)
        and (code or not rule.to_area_committee)
    ]
    assert (decision.rule if decision else None) == (matching[0] if matching else None)
