"""The ledger of any deadline adds up to what the arithmetic counts, and each of its lines is true."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.tickets.rules.ledger import SkipReason, checks, ledger
from hotline.tickets.rules.spans import Span
from tests.support.deadlines import deadline_of
from tests.tickets.rules.test_ledger import ABROAD, ALWAYS, HERE, HOUR, NEW_YORK, OFFICE, at

CALENDARS = st.sampled_from([OFFICE, ALWAYS, ABROAD])
TARGETS = st.sampled_from(["1wh", "8wh", "40wh", "24h", "72h", "1wd", "5wd", "20wd"])
FIRST = datetime(2025, 12, 24, tzinfo=UTC)
STARTS = st.one_of(
    st.integers(0, 90 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
    st.sampled_from(
        [at("02-13", "23:30"), at("02-17", "10:00"), at("03-07", "01:15", NEW_YORK), at("01-10", "03:00"), FIRST]
    ),
).map(lambda start: start.astimezone(UTC))  # as the database hands them out
STEPS = st.lists(st.tuples(st.integers(0, 5 * 24 * 60), st.integers(0, 6 * 24 * 60)), max_size=4)


def one_after_another(start, steps):
    """Waits from pairs of minutes: how long nothing, how long a wait."""
    pauses = []
    for gap, length in steps:
        began = (pauses[-1][1] if pauses else start - timedelta(hours=2)) + timedelta(minutes=gap)
        pauses.append((began, began + timedelta(minutes=length)))
    return pauses


def assert_each_line_is_true(shown, calendar, start, until, pauses, is_clock):
    for before, after in pairwise(shown.lines):
        assert before.last + timedelta(days=1) == after.first
    for line in shown.lines:
        assert line.seconds == sum(span.seconds for span in line.counted)
        assert line.first == line.last or not line.counted
        pieces = sorted([*line.counted, *line.skipped], key=lambda piece: piece.begin)
        for piece in pieces:
            assert start <= piece.begin < piece.end <= until
        if line.first == line.last:
            assert all(before.end == after.begin for before, after in pairwise(pieces))
        for span in line.counted:
            assert is_clock or calendar.elapsed(span.begin, span.end) == span.seconds
            assert not any(off < span.end and (on or until) > span.begin and off != on for off, on in pauses)
        for skip in line.skipped:
            works = calendar.elapsed(skip.begin, skip.end, pauses)
            if skip.reason is SkipReason.RECEIPT:
                assert works == Span(skip.begin, skip.end).seconds
            elif not is_clock or skip.reason is SkipReason.PAUSED:
                assert works == 0


@settings(max_examples=120, deadline=None)
@given(CALENDARS, TARGETS, STARTS, STEPS)
def test_r3_r4_r5_the_ledger_of_a_deadline_adds_up_to_its_target(calendar, target, start, steps):
    pauses = one_after_another(start, steps)
    until = deadline_of(target, calendar, start, pauses)
    shown = ledger(calendar, target=target, start=start, until=until, pauses=pauses, zone=HERE)
    assert checks(shown)
    assert_each_line_is_true(
        shown, calendar, start, until, pauses, is_clock=target.endswith("h") and "wh" not in target
    )
    amount = int(target.rstrip("whd"))
    if target.endswith("wd"):
        numbers = [line.day_number for line in shown.lines if line.day_number]
        assert numbers == sorted(numbers)
        assert shown.days == numbers[-1] == amount
        assert pauses or numbers == list(range(1, amount + 1))
    else:
        assert shown.counted_seconds == amount * HOUR


@settings(max_examples=120, deadline=None)
@given(CALENDARS, TARGETS, STARTS, STEPS, st.integers(-600, 60 * 24 * 60), st.booleans(), st.integers(0, 999_999))
def test_r3_r4_the_ledger_up_to_any_instant_equals_what_elapsed(
    calendar, target, start, steps, minutes, is_open, micro
):
    pauses = [(off - (on - off) / 3, on) for off, on in one_after_another(start, steps)]  # some overlap
    if pauses and is_open:
        pauses[-1] = (pauses[-1][0], None)
    start += timedelta(microseconds=micro)
    until = start + timedelta(minutes=minutes, microseconds=7 * micro)
    shown = ledger(calendar, target=target, start=start, until=until, pauses=pauses, zone=NEW_YORK)
    assert checks(shown)
    assert sum(line.seconds for line in shown.lines) == shown.counted_seconds
    if target.endswith("wh"):
        assert shown.counted_seconds == calendar.elapsed(start, until, pauses)
    elif target.endswith("h"):
        assert shown.counted_seconds == ALWAYS.elapsed(start, until, pauses)
    else:
        received = start.astimezone(calendar.zone).date()
        later = datetime.combine(received + timedelta(days=1), time(), calendar.zone)
        assert shown.counted_seconds == calendar.elapsed(later, until, pauses)
