"""The lot: the same for the same seed, fair, and deaf to the order in which people stand."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.satisfaction.rules.sample import draw, may_call, months_to_draw, next_half_day, seed_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SETS = st.sets(st.integers(1, 10_000), max_size=60)


@given(st.text(max_size=20), SETS, st.integers(0, 70), st.randoms())
def test_the_same_seed_draws_the_same_people_whatever_order_they_stand_in(seed, ids, number, chance):
    shuffled = list(ids) * 2
    chance.shuffle(shuffled)
    drawn = draw(seed, shuffled, number)
    assert drawn == draw(seed, ids, number)
    assert len(drawn) == min(number, len(ids))
    assert set(drawn) <= ids


@given(SETS, st.integers(1, 30))
def test_a_larger_sample_only_adds_at_the_end(ids, number):
    assert draw("x", ids, number + 5)[:number] == draw("x", ids, number)


def test_everybody_has_the_same_chance():
    hits = Counter(one for n in range(4_000) for one in draw(seed_of("secret", date(2026, 10, 1), n), range(1, 21), 5))
    # 1,000 expected each; 4.5 standard deviations of a binomial (n 4,000, p 1/4) are 123.
    assert set(hits) == set(range(1, 21))
    assert max(abs(count - 1_000) for count in hits.values()) < 123


def test_a_seed_belongs_to_one_secret_month_and_unit():
    seeds = {seed_of(s, date(2026, m, 1), u) for s in ("a", "b") for m in (9, 10) for u in (0, 1)}
    assert len(seeds) == 8
    assert all(len(seed) == 64 for seed in seeds)


@pytest.mark.parametrize(
    ("today", "month"),
    [
        ("2026-12-14", "2026-10-01"),
        ("2026-12-15", "2026-11-01"),  # the last surveys of November ended on 14 December
        ("2027-01-15", "2026-12-01"),
        ("2027-01-14", "2026-11-01"),
        ("2028-03-15", "2028-02-01"),
    ],
)
def test_a_month_is_drawn_once_everybody_has_had_fourteen_days(today, month):
    missed, due = months_to_draw(date.fromisoformat(today), 14)
    assert due == date.fromisoformat(month)
    assert missed == (due - timedelta(days=1)).replace(day=1)


@given(st.integers(0, 365 * 1_440))
def test_the_next_try_is_in_another_half_day_and_inside_the_hours(minutes):
    tried = datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
    again = next_half_day(tried, 8)
    assert again > tried
    assert (again.date(), again.hour >= 12) != (tried.date(), tried.hour >= 12)
    assert may_call(again, 8, 21)
    assert (again - tried).total_seconds() <= 86_400 + 8 * 3_600
