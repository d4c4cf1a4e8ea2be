"""Who held the case and who bears a missed deadline: R7 by worked numbers."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from hotline.tickets.rules.legs import LegSpan, Party, Shares, charges, misrouting, tiles
from tests.tickets.rules.test_ledger import OFFICE, at

HOUR = 3600
ROADS, HEALTH, POLICE = 1, 2, 3
SWITCHBOARD, CITIZEN = Party("switchboard"), Party("citizen")
START = datetime(2026, 3, 2, tzinfo=UTC)
WHOLE = 100 * HOUR  # the citizen's time in most of these cases: one hour is one percent


def clock(begin, end):
    """Round the clock, so that an hour of a leg is an hour of work."""
    return int((end - begin).total_seconds())


def laid(*hands):
    """Legs one after another from (holder, department, hours) or (…, "hop"); hours None is still running."""
    legs, now = [], START
    for holder, department, hours, *hop in hands:
        ended = None if hours is None else now + timedelta(hours=hours)
        legs.append(LegSpan(holder, department, now, ended, is_hop=bool(hop)))
        now = ended or now
    return legs


def charged(legs, *, whole=WHOLE, shares=None, until=None, held=(), is_breached=True):
    """The charges by party."""
    until = until or legs[-1].ended_at
    found = charges(
        legs,
        effective_seconds=whole,
        shares=shares or Shares(),
        worked=clock,
        until=until,
        held=held,
        is_breached=is_breached,
    )
    return {charge.party: charge for charge in found}


def hours_charged(found):
    return {party: charge.charged_seconds / HOUR for party, charge in found.items() if charge.charged_share}


def test_r7_legs_tile_the_life_of_a_case():
    legs = laid(("switchboard", None, 1), ("unit", ROADS, 0), ("unit", HEALTH, 5), ("approver", HEALTH, None))
    end = START + timedelta(hours=9)
    assert tiles(legs, START, end)
    assert tiles([], START, START)
    assert tiles(legs[:3], START, START + timedelta(hours=6))


def test_r7_a_gap_an_overlap_or_a_wrong_edge_is_no_tiling():
    one, two = laid(("switchboard", None, 1), ("unit", ROADS, 5))
    end = two.ended_at
    assert not tiles([one, LegSpan("unit", ROADS, one.ended_at + timedelta(seconds=1), end)], START, end)
    assert not tiles([one, LegSpan("unit", ROADS, one.ended_at - timedelta(seconds=1), end)], START, end)
    assert not tiles([one, two], START, end + timedelta(seconds=1))
    assert not tiles([one, two], START - timedelta(seconds=1), end)
    assert not tiles([LegSpan("switchboard", None, START, None), two], START, end)
    assert not tiles([LegSpan("switchboard", None, START, None)], START, START - timedelta(seconds=1))
    backwards = LegSpan("unit", ROADS, end, START)
    assert not tiles([one, two, backwards, LegSpan("unit", ROADS, START, end)], START, end)
    assert not tiles([], START, end)


def test_r7_each_bears_what_it_used_beyond_its_part():
    found = charged(laid(("switchboard", None, 14), ("unit", ROADS, 90), ("approver", ROADS, 6)))
    assert found[SWITCHBOARD].allotted_seconds == 10 * HOUR
    assert found[Party("unit", ROADS)].beyond_seconds == 10 * HOUR
    assert found[SWITCHBOARD].charged_share == Fraction(4, 14)
    assert hours_charged(found) == pytest.approx({SWITCHBOARD: 10 * 4 / 14, Party("unit", ROADS): 10 * 10 / 14}, abs=1)
    assert sum(charge.charged_seconds for charge in found.values()) == 10 * HOUR


def test_r7_handing_over_an_hour_before_the_deadline_leaves_the_blame_where_the_time_went():
    found = charged(laid(("switchboard", None, 1), ("unit", ROADS, 95), ("switchboard", None, 3), ("unit", HEALTH, 30)))
    assert found[Party("unit", ROADS)].charged_share == 1
    assert found[Party("unit", HEALTH)].charged_seconds == found[SWITCHBOARD].charged_seconds == 0


def test_r7_a_return_an_hour_before_the_deadline_is_no_wrong_door():
    found = charged(
        laid(("switchboard", None, 4), ("unit", ROADS, 95, "hop"), ("switchboard", None, 1), ("unit", HEALTH, 20))
    )
    assert found[Party("unit", ROADS)].charged_share == 1
    assert found[SWITCHBOARD].used_seconds == 5 * HOUR


def test_r7_a_hop_is_the_switchboards():
    found = charged(
        laid(("switchboard", None, 2), ("unit", ROADS, 20, "hop"), ("switchboard", None, 3), ("unit", HEALTH, 85))
    )
    assert Party("unit", ROADS) not in found
    assert found[SWITCHBOARD].used_seconds == 25 * HOUR
    assert (found[SWITCHBOARD].beyond_seconds, found[Party("unit", HEALTH)].beyond_seconds) == (15 * HOUR, 5 * HOUR)
    assert found[SWITCHBOARD].charged_share == Fraction(3, 4)


@pytest.mark.parametrize(("hours", "holder"), [(50, "switchboard"), (50.01, "unit")])
def test_r7_a_hop_may_take_half_of_the_time(hours, holder):
    found = charged(laid(("unit", ROADS, hours, "hop"), ("unit", HEALTH, 60)))
    assert next(iter(found)).holder == holder


def test_r7_what_one_unit_leaves_of_its_even_part_falls_to_the_other():
    found = charged(laid(("unit", ROADS, 10), ("unit", HEALTH, 92)))
    assert found[Party("unit", ROADS)].beyond_seconds == 0
    assert found[Party("unit", HEALTH)].allotted_seconds == 70 * HOUR
    assert found[Party("unit", HEALTH)].charged_share == 1


def test_r7_two_units_that_both_took_more_than_an_even_part_share_the_blame():
    found = charged(laid(("unit", ROADS, 60), ("unit", HEALTH, 50)))
    assert [charge.allotted_seconds for charge in found.values()] == [40 * HOUR, 40 * HOUR]
    assert [charge.charged_share for charge in found.values()] == [Fraction(2, 3), Fraction(1, 3)]


def test_r7_a_departments_work_and_its_approval_are_two_parties():
    found = charged(laid(("unit", ROADS, 70), ("approver", ROADS, 40)))
    assert found[Party("approver", ROADS)].charged_share == 1
    assert found[Party("approver", ROADS)].beyond_seconds == 30 * HOUR
    assert found[Party("approver", ROADS)].charged_seconds == 10 * HOUR


def test_r7_the_citizen_uses_time_and_is_never_charged():
    found = charged(laid(("unit", ROADS, 60), ("citizen", None, 500), ("unit", ROADS, 50)))
    assert found[CITIZEN].used_seconds == 500 * HOUR
    assert found[CITIZEN].allotted_seconds is None
    assert found[CITIZEN].charged_share == 0
    assert found[Party("unit", ROADS)].charged_seconds == 10 * HOUR


def test_r7_while_held_the_unit_uses_nothing_and_the_leg_goes_on():
    legs = laid(("switchboard", None, 11), ("unit", ROADS, 120))
    pauses = [(START + timedelta(hours=a), START + timedelta(hours=b)) for a, b in ((20, 60), (50, 70))]
    found = charged(legs, held=pauses)
    assert found[Party("unit", ROADS)].used_seconds == 70 * HOUR
    assert found[SWITCHBOARD].charged_share == 1  # the only one beyond its part
    assert found[SWITCHBOARD].charged_seconds == 31 * HOUR


def test_r7_when_nobody_went_beyond_the_holder_at_the_end_bears_it_whole_but_never_the_citizen():
    held = [(START + timedelta(hours=20), None)]
    legs = laid(("switchboard", None, 5), ("unit", ROADS, 120), ("citizen", None, None))
    found = charged(legs, held=held, until=START + timedelta(hours=130))
    assert found[Party("unit", ROADS)].beyond_seconds == 0
    assert hours_charged(found) == {Party("unit", ROADS): 25}


def test_r7_late_without_a_working_second_over_still_has_shares():
    found = charged(laid(("switchboard", None, 10), ("unit", ROADS, 80), ("approver", ROADS, 10)))
    assert found[Party("approver", ROADS)].charged_share == 1
    assert {charge.charged_seconds for charge in found.values()} == {0}


def test_r7_without_a_breach_nobody_is_charged():
    found = charged(laid(("switchboard", None, 30), ("unit", ROADS, 10)), is_breached=False)
    assert found[SWITCHBOARD].beyond_seconds == 20 * HOUR
    assert {charge.charged_share for charge in found.values()} == {0}


def test_r7_what_happens_after_the_instant_of_the_question_is_not_counted():
    legs = laid(("switchboard", None, 10), ("unit", ROADS, 80), ("approver", ROADS, None))
    found = charged(legs, until=START + timedelta(hours=50))
    assert {party: charge.used_seconds // HOUR for party, charge in found.items()} == {
        SWITCHBOARD: 10,
        Party("unit", ROADS): 40,
    }
    assert charged([], until=START) == {}


def test_r7_only_working_time_is_used():
    legs = [
        LegSpan("switchboard", None, at("03-06", "15:00"), at("03-06", "16:00")),
        LegSpan("unit", ROADS, at("03-06", "16:00"), at("03-09", "17:00")),
    ]
    found = charges(
        legs,
        effective_seconds=8 * HOUR,
        shares=Shares(),
        worked=OFFICE.elapsed,
        until=at("03-09", "17:00"),
        is_breached=True,
    )
    assert [charge.used_seconds // HOUR for charge in found] == [1, 9]
    assert [charge.charged_seconds for charge in found] == [
        round(2 * HOUR * 720 / (720 + 9360)),
        round(2 * HOUR * 9360 / (720 + 9360)),
    ]


@pytest.mark.parametrize("parts", [(10, 80, 11), (-10, 100, 10), (0, 0, 0)])
def test_shares_sum_to_a_hundred(parts):
    with pytest.raises(ValueError):
        Shares(*parts)


def test_r7_wrong_doors_cost_days():
    legs = laid(
        ("switchboard", None, 1),
        ("unit", ROADS, 6, "hop"),
        ("switchboard", None, 1),
        ("unit", ROADS, 4, "hop"),
        ("switchboard", None, 1),
        ("unit", HEALTH, 2, "hop"),
        ("unit", POLICE, 20),
        ("citizen", None, 9),
        ("unit", POLICE, None),
    )
    found = misrouting(legs, clock, 8 * HOUR)
    assert (found.returns, found.hops, found.returned_seconds, found.days_lost) == (3, 2, 12 * HOUR, 1.5)
    straight = misrouting(laid(("switchboard", None, 1), ("unit", ROADS, 5)), clock, 8 * HOUR)
    assert (straight.returns, straight.hops, straight.days_lost) == (0, 0, 0)
