"""Working time against a clerk who walks through it minute by minute, reading the clock on the wall, and its laws."""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.worktime import WorkCalendar

SEED = Path(__file__).parent.parent / "hotline" / "catalogue" / "seed" / "calendar_vn.json"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NIGHTS = [["00:00", "03:30"], ["22:00", "24:00"]]  # cross the hour that is skipped and the hour that comes twice
EDGES = [["00:00", "01:30"], ["01:45", "02:30"], ["02:45", "03:00"], ["03:10", "04:00"]]  # begin and end in them
OFFICE = json.loads(SEED.read_text(encoding="utf-8"))["definition"]
BEFORE_SEED = ["2024-01-01", *(f"2024-02-{n:02}" for n in range(8, 15)), "2024-04-18", "2024-04-29", "2024-04-30"]
MADE_UP = {  # the Saturday of the swap of 2024, a Sunday in three parts, and a short weekday
    "2024-05-04": [["07:30", "11:30"], ["13:00", "17:00"]],
    "2027-02-14": [["08:00", "10:00"], ["10:30", "12:00"], ["22:30", "24:00"]],
    "2027-12-31": [["07:30", "10:00"]],
}
SMALL_HOURS = [["01:30", "03:30"], ["09:00", "12:00"], ["12:30", "17:00"]]  # the first crosses where clocks change
CALENDARS = {
    "office": {
        **OFFICE,
        "holidays": [*BEFORE_SEED, "2024-05-01", "2024-09-02", "2024-09-03", *OFFICE["holidays"], "2027-12-30"],
        "extra_working_days": {**OFFICE["extra_working_days"], **MADE_UP},
    },
    "york": {
        "tz": "America/New_York",
        "weekly": {"sun": SMALL_HOURS[:1], **dict.fromkeys(WEEKDAYS[:5], SMALL_HOURS)},
        "holidays": [f"{year}-{day}" for year in range(2024, 2028) for day in ("01-01", "07-04", "11-11", "12-25")],
        "extra_working_days": {"2024-11-02": SMALL_HOURS, "2025-03-08": [["20:00", "24:00"]]},
    },
    "nights": {"tz": "America/New_York", "weekly": {"sat": NIGHTS, "sun": NIGHTS}},
    "edges": {"tz": "America/New_York", "weekly": {"wed": NIGHTS, "sat": [["20:00", "24:00"]], "sun": EDGES}},
    "always": {"tz": "America/New_York", "weekly": {key: [["00:00", "24:00"]] for key in WEEKDAYS}},
}
WORKED = {name: WorkCalendar.from_dict(definition) for name, definition in CALENDARS.items()}
LANDMARKS = [  # clocks change in New York, Tết, swapped days, new year
    *[date(2024, 3, 10), date(2024, 11, 3), date(2025, 3, 9), date(2025, 11, 2), date(2026, 3, 8), date(2026, 11, 1)],
    *[date(2027, 3, 14), date(2027, 11, 7), date(2025, 1, 27), date(2026, 2, 16), date(2027, 2, 4), date(2025, 4, 26)],
    *[date(2026, 1, 10), date(2026, 8, 22), date(2024, 2, 29), date(2024, 12, 31), date(2026, 11, 24)],
    *[date(2024, 2, 12), date(2024, 5, 4), date(2027, 2, 14), date(2025, 7, 4), date(2027, 12, 30)],
]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY, HALF_HOUR = 86_400, 1800
FAR = 400 * DAY


def second_of(at):
    return int((at - EPOCH).total_seconds())


def instant(second):
    return EPOCH + timedelta(seconds=second)


@cache
def readings(zone, ordinal):
    """Each minute of a UTC day: its number since 1970, and what date and minute the wall shows in the zone."""
    midnight = datetime.combine(date.fromordinal(ordinal), time(), UTC)
    shown = [(midnight + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)) for minute in range(1440)]
    first = second_of(midnight) // 60
    return [(first + n, there.toordinal(), there.hour * 60 + there.minute) for n, there in enumerate(shown)]


class Clerk:
    """Knows the hours of a definition, and nothing of bisection."""

    def __init__(self, definition):
        self.zone, self.weekly = definition["tz"], definition["weekly"]
        self.off, self.extra = definition.get("holidays", []), definition.get("extra_working_days", {})
        self._of_day, self._of_utc_day = {}, {}

    def minutes_of(self, ordinal):
        """The minutes since 1970 that are worked on a local day, in order."""
        if ordinal not in self._of_day:
            day = date.fromordinal(ordinal)
            shifts = self.extra.get(day.isoformat(), self.weekly.get(WEEKDAYS[day.weekday()], []))
            around = [row for near in (-1, 0, 1) for row in readings(self.zone, ordinal + near) if row[1] == ordinal]
            first_seen, after = {}, around[-1][0] + 1
            for minute, _day, wall in around:
                first_seen.setdefault(wall, minute)

            def seen(text):
                wall = int(text[:2]) * 60 + int(text[3:])
                return after if wall == 1440 else first_seen.get(wall, first_seen.get(wall + 60))

            worked = {m for begin, end in shifts for m in range(seen(begin), seen(end))}
            self._of_day[ordinal] = [] if day.isoformat() in self.off else sorted(worked)
        return self._of_day[ordinal]

    def minutes_of_utc_day(self, ordinal):
        """The same for a day of UTC."""
        if ordinal not in self._of_utc_day:
            first = (ordinal - EPOCH.toordinal()) * 1440
            near = [m for local in (ordinal - 1, ordinal, ordinal + 1) for m in self.minutes_of(local)]
            self._of_utc_day[ordinal] = [m for m in near if first <= m < first + 1440]
        return self._of_utc_day[ordinal]

    def walk(self, a, b, pauses):
        """Yield (second, length) of all that is worked in [a, b) outside the pauses: minutes, or seconds at an edge."""
        pauses = [(off, b if on is None else on) for off, on in pauses]
        edged = {edge // 60 for edge in (a, b, *(edge for pause in pauses for edge in pause))}
        for ordinal in range(EPOCH.toordinal() + a // DAY, EPOCH.toordinal() + b // DAY + 1):
            for minute in self.minutes_of_utc_day(ordinal):
                steps = range(minute * 60, minute * 60 + 60, 1 if minute in edged else 60)
                for second in steps:
                    if a <= second < b and not any(off <= second < on for off, on in pauses):
                        yield second, steps.step

    def elapsed(self, a, b, pauses):
        return sum(length for _second, length in self.walk(a, b, pauses))

    def deadline(self, start, seconds, pauses):
        if not seconds:
            return start
        left, never = seconds, min((off for off, on in pauses if on is None), default=start + FAR)
        for second, length in self.walk(start, max(start, never), pauses):
            if length >= left:
                return second + left
            left -= length
        return None

    def deadline_days(self, start, days):
        ordinal = instant(start).astimezone(ZoneInfo(self.zone)).toordinal()
        if not days:
            return max([start, *(minute * 60 + 60 for minute in self.minutes_of(ordinal))])
        while days:
            ordinal += 1
            days -= bool(self.minutes_of(ordinal))
        return self.minutes_of(ordinal)[-1] * 60 + 60

    def kind(self, ordinal):
        day = date.fromordinal(ordinal)
        if day.isoformat() in self.off:
            return "holiday"
        if not self.minutes_of(ordinal):
            return "free"
        return "extra" if day.isoformat() in self.extra else "working"

    def opening_of_day_before(self, at):
        ordinal = instant(at).astimezone(ZoneInfo(self.zone)).toordinal() - 1
        while not self.minutes_of(ordinal):
            ordinal -= 1
        return self.minutes_of(ordinal)[0] * 60


CLERKS = {name: Clerk(definition) for name, definition in CALENDARS.items()}


def near_edges(numbers):
    """As drawn, or on the half hour, or a second beside it: where shifts begin and end."""
    return st.builds(
        lambda number, beside: number if beside is None else max(0, number // HALF_HOUR * HALF_HOUR + beside),
        numbers,
        st.sampled_from([None, -1, 0, 0, 1]),
    )


anywhere = st.integers(second_of(datetime(2024, 1, 1, tzinfo=UTC)), second_of(datetime(2027, 12, 31, tzinfo=UTC)))
at_landmarks = st.builds(
    lambda day, offset: (day.toordinal() - EPOCH.toordinal()) * DAY + offset,
    st.sampled_from(LANDMARKS),
    st.integers(-2 * DAY, 2 * DAY),
)
starts = near_edges(st.one_of(at_landmarks, at_landmarks, anywhere))
targets = near_edges(st.integers(0, 30 * 3600))
lengths = near_edges(st.integers(0, 3 * DAY))
offsets = st.integers(-48, 16 * 48).map(lambda halves: halves * HALF_HOUR) | st.integers(-DAY, 8 * DAY)
rests = st.lists(st.tuples(offsets, lengths | st.none()), max_size=4)
whole_rests = st.lists(st.tuples(offsets, lengths), max_size=4)
each_calendar = pytest.mark.parametrize("name", CALENDARS)
walked_far = settings(max_examples=8, deadline=None)
walked = settings(max_examples=60, deadline=None)
quick = settings(max_examples=150, deadline=None)


def pauses_of(start, resting):
    return [(start + off, None if length is None else start + off + length) for off, length in resting]


def as_instants(pauses):
    return [(instant(off), None if on is None else instant(on)) for off, on in pauses]


@each_calendar
@walked
@given(start=starts, seconds=targets, resting=rests)
def test_r3_a_deadline_is_where_the_clerk_has_walked_the_target(name, start, seconds, resting):
    pauses = pauses_of(start, resting)
    found = WORKED[name].deadline(instant(start), seconds, as_instants(pauses))
    assert (found and second_of(found)) == CLERKS[name].deadline(start, seconds, pauses)


@each_calendar
@walked
@given(start=starts, length=near_edges(st.integers(0, 12 * DAY)), resting=rests)
def test_r3_elapsed_is_what_the_clerk_counted(name, start, length, resting):
    pauses = pauses_of(start, resting)
    found = WORKED[name].elapsed(instant(start), instant(start + length), as_instants(pauses))
    assert found == CLERKS[name].elapsed(start, start + length, pauses)


@each_calendar
@walked
@given(start=starts, days=st.integers(0, 12))
def test_r5_a_day_target_ends_with_the_last_minute_the_clerk_found_on_that_day(name, start, days):
    found = WORKED[name].deadline_days(instant(start), days)
    assert second_of(found) == CLERKS[name].deadline_days(start, days)


@each_calendar
@walked_far
@given(start=starts, seconds=st.integers(0, 1500 * 3600), days=st.integers(13, 250))
def test_r3_r5_a_year_later_the_clerk_still_agrees(name, start, seconds, days):
    clerk = CLERKS[name]
    far = min(seconds, 200 * 3600) if name in ("nights", "edges") else seconds  # a week of theirs is a day of others
    ends = second_of(WORKED[name].deadline(instant(start), far))
    assert ends == clerk.deadline(start, far, [])
    assert WORKED[name].elapsed(instant(start), instant(ends + DAY)) == clerk.elapsed(start, ends + DAY, [])
    assert second_of(WORKED[name].deadline_days(instant(start), days)) == clerk.deadline_days(start, days)


@each_calendar
@walked
@given(start=starts)
def test_r12_a_day_is_of_the_kind_the_clerk_reads_and_has_shifts_if_it_is_worked(name, start):
    day = instant(start).astimezone(ZoneInfo(CALENDARS[name]["tz"])).date()
    kind = WORKED[name].day_kind(day)
    assert kind == CLERKS[name].kind(day.toordinal())
    assert (kind in ("working", "extra")) == bool(WORKED[name].shifts_on(day))


@each_calendar
@walked
@given(start=starts)
def test_r12_the_day_before_opens_with_the_minute_the_clerk_found_going_back(name, start):
    opening = WORKED[name].opening_of_day_before(instant(start))
    assert second_of(opening) == CLERKS[name].opening_of_day_before(start)
    assert opening < instant(start) and WORKED[name].is_working(opening)
    assert WORKED[name].opening_of_day_before(WORKED[name].deadline_days(opening, 1) - timedelta(seconds=1)) == opening


@each_calendar
@walked
@given(start=starts)
def test_r12_working_or_not_and_the_next_opening_are_what_the_clerk_sees(name, start):
    opening = next(second for second, _length in CLERKS[name].walk(start, start + FAR, []))
    assert second_of(WORKED[name].next_open(instant(start))) == opening
    assert WORKED[name].is_working(instant(start)) == (opening == start)


@each_calendar
@quick
@given(start=starts, seconds=targets, resting=whole_rests)
def test_r3_up_to_the_deadline_exactly_the_target_was_worked(name, start, seconds, resting):
    pauses = as_instants(pauses_of(start, resting))
    deadline = WORKED[name].deadline(instant(start), seconds, pauses)
    assert WORKED[name].elapsed(instant(start), deadline, pauses) == seconds
    if seconds:
        assert WORKED[name].elapsed(instant(start), deadline - timedelta(seconds=1), pauses) == seconds - 1


@each_calendar
@quick
@given(start=starts, share=st.floats(0, 1, exclude_max=True))
def test_r3_an_exact_fit_ends_at_the_end_of_the_shift(name, start, share):
    opening = WORKED[name].next_open(instant(start))
    day = opening.astimezone(WORKED[name].zone).date()
    for begin, end in WORKED[name].shifts_on(day):
        into = begin + timedelta(seconds=int((end - begin).total_seconds() * share))
        assert WORKED[name].deadline(into, second_of(end) - second_of(into)) == end


@each_calendar
@quick
@given(start=starts, resting=rests)
def test_r3_no_target_gives_the_start_whatever_the_hour(name, start, resting):
    assert WORKED[name].deadline(instant(start), 0, as_instants(pauses_of(start, resting))) == instant(start)


@each_calendar
@quick
@given(start=starts, later=lengths, some=targets, more=targets, resting=whole_rests)
def test_r3_r5_more_work_or_a_later_start_never_ends_earlier(name, start, later, some, more, resting):
    calendar, pauses = WORKED[name], as_instants(pauses_of(start, resting))
    first = calendar.deadline(instant(start), some, pauses)
    assert calendar.deadline(instant(start), some + more, pauses) >= first
    assert calendar.deadline(instant(start + later), some, pauses) >= first
    assert calendar.deadline_days(instant(start), 3) >= calendar.deadline_days(instant(start), 2) >= instant(start)


@each_calendar
@quick
@given(start=starts, some=targets, more=targets, resting=whole_rests)
def test_r3_two_targets_one_after_the_other_end_like_their_sum(name, start, some, more, resting):
    calendar, pauses = WORKED[name], as_instants(pauses_of(start, resting))
    between = calendar.deadline(instant(start), some, pauses)
    assert calendar.deadline(between, more, pauses) == calendar.deadline(instant(start), some + more, pauses)


@each_calendar
@quick
@given(start=starts, first=lengths, second=lengths, resting=rests)
def test_r3_elapsed_adds_up(name, start, first, second, resting):
    pauses = as_instants(pauses_of(start, resting))
    a, b, c = instant(start), instant(start + first), instant(start + first + second)
    parts = WORKED[name].elapsed(a, b, pauses) + WORKED[name].elapsed(b, c, pauses)
    assert parts == WORKED[name].elapsed(a, c, pauses)
    assert WORKED[name].elapsed(c, a, pauses) == 0


@each_calendar
@quick
@given(start=starts, seconds=targets, after=lengths, length=lengths | st.none())
def test_r4_a_pause_at_or_after_the_deadline_changes_nothing(name, start, seconds, after, length):
    deadline = WORKED[name].deadline(instant(start), seconds)
    late = as_instants(pauses_of(second_of(deadline), [(after, length)]))
    assert WORKED[name].deadline(instant(start), seconds, late) == deadline


@each_calendar
@quick
@given(start=starts, seconds=targets.filter(bool), share=st.floats(0, 1, exclude_max=True))
def test_r4_an_open_pause_with_time_left_leaves_no_deadline(name, start, seconds, share):
    used = int(seconds * share)
    asked = WORKED[name].deadline(instant(start), used)
    assert WORKED[name].deadline(instant(start), seconds, [(asked, None)]) is None


@each_calendar
@quick
@given(start=starts, seconds=targets, resting=whole_rests)
def test_r3_pauses_count_once_in_any_order_and_however_they_are_cut(name, start, seconds, resting):
    pauses = pauses_of(start, resting)
    halves = [half for off, on in pauses for half in ((off, (off + on) // 2), ((off + on) // 2, on))]
    told = WORKED[name].deadline(instant(start), seconds, as_instants(pauses))
    for same in (pauses[::-1], pauses * 2, halves):
        assert WORKED[name].deadline(instant(start), seconds, as_instants(same)) == told


@each_calendar
@quick
@given(start=starts, seconds=targets, cut=st.integers(0, 999_999), days=st.integers(0, 5))
def test_r3_r5_deadlines_are_whole_seconds_of_utc(name, start, seconds, cut, days):
    odd = (instant(start) + timedelta(microseconds=cut)).astimezone(ZoneInfo("Asia/Kolkata"))
    deadline = WORKED[name].deadline(odd, seconds)
    assert deadline == WORKED[name].deadline(instant(start), seconds)
    for answer in (deadline, WORKED[name].deadline_days(odd, days), WORKED[name].next_open(odd)):
        assert (answer.microsecond, answer.tzinfo) == (0, UTC)


@quick
@given(start=starts, seconds=targets)
def test_r3_r12_round_the_clock_a_deadline_is_an_addition_even_when_the_clocks_change(start, seconds):
    assert WORKED["always"].deadline(instant(start), seconds) == instant(start + seconds)
    assert WORKED["always"].elapsed(instant(start), instant(start + seconds)) == seconds
