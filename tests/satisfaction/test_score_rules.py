"""The formulas by their worked numbers, and what must hold of them whatever the numbers are."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.satisfaction import rules
from hotline.satisfaction.rules import Counts, ranked

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FOUR = {"A": (5, 5), "B": (90, 100), "C": (9, 10), "D": (45, 60)}
ratings = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
units = st.dictionaries(st.integers(1, 200), ratings, max_size=30)


def test_counts_give_the_satisfaction_of_the_worked_example():
    counts = Counts(closed=100, asked=90, rated=60, rated_asked=58, satisfied_asked=48,
                    score_1=3, score_2=2, score_3=5, score_4=20, score_5=30, solved_yes=50, solved_partly=6, solved_no=4)  # fmt: skip
    assert counts.csat == pytest.approx(83.33, abs=0.005)
    assert [round(part, 2) for part in counts.classes] == [83.33, 8.33, 8.33]
    assert (counts.satisfied, counts.accepting, counts.dissatisfied) == (50, 5, 5)
    assert counts.solved_share == pytest.approx(100 * 50 / 60)
    assert Counts(rated=9, score_5=9, solved_yes=3, solved_no=1).solved_share == 75.0  # five replies said only a score
    assert counts.response_rate == pytest.approx(100 * 58 / 90)
    assert counts.silent == 32
    assert not counts.is_thin
    assert Counts(asked=100, rated=30, rated_asked=19).is_thin


@pytest.mark.parametrize(
    ("satisfied", "rated", "low", "high"),
    [(9, 10, 0.595850, 0.982124), (45, 50, 0.786398, 0.956524), (450, 500, 0.870578, 0.923322),
     (5, 5, 0.565518, 1.0), (0, 5, 0.0, 0.434482)],
)  # fmt: skip
def test_wilson_numbers(satisfied, rated, low, high):
    assert rules.wilson(satisfied, rated) == (pytest.approx(low, abs=5e-7), pytest.approx(high, abs=5e-7))


def test_the_order_of_the_worked_example():
    assert [one.unit for one in ranked(FOUR, 1)] == ["B", "D", "C", "A"]
    assert [(one.unit, one.place) for one in ranked(FOUR, 30)] == [("B", 1), ("D", 2)]
    average = 100 * sum(s for s, _n in FOUR.values()) / sum(n for _s, n in FOUR.values())
    smooth = {unit: round(rules.shrunk(*of, average), 2) for unit, of in FOUR.items()}
    assert smooth == {"A": 88.11, "B": 89.19, "C": 86.76, "D": 77.54}


def test_silence_bounds_and_the_766_estimate_of_the_worked_examples():
    assert rules.bounds(24, 70, 100) == (24.0, 94.0)
    assert rules.bounds(0, 0, 0) is None
    assert rules.qd766(200, 14 + 10 - 4) == 90.0
    assert rules.csat({5: 46, 1: 14}) == pytest.approx(76.67, abs=0.005)
    assert rules.on_time_strict(80, 10, 10) == 80.0
    assert rules.share(80, 90) == pytest.approx(88.89, abs=0.005)
    assert rules.share(80, 80 + 10 + 10 + 25) == 64.0


def test_reweighted_to_the_mix_of_cases():
    # 82 of 100 ratings are satisfied, but 80 of them are about the kind that is 40 % of the cases.
    assert rules.weighted([(400, 72, 80), (600, 10, 20)]) == (pytest.approx(66.0), 100.0)
    assert rules.weighted([(400, 72, 80), (600, 0, 0)]) == (pytest.approx(90.0), 40.0)
    assert rules.weighted([(5, 0, 0)]) is None


@given(st.lists(st.tuples(st.integers(1, 500), ratings), max_size=12))
def test_a_reweighted_figure_lies_between_its_kinds(kinds):
    found = rules.weighted([(cases, *of) for cases, of in kinds])
    heard = [100 * s / n for _cases, (s, n) in kinds if n]
    assert (found is None) == (not heard)
    if found:
        assert min(heard) - 1e-9 <= found[0] <= max(heard) + 1e-9
        assert 0 < found[1] <= 100


@given(units, st.integers(1, 60), st.randoms(use_true_random=False))
def test_ranking_does_not_depend_on_the_order_in_which_units_come(found, fewest, chance):
    shuffled = list(found.items())
    chance.shuffle(shuffled)
    places = {one.unit: one for one in ranked(found, fewest)}
    assert ranked(dict(shuffled), fewest) == ranked(found, fewest)
    assert set(places) == {unit for unit, (_s, n) in found.items() if n >= fewest}


@given(units)
def test_bands_are_chains_of_overlaps_and_places_stay_within_what_intervals_allow(found):
    placed = ranked(found, 1)
    for one in placed:
        for other in placed:
            overlap = one.lower <= other.upper and other.lower <= one.upper
            if overlap:
                assert one.band == other.band
            elif one.lower > other.upper:
                assert one.place < other.place
                assert one.band <= other.band
        surely_above = sum(other.lower > one.upper for other in placed)
        surely_below = sum(other.upper < one.lower for other in placed)
        assert (one.best, one.worst) == (1 + surely_above, len(placed) - surely_below)
        assert one.best <= one.place <= one.worst
    # No band but the chains need: where a band begins, everything before lies wholly above everything after.
    for before, after in pairwise(placed):
        if after.band != before.band:
            assert after.band == before.band + 1
            above = min(one.lower for one in placed if one.band <= before.band)
            assert max(one.upper for one in placed if one.band >= after.band) < above
    bands = {one.band for one in placed}
    assert bands == set(range(1, len(bands) + 1))


def test_overlap_is_carried_on_and_the_places_say_what_the_band_does_not():
    found = ranked({"a": (950, 1000), "b": (92, 100), "c": (870, 1000)}, 30)
    by = {one.unit: one for one in found}
    assert by["a"].lower > by["c"].upper  # surely different, and yet one band: "b" overlaps both
    assert {one.band for one in found} == {1}
    assert [(by[unit].best, by[unit].worst) for unit in "abc"] == [(1, 2), (1, 3), (2, 3)]


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 14), max_size=6))
def test_counts_add_up_in_any_order(rows):
    parts = [Counts(*row) for row in rows]
    assert rules.whole(parts) == rules.whole(reversed(parts)) == Counts(*map(sum, zip(*rows, strict=True)))


@given(
    st.integers(0, 1800 * 1440).map(lambda minutes: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.timedeltas(timedelta(0), timedelta(days=800)),
    st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "UTC"]),
)
def test_a_period_is_tiled_by_months_and_pieces(begin, length, name):
    zone, end = ZoneInfo(name), begin + length
    months, pieces = rules.tiled(begin, end, zone)
    spans = sorted([rules.borders(first, zone) for first in months] + [(one.begin, one.end) for one in pieces])
    assert [a for a, _b in spans[1:]] == [b for _a, b in spans[:-1]]
    assert (spans[0][0], spans[-1][1]) == (begin, end) if spans else begin == end
    assert all(rules.month_of(one.begin, zone) == one.month_on for one in pieces)
    assert len(pieces) <= 2


def test_a_month_is_the_provinces_own():
    assert rules.month_of(datetime(2026, 1, 31, 18, tzinfo=UTC), HANOI) == date(2026, 2, 1)
    assert rules.borders(date(2026, 12, 1), HANOI) == (
        datetime(2026, 11, 30, 17, tzinfo=UTC),
        datetime(2026, 12, 31, 17, tzinfo=UTC),
    )
    assert rules.months_before(date(2026, 11, 1), 11) == date(2025, 12, 1)
