"""Working-calendar arithmetic: when is a target used up, and how much of it has been worked. No idea what a ticket is.

A calendar is compiled, as many years as are asked about, into one table of shifts in whole seconds since 1970 UTC with
running sums; every question is then a bisection, so five years cost what five hours cost: one or two microseconds, and
once a millisecond a year. A calendar never changes and may be shared between threads: keep one per version.

Rules: R3 (arithmetic), R4 (pauses), R5 (day targets) and R12 (calendar) of the deadline specification. With the office
hours of Vietnam (07:30-11:30, 13:00-17:00, Monday to Friday) 4 hours from Friday 25 April 2025 15:00 end on Saturday
26 April 09:30, a make-up day, and 2 hours from Friday 24 January 2025 16:00 end on Monday 3 February 08:30, after Tết.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any, Literal, cast

from hotline.shifts import (
    FIRST_YEAR,
    LAST_YEAR,
    N_,
    WEEKDAYS,
    CalendarError,
    DayKind,
    Definition,
    outside,
    read_definition,
)

__all__ = ["WEEKDAYS", "CalendarError", "DayKind", "Pause", "Target", "WorkCalendar"]

DAY_SECONDS = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_SECOND = timedelta(seconds=1)
END_SECOND = (datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - EPOCH) // ONE_SECOND
LONGEST_TARGET = {"wh": 87_600, "h": 87_600, "wd": 3_650}  # ten years of hours, of days
_TARGET = re.compile(r"([0-9]{1,6})(wh|h|wd)")

Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class _Table:
    """All shifts of the local years `first_year`..`last_year`; never changed, only replaced by a longer one."""

    first_year: int
    last_year: int
    since: int  # the first second of these years
    until: int  # the first second after them
    begins: list[int]
    ends: list[int]
    worked: list[int]  # worked[i]: seconds of all shifts before shift i; one entry more than there are shifts
    days: list[int]  # ordinals of the working days
    day_begins: list[int]  # begin of the first shift of each
    day_ends: list[int]  # end of the last shift of each

    def worked_until(self, at: int) -> int:
        """Working seconds from the start of the table to `at`."""
        last = bisect_right(self.begins, at) - 1
        return 0 if last < 0 else self.worked[last] + min(at, self.ends[last]) - self.begins[last]


class WorkCalendar:
    """When people work: shifts per weekday in a time zone, days off, and working days with shifts of their own."""

    def __init__(self, definition: Definition):
        """Takes what `read_definition` has checked; `from_dict` reads plain data."""
        self.zone = definition.zone
        self._definition = definition
        self._table: _Table | None = None

    @classmethod
    def from_dict(cls, definition: Mapping[str, Any]) -> WorkCalendar:
        """Read `{"tz": …, "weekly": {"mon": [["07:30", "11:30"], …], …}, "holidays": […], "extra_working_days": {…}}`.

        `weekly` may leave days out (they are free); `holidays` (dates such as "2026-01-02") and `extra_working_days`
        (date to shifts) may be missing; other keys are ignored. A shift is [begin, end) in local time, may end at
        "24:00" and may touch the next one. A holiday empties its day, an extra working day replaces the shifts of its
        weekday. Raises CalendarError: unknown zone or weekday, impossible time or date, overlapping shifts, a shift
        that ends before it begins, a date that is both off and worked, a week or a year without working time.
        """
        return cls(read_definition(definition))

    def deadline(self, start: datetime, seconds: int, pauses: Iterable[Pause] = ()) -> datetime | None:
        """The earliest instant t >= `start` with `seconds` worked in [start, t) outside the pauses, UTC (R3).

        An exact fit ends at the end of a shift, not at the next opening; 0 seconds give `start`, whatever the hour.
        `pauses` are half-open (begin, end), in any order, and may overlap. End None is a pause still open: if time is
        left when it begins the answer is None (R4). A pause that begins at or after the deadline changes nothing.
        Whole seconds; microseconds are cut off. Raises ValueError for negative seconds, a naive time or a pause that
        ends before it begins, CalendarError beyond 2200.
        """
        at, left = _second(start), seconds
        if left < 0:
            raise ValueError(N_("A number of seconds cannot be negative."))
        stops = _merged(pauses) if pauses else ()
        if not left:
            return _instant(at)
        for begin, end in stops:
            if end <= at:
                continue
            if begin > at:
                worked = self._worked(at, begin)
                if worked >= left:
                    break
                left -= worked
            if end == END_SECOND:
                return None
            at = end
        return _instant(self._after(at, left))

    def elapsed(self, a: datetime, b: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Working seconds in [a, b) outside the pauses; 0 when `b` is not after `a`. An open pause lasts until `b`.

        Always `elapsed(a, deadline(a, s)) == s`. Raises ValueError for a naive time or a pause that ends before it
        begins, CalendarError outside 1970-2200.
        """
        begin, end = _second(a), _second(b)
        stops = _merged(pauses) if pauses else ()
        if end <= begin:
            return 0
        worked = self._worked(begin, end)
        for off, on in stops:
            if off < end and on > begin:
                worked -= self._worked(max(off, begin), min(on, end))
        return worked

    def deadline_days(self, start: datetime, days: int) -> datetime:
        """End of the last shift of the `days`-th working day after the local day of `start`, UTC (R5).

        The day of receipt never counts, working day or not: received on a Friday at 08:00 or at 20:00, or on the
        Saturday, one working day ends on Monday 17:00 (received on Friday before a make-up Saturday: that Saturday).
        0 days mean "within the day of receipt": the end of its last shift if that is still ahead, else `start`. So the
        answer is never before `start` and never shrinks as `days` grow. Raises ValueError for negative days or a naive
        time, CalendarError beyond 2200.
        """
        at = _second(start)
        if days < 0:
            raise ValueError(N_("A number of days cannot be negative."))
        today = self._local_date(at)
        if not days:
            return _instant(max([at, *(end for _, end in self._shifts_of(today))]))
        table = self._table_with(at, at)
        while (index := bisect_right(table.days, today.toordinal()) + days - 1) >= len(table.days):
            table = self._longer(table)
        return _instant(table.day_ends[index])

    def is_working(self, at: datetime) -> bool:
        """Whether the instant lies in a shift; the end of a shift does not."""
        second = _second(at)
        table = self._table_with(second, second)
        last = bisect_right(table.begins, second) - 1
        return last >= 0 and second < table.ends[last]

    def next_open(self, at: datetime) -> datetime:
        """The first instant in a shift at or after `at` (cut to the second), UTC: `at` itself in working time."""
        second = _second(at)
        table = self._table_with(second, second)
        while (index := bisect_right(table.ends, second)) == len(table.ends):
            table = self._longer(table)
        return _instant(max(second, table.begins[index]))

    def shifts_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The shifts of a local date as UTC instants, in order; none on a free day. CalendarError outside 1970-2200."""
        return [(EPOCH + begin * ONE_SECOND, EPOCH + end * ONE_SECOND) for begin, end in self._shifts_of(_known(day))]

    def day_kind(self, day: date) -> DayKind:
        """Why a local date is worked or not (R12); exactly WORKING and EXTRA days have shifts.

        A weekday that lost its shifts to a clock change is FREE (Apia left out 30 December 2011). ValueError for an
        instant, CalendarError outside 1970-2200.
        """
        kind = self._definition.kind_of(_known(day))
        return kind if kind is DayKind.HOLIDAY or self._shifts_of(day) else DayKind.FREE

    def opening_of_day_before(self, at: datetime) -> datetime:
        """Begin of the first shift of the last working day before the local day of `at`, UTC (R12).

        Before a Monday 10:00 that is Friday 07:30, or Saturday 07:30 if that was made up. ValueError for a naive time,
        CalendarError outside 1970-2200, also when the day before would be.
        """
        second = _second(at)
        today = self._local_date(second)
        table = self._table_with(second, second)
        while not (index := bisect_left(table.days, today.toordinal())):
            table = self._earlier(table)
        return _instant(table.day_begins[index - 1])

    @property
    def normal_day_seconds(self) -> int:
        """Working seconds of a normal working day: what most weekdays with shifts have, the longer one on a tie.

        28,800 with the office hours of Vietnam, also when Saturday mornings are worked.
        """
        days = Counter(sum(end - begin for begin, end in shifts) for shifts in self._definition.weekly if shifts)
        return max(days, key=lambda seconds: (days[seconds], seconds))

    def _worked(self, begin: int, end: int) -> int:
        table = self._table_with(begin, end)
        return table.worked_until(end) - table.worked_until(begin)

    def _after(self, at: int, seconds: int) -> int:
        if at + seconds > END_SECOND:
            raise outside()
        table = self._table_with(at, at)
        while (goal := table.worked_until(at) + seconds) > table.worked[-1]:
            table = self._longer(table)
        shift = bisect_left(table.worked, goal) - 1
        return table.begins[shift] + goal - table.worked[shift]

    def _table_with(self, begin: int, end: int) -> _Table:
        """The table that knows all of [begin, end]; seconds are compared first, as asking the zone costs more."""
        table = self._table
        if table is not None and table.since <= begin and end < table.until:
            return table
        return self._covering(self._local_date(begin).year, self._local_date(end).year)

    def _covering(self, first: int, last: int) -> _Table:
        """The table with the shifts of these local years in it; two threads may both build it, and either may win."""
        table = self._table
        if table is None:
            table = self._table = self._compiled(first, last)
        if first < table.first_year:
            table = self._table = _joined(self._compiled(first, table.first_year - 1), table)
        if last > table.last_year:
            table = self._table = _joined(table, self._compiled(table.last_year + 1, last))
        return table

    def _longer(self, table: _Table) -> _Table:
        """A table that reaches further ahead, twice as long if it may be."""
        if table.last_year > LAST_YEAR:
            raise outside()
        years = table.last_year - table.first_year + 1
        return self._covering(table.first_year, min(table.last_year + years, LAST_YEAR + 1))

    def _earlier(self, table: _Table) -> _Table:
        """A table that reaches one year further back."""
        if table.first_year < FIRST_YEAR:
            raise outside()
        return self._covering(table.first_year - 1, table.last_year)

    def _compiled(self, first: int, last: int) -> _Table:
        shifts: list[tuple[int, int]] = []
        days: list[int] = []
        day_begins: list[int] = []
        day_ends: list[int] = []
        ordinals = range(date(first, 1, 1).toordinal(), date(last + 1, 1, 1).toordinal())
        midnights = [self._clock(date.fromordinal(ordinal)) for ordinal in (*ordinals, ordinals.stop)]
        for ordinal, (low, high) in zip(ordinals, pairwise(midnights), strict=True):
            if of_day := self._shifts_between(date.fromordinal(ordinal), low, high):
                shifts += of_day
                days.append(ordinal)
                day_begins.append(of_day[0][0])
                day_ends.append(of_day[-1][1])
        worked = list(accumulate((end - begin for begin, end in shifts), initial=0))
        begins, ends = [begin for begin, _ in shifts], [end for _, end in shifts]
        return _Table(first, last, midnights[0], midnights[-1], begins, ends, worked, days, day_begins, day_ends)

    def _shifts_of(self, day: date) -> list[tuple[int, int]]:
        """Shifts of a local date in seconds since 1970, in order."""
        return self._shifts_between(day, self._clock(day), self._clock(day + timedelta(days=1)))

    def _shifts_between(self, day: date, low: int, high: int) -> list[tuple[int, int]]:
        """Shifts of the local date that lasts from `low` to `high`, all in seconds since 1970 (R12).

        A boundary in a DST gap moves forward by the gap (New York, 9 March 2025: 02:30 is 03:30 EDT); in a fold it is
        the first of the two. A date that its zone skipped (Apia, 30 December 2011) has no shift.
        """
        local = self._definition.shifts_of(day)
        if high - low == DAY_SECONDS:
            return [(low + begin, low + end) for begin, end in local]
        shifts: list[tuple[int, int]] = []
        for begin, end in local:
            # A boundary moved out of a gap may pass the next one or leave the day; no second may count twice.
            begins_at = max(low, self._clock(day, begin))
            ends_at = high if end == DAY_SECONDS else min(high, self._clock(day, end))
            if ends_at > begins_at:
                shifts.append((begins_at, ends_at))
            low = max(low, ends_at)
        return shifts

    def _clock(self, day: date, seconds: int = 0) -> int:
        """When a clock on the wall first shows that many seconds of the local date; seconds since 1970."""
        at = datetime(day.year, day.month, day.day, seconds // 3600, seconds // 60 % 60, tzinfo=self.zone)
        return _since_epoch(at)

    def _local_date(self, at: int) -> date:
        return datetime.fromtimestamp(at, self.zone).date()


@dataclass(frozen=True, slots=True)
class Target:
    """How long somebody has: working hours `8wh`, clock hours (24x7) `24h`, working days `5wd`."""

    amount: int
    unit: Literal["wh", "h", "wd"]

    def __post_init__(self) -> None:
        if self.unit not in LONGEST_TARGET:
            raise ValueError("The unit of a target is wh, h or wd.")
        if not isinstance(self.amount, int) or not 0 <= self.amount <= LONGEST_TARGET[self.unit]:
            raise ValueError("A target is a whole number from 0 to ten years.")

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read `8wh`, `24h` or `5wd`, exactly so. Raises ValueError with a plain sentence."""
        found = _TARGET.fullmatch(text) if isinstance(text, str) else None
        if not found:
            raise ValueError("A target is a number with wh, h or wd, such as 8wh, 24h or 5wd.")
        return cls(int(found[1]), cast(Literal["wh", "h", "wd"], found[2]))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    def due(self, calendar: WorkCalendar, start: datetime) -> datetime:
        """The instant the target ends when nothing pauses it, UTC, whole seconds. Clock hours ignore the calendar."""
        if self.unit == "wd":
            return calendar.deadline_days(start, self.amount)
        if self.unit == "h":
            return _instant(_second(start) + self.amount * 3600)
        return cast(datetime, calendar.deadline(start, self.amount * 3600))


def _joined(early: _Table, late: _Table) -> _Table:
    total = early.worked[-1]
    return _Table(
        early.first_year,
        late.last_year,
        early.since,
        late.until,
        early.begins + late.begins,
        early.ends + late.ends,
        early.worked + [total + worked for worked in late.worked[1:]],
        early.days + late.days,
        early.day_begins + late.day_begins,
        early.day_ends + late.day_ends,
    )


def _known(day: date) -> date:
    if isinstance(day, datetime):
        raise ValueError("Ask about a date, not an instant.")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise outside()
    return day


def _since_epoch(at: datetime) -> int:
    since = at - EPOCH
    return since.days * DAY_SECONDS + since.seconds


def _second(at: datetime) -> int:
    try:
        second = _since_epoch(at)
    except TypeError:
        if at.utcoffset() is None:
            raise ValueError("A time without a zone is no instant.") from None
        raise
    if not 0 <= second < END_SECOND:
        raise outside()
    return second


def _instant(second: int) -> datetime:
    if not 0 <= second < END_SECOND:
        raise outside()
    return EPOCH + second * ONE_SECOND


def _merged(pauses: Iterable[Pause]) -> list[tuple[int, int]]:
    """Disjoint pauses in order; an open one ends at END_SECOND."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted((_second(off), END_SECOND if on is None else _second(on)) for off, on in pauses):
        if end < begin:
            raise ValueError("A pause cannot end before it begins.")
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > begin:
            merged.append((begin, end))
    return merged
