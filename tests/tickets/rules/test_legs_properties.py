"""Charges, allotments and the strip of any history of a case add up exactly (R7)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.tickets.rules.legs import LegSpan, Party, Shares, charges, overrun, tiles
from hotline.tickets.rules.spans import apportioned, merged
from hotline.tickets.rules.strip import StripKind, strip
from tests.tickets.rules.test_ledger import ALWAYS, HOUR, OFFICE
from tests.tickets.rules.test_legs import CITIZEN, HEALTH, POLICE, ROADS

HANDS = st.tuples(
    st.sampled_from(["switchboard", "unit", "unit", "approver", "citizen"]),
    st.sampled_from([ROADS, HEALTH, POLICE]),
    st.integers(0, 4 * 24 * 60),
    st.booleans(),
)
WORKED = st.sampled_from([OFFICE.elapsed, ALWAYS.elapsed])
BEGINS = st.integers(0, 40 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 30, tzinfo=UTC) + timedelta(minutes=minutes)
)
SHARES = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(
    lambda p: Shares(min(p), max(p) - min(p), 100 - max(p))
)
HELD = st.lists(st.tuples(st.integers(0, 20 * 24 * 60), st.integers(0, 9 * 24 * 60)), max_size=3)


@st.composite
def histories(draw):
    """Legs that tile, the working time they are counted in, the instant of the question."""
    begin = now = draw(BEGINS)
    legs = []
    for holder, department, minutes, was_returned in draw(st.lists(HANDS, min_size=1, max_size=9)):
        ended = now + timedelta(minutes=minutes, seconds=minutes % 59)
        of = department if holder in ("unit", "approver") else None
        legs.append(LegSpan(holder, of, now, ended, is_hop=was_returned and holder == "unit"))
        now = ended
    if draw(st.booleans()):
        legs[-1] = LegSpan(legs[-1].holder, legs[-1].department_id, legs[-1].began_at, None)
    return begin, legs, draw(WORKED), now


@settings(max_examples=120, deadline=None)
@given(histories(), st.integers(0, 200 * HOUR), SHARES, HELD)
def test_r7_charges_sum_to_the_overrun_and_used_time_to_the_time_worked(history, whole, shares, holds):
    begin, legs, worked, until = history
    assert tiles(legs, begin, until)
    held = [(begin + timedelta(minutes=a), begin + timedelta(minutes=a + b)) for a, b in holds]
    mine = [leg for leg in legs if leg.holder != "citizen"]
    spent = sum(worked(leg.began_at, leg.ended_at or until) for leg in mine)
    over = overrun(legs, effective_seconds=whole, worked=worked, until=until)
    assert over == max(0, spent - whole)

    def ask(**more):
        return charges(legs, effective_seconds=whole, shares=shares, worked=worked, until=until, **more)

    plain, with_holds = ask(is_breached=over > 0), ask(is_breached=over > 0, held=held)
    assert sum(charge.used_seconds for charge in plain if charge.party != CITIZEN) == spent
    assert sum(charge.used_seconds for charge in plain) == worked(begin, until)
    stopped = sum(
        worked(stop.begin, stop.end)
        for leg in legs
        if leg.holder == "unit" and any(c.party == Party("unit", leg.department_id) for c in plain)
        for stop in merged(held, leg.began_at, leg.ended_at or until)
    )
    assert spent - stopped <= sum(charge.used_seconds for charge in with_holds if charge.party != CITIZEN) <= spent
    assert over == 0 or any(charge.beyond_seconds for charge in plain)  # without holds somebody always went beyond
    for found in (plain, with_holds):
        assert sum(charge.charged_seconds for charge in found) == over
        assert sum(charge.charged_share for charge in found) == (1 if over and mine else 0)
        for charge in found:
            assert charge.charged_seconds == 0 or charge.charged_share > 0
            assert charge.party != CITIZEN or charge.charged_seconds == 0
            assert abs(charge.charged_seconds - charge.charged_share * over) < 1
        units = [charge for charge in found if charge.party.holder == "unit"]
        room = apportioned(whole, [shares.switchboard, shares.unit, shares.approval])[1]
        excess = max(0, sum(charge.used_seconds for charge in units) - room)
        assert excess <= sum(charge.beyond_seconds for charge in units) <= excess + len(units)


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(0, 200 * HOUR))
def test_the_parts_of_the_strip_are_the_whole_bar(history, whole):
    _begin, legs, worked, until = history
    parts = strip(legs, effective_seconds=whole, worked=worked, until=until)
    of_house = [part for part in parts if part.label_key is not StripKind.WAITED]
    over = overrun(legs, effective_seconds=whole, worked=worked, until=until)
    assert sum(part.seconds for part in of_house) == whole + over
    assert sum(part.seconds for part in parts if part.label_key is StripKind.OVER) == over
    assert sum(part.share_percent for part in parts) == (100 if of_house else 0)


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), max_size=8))
def test_apportioned_parts_are_whole_and_exact(total, weights):
    parts = apportioned(total, weights)
    assert sum(parts) == (total if sum(weights) else 0)
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights) or not sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )
