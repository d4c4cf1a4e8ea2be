"""Which unit is responsible: the first rule that matches, and triage rather than nowhere."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.tickets.rules.phrases import Text
from hotline.tickets.rules.routing import (
    ALWAYS,
    OFFICE,
    OUTSIDE,
    Condition,
    Facts,
    Rule,
    asked_by,
    covers,
    missed,
    place_among,
    route,
)
from hotline.web.folding import fold, plain

POTHOLE, LIGHT, DONG_XOAI = 1, 2, 40
RULES = [
    Rule(1, category_id=POTHOLE, area_id=DONG_XOAI, department_code="UBND-25210"),
    Rule(2, category_id=POTHOLE, department_code="SXD"),
    Rule(3, category_id=LIGHT, to_area_committee=True),
]
quick = settings(deadline=None, max_examples=60)
WORDS = st.sampled_from(["cháy", "chảy", "chay", "ổ gà", "rò rỉ gas", "Đường ống", "hoà", "hòa", "bụi"])
CONTENTS = st.lists(WORDS | st.sampled_from(["trước chợ", "từ sáng", "P.5"]), max_size=4).map(", ".join)


@st.composite
def any_rule(draw):
    """A rule with any conditions."""
    committee = draw(st.booleans())
    return Rule(
        id=draw(st.integers(1, 99)),
        category_id=draw(st.sampled_from([None, POTHOLE, LIGHT])),
        area_id=draw(st.sampled_from([None, 40, 41])),
        caller_kind=draw(st.sampled_from([None, "citizen", "business"])),
        keywords=tuple(draw(st.lists(WORDS, max_size=2, unique=True))),
        hours=draw(st.sampled_from([ALWAYS, OFFICE, OUTSIDE])),
        department_code=None if committee else "SXD",
        to_area_committee=committee,
    )


@st.composite
def any_case(draw):
    """What was reported, with an area and its code or neither."""
    area = draw(st.sampled_from([None, 40, 41]))
    return Facts(
        category_id=draw(st.sampled_from([None, POTHOLE, LIGHT, 99])),
        area_id=area,
        area_code=str(area) if area else None,
        caller_kind=draw(st.sampled_from(["citizen", "business"])),
        content=draw(CONTENTS),
        is_office_time=draw(st.booleans()),
    )


def sent(category, area=None, code=None):
    decision = route(RULES, Facts(category, area, code))
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


@quick
@given(st.lists(any_rule(), max_size=6), any_case())
def test_the_first_rule_that_matches_decides_and_says_by_what(rules, facts):
    decision = route(rules, facts)
    matching = [rule for rule in rules if not missed(rule, facts)] if facts.category_id else []
    assert (decision.rule if decision else None) == (matching[0] if matching else None)
    if decision:
        assert decision.matched == asked_by(decision.rule)
        assert (decision.word is not None) == (Condition.KEYWORDS in decision.matched)
        assert decision.word is None or decision.word in facts.text.written


@quick
@given(any_rule(), any_rule(), any_case())
def test_a_rule_behind_one_that_covers_it_is_never_asked(wide, narrow, facts):
    if covers(wide, narrow) and not missed(narrow, facts):
        assert not missed(wide, facts)


@quick
@given(st.lists(any_rule(), max_size=5), any_rule())
def test_a_new_rule_stands_before_whatever_would_leave_it_nothing(rules, new):
    place = place_among(rules, new)
    assert not any(covers(rule, new) for rule in rules[:place])


@quick
@given(WORDS, CONTENTS)
def test_a_keyword_is_found_as_whole_words_with_or_without_its_marks(keyword, content):
    bare = plain(content)
    stands = f" {fold(keyword)} " in f" {fold(content)} "
    assert (Text(bare).finds(keyword) is not None) == stands
    if Text(content).finds(keyword):
        assert stands


def test_fire_is_not_flowing_water_and_a_word_is_not_a_piece_of_one():
    assert Text("Ống nước vỡ chảy tràn đường").finds("cháy") is None
    assert Text("ong nuoc vo chay tran duong").finds("cháy") == "chay"
    assert Text("Cháy nhà, cháy lớn!").finds("CHÁY") == "Cháy"
    assert Text("Nước hoà vào kênh").finds("hòa") == "hoà"
    assert Text("Xưởng gỗ gây bụi").finds("bụi gỗ") is None
    assert Text("Gas rò rỉ, có mùi").finds("rò rỉ gas") is None
    assert Text("Công ty gasoline").finds("gas") is None
