"""The pure rules of sending: the rate, the hours, the waits, what counts as the same text."""

import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.messages import rules
from hotline.messages.rules import sending
from hotline.messages.rules.sending import KEPT, Hours

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # ten in the morning there
HOURS = Hours(8, 21, ZoneInfo("Asia/Ho_Chi_Minh"))


def vn(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=HOURS.zone)


@given(
    a_minute=st.integers(1, 30_000),
    steps=st.lists(st.tuples(st.floats(0, 30), st.integers(0, 40)), min_size=1, max_size=60),
)
def test_in_no_stretch_of_time_more_leaves_than_the_rate_and_what_it_keeps_of_three_seconds(a_minute, steps):
    now, free_at, taken = NOW, None, []
    for wait, wished in steps:
        now += timedelta(seconds=wait)
        leaves = min(wished, sending.free_now(free_at, now, a_minute=a_minute))
        if leaves:
            free_at = sending.free_after(free_at, now, leaves, a_minute=a_minute)
            taken.append((now, leaves))
    for first in range(len(taken)):
        seconds = (taken[-1][0] - taken[first][0]).total_seconds() + KEPT.total_seconds()
        assert sum(leaves for _at, leaves in taken[first:]) <= seconds * a_minute / 60 * 1.0001 + 1


def test_a_bell_every_two_seconds_drains_exactly_at_the_rate():
    free_at, left = None, 0
    for turn in range(1800):
        now = NOW + timedelta(seconds=2 * turn)
        free = sending.free_now(free_at, now, a_minute=120)
        free_at, left = sending.free_after(free_at, now, free, a_minute=120), left + free
    assert abs(left - 120 * 60) <= 120 * 3 / 60 + 1


@pytest.mark.parametrize(
    ("at", "is_open", "opens"),
    [
        (vn(25, 7, 59), False, vn(25, 8)),
        (vn(25, 8), True, vn(25, 8)),
        (vn(25, 20, 59), True, vn(25, 20, 59)),
        (vn(25, 21), False, vn(26, 8)),
        (vn(25, 0, 5), False, vn(25, 8)),
    ],
)
def test_what_can_wait_leaves_in_the_daytime_of_the_province(at, is_open, opens):
    assert (HOURS.is_open(at), HOURS.next_open(at.astimezone(UTC))) == (is_open, opens)


def test_a_text_over_the_cap_leaves_on_the_next_day():
    assert HOURS.next_day(vn(25, 23), is_daytime_only=True) == vn(26, 8)
    assert HOURS.next_day(vn(25, 1), is_daytime_only=False) == vn(26, 0)


def test_waits_double_from_thirty_seconds_to_a_quarter_of_an_hour_and_end_after_a_day():
    waits = [(rules.next_attempt(NOW, n, 0) - NOW).total_seconds() for n in range(1, 8)]
    assert waits == [30, 60, 120, 240, 480, 900, 900]
    assert rules.next_attempt(NOW, 1, 0.999) - NOW < timedelta(seconds=38)
    attempts = next(n for n in range(500) if sending.is_given_up(n))
    waited = sum((rules.next_attempt(NOW, n, 0) - NOW for n in range(1, attempts + 1)), timedelta())
    assert timedelta(hours=24) <= waited < timedelta(hours=24, minutes=15)


def test_a_doubt_is_asked_about_ever_more_rarely_and_never_less_than_twice_an_hour():
    at, asked = NOW, []
    while at < NOW + timedelta(hours=6):
        at = sending.next_doubt(at, NOW)
        asked.append(at - NOW)
    gaps = [b - a for a, b in pairwise(asked)]
    assert asked[0] == timedelta(seconds=15) and max(gaps) == timedelta(minutes=30) and gaps == sorted(gaps)


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_a_text_is_recognised_with_what_a_provider_adds_and_in_any_form_of_its_letters(body):
    theirs = "Sent from a trial account - " + unicodedata.normalize("NFD", body) + " \n"
    assert sending.which_is_ours(body, [("SM1", "something else entirely \u2603\u2603"), ("SM2", theirs)]) in (
        "SM1",
        "SM2",
    )
    assert sending.is_same_text(body, theirs)


def test_another_text_is_not_ours():
    assert not sending.is_same_text("Phan anh 26-0045127 da co tra loi", "Phan anh 26-0045128 da co tra loi")
    assert not sending.is_same_text("  ", "anything")


@pytest.mark.parametrize(
    ("body", "kind", "wish"),
    [("STOP", "", "stop"), ("huy", "", "stop"), ("Hủy", "", "stop"), (" TD ", "", "stop"), ("du\u031b\u0300ng", "", "stop"),
     ("5", "", None), ("dung roi", "", None), ("START", "", "start"), ("ngung nhan tin", "STOP", "stop"),
     ("help", "HELP", None), ("xin chao", "START", "start"), ("", "", None)],
)  # fmt: skip
def test_what_a_citizen_asks_about_invitations(body, kind, wish):
    assert rules.wish_of(body, kind) == wish
