"""Signs: who games is found from the stated size on, and honest units are left in peace, at a province's volume."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.dashboards.signs.rules import (
    CHANCE,
    FEWEST_EVENTS,
    HONEST_UNITS,
    Count,
    Measure,
    Sign,
    assess,
    assess_networks,
    chance_of,
    is_changed_late,
    is_paused_late,
    judge,
    measure_of,
    needed,
    seen_from,
)
from hotline.worktime import WorkCalendar
from tests.support import gaming

OFFICE = WorkCalendar.from_dict(
    {
        "tz": "Asia/Ho_Chi_Minh",
        "weekly": {day: [["07:30", "11:30"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
OF_RATINGS = {Sign.OFFICE_NETWORK, Sign.ONE_NETWORK}
peers_lists = st.lists(
    st.integers(5, 300).flatmap(lambda base: st.builds(Count, st.integers(0, base // 4), st.just(base))),
    min_size=8, max_size=30,
)  # fmt: skip


def assessed(month, units, signs=tuple(Sign)):
    """What the rules say about a month of the injector: {sign: {unit: finding}}, departments apart from communes."""
    found = {sign: {} for sign in signs}
    for kind in ("department", "commune"):
        keys = [unit.key for unit in units if unit.kind == kind]
        for sign in signs:
            if sign is Sign.ONE_NETWORK:
                of = assess_networks({key: month.networks[key] for key in keys if month.networks[key]})
                found[sign] |= {key: finding for key, (_network, finding) in of.items()}
            else:
                bases = month.ratings if sign in OF_RATINGS else month.cases
                counts = {key: Count(month.events[sign.value][key], bases[key]) for key in keys if bases[key]}
                found[sign] |= assess(counts)
    return found


def test_at_most_one_false_flag_among_150_honest_units_a_month(record_property):
    flags, months, units_seen = defaultdict(int), 0, 0
    for seed in range(4):
        chance = Random(seed)
        units = gaming.province(chance)
        for _month in range(9):
            for sign, findings in assessed(gaming.month(chance, units), units).items():
                flags[sign] += sum(finding.is_flagged for finding in findings.values())
            months, units_seen = months + 1, units_seen + len(units)
    rate = HONEST_UNITS * sum(flags.values()) / units_seen
    said = f"{rate:.2f} false flags per 150 honest units a month over all signs ({months} months of {len(units)} units; {dict(flags)})"
    print(f"\n{said}")
    assert rate <= 1, said


def test_gaming_is_found_from_the_stated_size_on():
    """Three units of middling to large size game in each month; what they do is as large as the page says it must be."""
    said, poor = [], []
    for sign in Sign:
        of_stated, sizes = [], []
        by_strength = {0.15: [], 0.3: [], 0.5: []}
        for seed in range(3):
            chance = Random(100 + seed)
            units = gaming.province(chance)
            usual = assessed(gaming.month(chance, units), units, [sign])[sign]
            able = [key for key in usual if (usual[key].seen_from or 1) < 0.7]
            for _month in range(8):
                cheats = chance.sample(able, 3)
                played = {key: (sign.value, usual[key].seen_from) for key in cheats}
                month = gaming.month(chance, units, played)
                found = assessed(month, units, [sign])[sign]
                for key in cheats:
                    # What the page stated for the size the unit has in this very month.
                    if key in found and played[key][1] >= (found[key].seen_from or 1):
                        of_stated.append(found[key].is_flagged)
                        sizes.append(played[key][1])
            for strength, hits in by_strength.items():
                for _month in range(2):
                    cheats = chance.sample(sorted(usual), 4)
                    found = assessed(
                        gaming.month(chance, units, dict.fromkeys(cheats, (sign.value, strength))), units, [sign]
                    )[sign]
                    hits += [found[key].is_flagged for key in cheats if key in found]
        recall = sum(of_stated) / len(of_stated)
        strengths = ", ".join(f"{share:.0%} of all: {sum(hits) / len(hits):.0%}" for share, hits in by_strength.items())
        said.append(
            f"{sign.value}: recall {recall:.0%} of {len(of_stated)} at the stated size (about {sorted(sizes)[len(sizes) // 2]:.0%}); "
            f"units of any size, {strengths}"
        )
        if recall < 0.8:
            poor.append(said[-1])
    print("\n" + "\n".join(said))
    assert not poor, poor


def test_the_worked_example_of_the_page():
    peers = [Count(3, 100)] * 30
    found = judge(Count(18, 120), peers)
    assert found.is_flagged
    assert (round(found.expected, 1), round(found.measure.rate, 3)) == (3.6, 0.03)
    assert judge(Count(found.needed, 120), peers).is_flagged
    assert not judge(Count(found.needed - 1, 120), peers).is_flagged
    assert 0.10 < seen_from(120, found.measure) < 0.20  # with 120 answers and peers at 3 %: from about 16 % on
    assert seen_from(2000, found.measure) < seen_from(120, found.measure)
    assert seen_from(4, found.measure) is None


@settings(deadline=None, max_examples=60)
@given(peers_lists, st.integers(1, 400))
def test_more_events_are_never_less_of_a_sign(peers, base):
    measure = measure_of(peers)
    chances = [chance_of(events, base, measure) for events in range(base + 1)]
    assert all(earlier >= later - 1e-12 for earlier, later in pairwise(chances))
    assert chances[0] == 1 and chances[-1] >= 0
    flags = [judge(Count(events, base), peers).is_flagged for events in range(0, base + 1, max(1, base // 25))]
    assert flags == sorted(flags)


@settings(deadline=None, max_examples=60)
@given(peers_lists, st.integers(1, 400), st.data())
def test_nobody_is_flagged_at_the_peers_rate_or_below_or_for_a_few_events(peers, base, data):
    rate = sum(peer.events for peer in peers) / sum(peer.base for peer in peers)
    events = data.draw(st.integers(0, max(FEWEST_EVENTS - 1, int(rate * base))))
    assert not judge(Count(min(events, base), base), peers).is_flagged


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 200), st.floats(0.001, 0.4), st.floats(0.0005, 0.3))
def test_chances_add_up_to_one_and_the_needed_number_is_the_first(base, rate, rho):
    measure = Measure(rate, rho, 20)
    mean = sum(chance_of(events, base, measure) for events in range(1, base + 1))
    assert mean == pytest.approx(base * rate, rel=1e-6)  # the sum of the tails is the mean of the distribution
    fewest = needed(base, measure)
    if fewest is not None:
        assert chance_of(fewest, base, measure) <= CHANCE
        assert fewest >= FEWEST_EVENTS


def test_who_games_does_not_hide_another_and_does_not_make_the_honest_suspect():
    counts = {unit: Count(3, 100) for unit in range(20)} | {90: Count(60, 100), 91: Count(25, 100), 92: Count(30, 100)}
    flagged = {unit for unit, finding in assess(counts).items() if finding.is_flagged}
    assert flagged == {90, 91, 92}


def test_too_few_peers_are_no_measure():
    found = assess({unit: Count(40, 50) if unit == 0 else Count(0, 50) for unit in range(6)})
    assert {finding.is_flagged for finding in found.values()} == {False}
    assert {finding.measure for finding in found.values()} == {None}


def test_a_network_that_everybody_has_is_no_sign_and_one_that_only_this_unit_has_is():
    everybody = {unit: {"mobile": 20, **{f"line {unit}/{n}": 1 for n in range(15)}} for unit in range(12)}
    assert not any(finding.is_flagged for _network, finding in assess_networks(everybody).values())
    network, finding = assess_networks(everybody | {99: {"mobile": 12, "the office": 14, "line": 2}})[99]
    assert (network, finding.count, finding.is_flagged) == ("the office", Count(14, 28), True)


def vn(text):
    return datetime.fromisoformat(f"2026-03-{text}+07:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("began", "started", "deadline", "late"),
    [
        ("09T09:00", "02T08:00", "09T17:00", True),  # the last day of five
        ("06T16:59", "02T08:00", "09T17:00", False),  # the Friday before
        ("09T17:00", "02T08:00", "09T17:00", False),  # after the deadline it helps nobody
        ("02T15:30", "02T08:00", "02T17:00", True),  # a day's promise: its last quarter, from 15:00
        ("02T13:30", "02T08:00", "02T17:00", False),
    ],
)
def test_the_last_working_day_before_the_deadline(began, started, deadline, late):
    assert is_paused_late(vn(began), started_at=vn(started), deadline_at=vn(deadline), calendar=OFFICE) is late


def test_a_number_changed_shortly_before_the_answer():
    closed = vn("20T10:00")
    assert is_changed_late(closed - timedelta(days=7), closed)
    assert not is_changed_late(closed - timedelta(days=7, seconds=1), closed)
    assert not is_changed_late(closed + timedelta(seconds=1), closed)
