"""Working-calendar arithmetic: when is a target used up, and how much of it has been worked. No idea what a ticket is.

A calendar is compiled, as many years as are asked about, into one table of shifts in whole seconds since 1970 UTC with
running sums; every question is then a bisection, so five years cost what five hours cost: 5 to 10 microseconds, and
once 2 milliseconds a year. A calendar never changes and may be shared between threads: keep one per version.

Rules: R3 (arithmetic), R4 (pauses), R5 (day targets) and R12 (calendar) of the deadline specification. With the office
hours of Vietnam (07:30-11:30, 13:00-17:00, Monday to Friday) 4 hours from Friday 25 April 2025 15:00 end on Saturday
26 April 09:30, a make-up day, and 2 hours from Friday 24 January 2025 16:00 end on Monday 3 February 08:30, after Tết.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_YEAR, LAST_YEAR = 1970, 2200
DAY_SECONDS = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_SECOND = timedelta(seconds=1)
END_SECOND = (datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - EPOCH) // ONE_SECOND
LONGEST_TARGET = {"wh": 87_600, "h": 87_600, "wd": 3_650}  # ten years of hours, of days
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TARGET = re.compile(r"([0-9]{1,6})(wh|h|wd)")
N_ = str  # marks a text for the translators; the screen that shows a CalendarError translates it

Pause = tuple[datetime, datetime | None]
Shifts = tuple[tuple[int, int], ...]  # (begin, end) in seconds of the local day


class CalendarError(ValueError):
    """A calendar that cannot be right, or a question outside 1970-2200. `str()` is one plain English sentence.

    `template` and `values` are the same sentence before its `%(name)s` were filled in, so that a form can translate it.
    """

    def __init__(self, template: str, **values: Any):
        super().__init__(template % values if values else template)
        self.template = template
        self.values = values


@dataclass(frozen=True, slots=True)
class _Table:
    """All shifts of the local years `first_year`..`last_year`; never changed, only replaced by a longer one."""

    first_year: int
    last_year: int
    begins: list[int]
    ends: list[int]
    worked: list[int]  # worked[i]: seconds of all shifts before shift i; one entry more than there are shifts
    days: list[int]  # ordinals of the working days
    day_ends: list[int]  # end of the last shift of each

    def worked_until(self, at: int) -> int:
        """Working seconds from the start of the table to `at`."""
        last = bisect_right(self.begins, at) - 1
        return 0 if last < 0 else self.worked[last] + min(at, self.ends[last]) - self.begins[last]


class WorkCalendar:
    """When people work: shifts per weekday in a time zone, days off, and working days with shifts of their own."""

    def __init__(
        self, zone: ZoneInfo, weekly: Sequence[Shifts], holidays: Iterable[date], extra: Mapping[date, Shifts]
    ):
        """Shifts must be sorted and disjoint; `from_dict` checks that and everything else."""
        self.zone = zone
        self._weekly = tuple(weekly)
        self._holidays = frozenset(holidays)
        self._extra = dict(extra)
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
        if not isinstance(definition, Mapping):
            raise CalendarError(N_("A calendar must be a set of named values."))
        zone = _zone(definition.get("tz"))
        hours = _mapping(definition.get("weekly"), "weekly")
        for name in hours:
            if name not in WEEKDAYS:
                raise CalendarError(N_("“%(name)s” is none of mon, tue, wed, thu, fri, sat and sun."), name=name)
        weekly = [_shifts(hours.get(name, []), name) for name in WEEKDAYS]
        listed = definition.get("holidays") or []
        if not isinstance(listed, (list, tuple, set, frozenset)):
            raise CalendarError(N_("“%(name)s” must be a list."), name="holidays")
        holidays = {_date(text) for text in listed}
        extra = {}
        for text, shifts in _mapping(definition.get("extra_working_days") or {}, "extra_working_days").items():
            day = _date(text)
            if day in holidays:
                raise CalendarError(N_("%(day)s is listed both as a holiday and as a working day."), day=text)
            extra[day] = _shifts(shifts, text)
            if not extra[day]:
                raise CalendarError(N_("The extra working day %(day)s has no shift."), day=text)
        calendar = cls(zone, weekly, holidays, extra)
        calendar._refuse_a_year_without_work()
        return calendar

    def deadline(self, start: datetime, seconds: int, pauses: Iterable[Pause] = ()) -> datetime | None:
        """The earliest instant t >= `start` with `seconds` worked in [start, t) outside the pauses, UTC (R3).

        An exact fit ends at the end of a shift, not at the next opening; 0 seconds give `start`, whatever the hour.
        `pauses` are half-open (begin, end), in any order, and may overlap. End None is a pause still open: if time is
        left when it begins the answer is None (R4). A pause that begins at or after the deadline changes nothing.
        Whole seconds; microseconds are cut off. Raises ValueError for negative seconds, a naive time or a pause that
        ends before it begins, CalendarError beyond 2200.
        """
        at, left = _second(start), _not_negative(seconds, N_("A number of seconds cannot be negative."))
        stops = _merged(pauses)
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
        stops = _merged(pauses)
        if end <= begin:
            return 0
        inside = ((max(off, begin), min(on, end)) for off, on in stops)
        return self._worked(begin, end) - sum(self._worked(off, on) for off, on in inside if on > off)

    def deadline_days(self, start: datetime, days: int) -> datetime:
        """End of the last shift of the `days`-th working day after the local day of `start`, UTC (R5).

        The day of receipt never counts, working day or not: received on a Friday at 08:00 or at 20:00, or on the
        Saturday, one working day ends on Monday 17:00 (received on Friday before a make-up Saturday: that Saturday).
        0 days mean "within the day of receipt": the end of its last shift if that is still ahead, else `start`. So the
        answer is never before `start` and never shrinks as `days` grow. Raises ValueError for negative days or a naive
        time, CalendarError beyond 2200.
        """
        at, days = _second(start), _not_negative(days, N_("A number of days cannot be negative."))
        today = self._local_date(at)
        if not days:
            return _instant(max([at, *(end for _, end in self._shifts_of(today))]))
        table = self._covering(today.year, today.year)
        while (index := bisect_right(table.days, today.toordinal()) + days - 1) >= len(table.days):
            table = self._longer(table)
        return _instant(table.day_ends[index])

    def is_working(self, at: datetime) -> bool:
        """Whether the instant lies in a shift; the end of a shift does not."""
        second = _second(at)
        table = self._covering(self._local_date(second).year, self._local_date(second).year)
        last = bisect_right(table.begins, second) - 1
        return last >= 0 and second < table.ends[last]

    def next_open(self, at: datetime) -> datetime:
        """The first instant in a shift at or after `at` (cut to the second), UTC: `at` itself in working time."""
        second = _second(at)
        table = self._covering(self._local_date(second).year, self._local_date(second).year)
        while (index := bisect_right(table.ends, second)) == len(table.ends):
            table = self._longer(table)
        return _instant(max(second, table.begins[index]))

    def shifts_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The shifts of a local date as UTC instants, in order; none on a free day. CalendarError outside 1970-2200."""
        if isinstance(day, datetime):
            raise ValueError("Ask for the shifts of a date, not of an instant.")
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise _outside()
        return [(EPOCH + begin * ONE_SECOND, EPOCH + end * ONE_SECOND) for begin, end in self._shifts_of(day)]

    def _worked(self, begin: int, end: int) -> int:
        table = self._covering(self._local_date(begin).year, self._local_date(end).year)
        return table.worked_until(end) - table.worked_until(begin)

    def _after(self, at: int, seconds: int) -> int:
        if at + seconds > END_SECOND:
            raise _outside()
        year = self._local_date(at).year
        table = self._covering(year, year)
        while (goal := table.worked_until(at) + seconds) > table.worked[-1]:
            table = self._longer(table)
        shift = bisect_left(table.worked, goal) - 1
        return table.begins[shift] + goal - table.worked[shift]

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
            raise _outside()
        years = table.last_year - table.first_year + 1
        return self._covering(table.first_year, min(table.last_year + years, LAST_YEAR + 1))

    def _compiled(self, first: int, last: int) -> _Table:
        shifts: list[tuple[int, int]] = []
        days: list[int] = []
        day_ends: list[int] = []
        for ordinal in range(date(first, 1, 1).toordinal(), date(last + 1, 1, 1).toordinal()):
            if of_day := self._shifts_of(date.fromordinal(ordinal)):
                shifts += of_day
                days.append(ordinal)
                day_ends.append(of_day[-1][1])
        worked = list(accumulate((end - begin for begin, end in shifts), initial=0))
        return _Table(first, last, [begin for begin, _ in shifts], [end for _, end in shifts], worked, days, day_ends)

    def _local_shifts(self, day: date) -> Shifts:
        return () if day in self._holidays else self._extra.get(day, self._weekly[day.weekday()])

    def _shifts_of(self, day: date) -> list[tuple[int, int]]:
        """Shifts of a local date in seconds since 1970 (R12).

        A boundary in a DST gap moves forward by the gap (New York, 9 March 2025: 02:30 is 03:30 EDT); in a fold it is
        the first of the two. A date that its zone skipped (Apia, 30 December 2011) has no shift.
        """
        local = self._local_shifts(day)
        if not local:
            return []
        low, high = self._clock(day, 0), self._clock(day, DAY_SECONDS)
        if high - low == DAY_SECONDS:
            return [(low + begin, low + end) for begin, end in local]
        shifts: list[tuple[int, int]] = []
        for begin, end in local:
            # A boundary moved out of a gap may pass the next one or leave the day; no second may count twice.
            begins_at, ends_at = max(low, self._clock(day, begin)), min(high, self._clock(day, end))
            if ends_at > begins_at:
                shifts.append((begins_at, ends_at))
            low = max(low, ends_at)
        return shifts

    def _clock(self, day: date, seconds: int) -> int:
        if seconds == DAY_SECONDS:
            day, seconds = day + timedelta(days=1), 0
        at = datetime.combine(day, time(seconds // 3600, seconds // 60 % 60), self.zone)
        return (at - EPOCH) // ONE_SECOND

    def _local_date(self, at: int) -> date:
        return (EPOCH + at * ONE_SECOND).astimezone(self.zone).date()

    def _refuse_a_year_without_work(self) -> None:
        if not any(self._weekly):
            raise CalendarError(N_("The calendar has no working time in a normal week."))
        for year in {day.year for day in self._holidays}:
            # Every weekday occurs at least 52 times a year, so fewer days off always leave some.
            if sum(day.year == year for day in self._holidays) >= 52:
                first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
                if not any(self._local_shifts(date.fromordinal(day)) for day in range(first, last + 1)):
                    raise CalendarError(N_("The calendar has no working time in the year %(year)s."), year=year)


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
        early.begins + late.begins,
        early.ends + late.ends,
        early.worked + [total + worked for worked in late.worked[1:]],
        early.days + late.days,
        early.day_ends + late.day_ends,
    )


def _outside() -> CalendarError:
    return CalendarError(N_("Working time is known from %(first)s to %(last)s only."), first=FIRST_YEAR, last=LAST_YEAR)


def _second(at: datetime) -> int:
    if at.utcoffset() is None:
        raise ValueError("A time without a zone is no instant.")
    second = (at - EPOCH) // ONE_SECOND
    if not 0 <= second < END_SECOND:
        raise _outside()
    return second


def _instant(second: int) -> datetime:
    if not 0 <= second < END_SECOND:
        raise _outside()
    return EPOCH + second * ONE_SECOND


def _not_negative(amount: int, complaint: str) -> int:
    if amount < 0:
        raise ValueError(complaint)
    return amount


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


def _zone(name: object) -> ZoneInfo:
    try:
        if isinstance(name, str) and name:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass  # ZoneInfo has a different exception for a typing error, for "../x" and for a folder such as "Asia"
    raise CalendarError(N_("“%(name)s” is not a time zone such as Asia/Ho_Chi_Minh."), name=name or "")


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise CalendarError(N_("“%(name)s” must list shifts by day."), name=name)
    return value


def _date(text: object) -> date:
    try:
        day = date.fromisoformat(text) if isinstance(text, str) and _ISO_DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise CalendarError(N_("“%(day)s” is not a date of the calendar, such as 2026-01-31."), day=text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _outside()
    return day


def _shifts(value: object, day: str) -> Shifts:
    if not isinstance(value, (list, tuple)):
        raise CalendarError(N_("The shifts of %(day)s must be a list."), day=day)
    shifts = sorted(_shift(pair, day) for pair in value)
    for (_, end), (begin, _) in pairwise(shifts):
        if begin < end:
            raise CalendarError(N_("Two shifts of %(day)s overlap."), day=day)
    return tuple(shifts)


def _shift(pair: object, day: str) -> tuple[int, int]:
    if not isinstance(pair, (list, tuple)) or len(pair) != 2:
        raise CalendarError(N_("A shift of %(day)s must have a begin and an end."), day=day)
    for text in pair:
        if not isinstance(text, str) or not _CLOCK.fullmatch(text):
            raise CalendarError(N_("“%(text)s” on %(day)s is not a time such as 07:30."), text=text, day=day)
    begin, end = (int(text[:2]) * 3600 + int(text[3:]) * 60 for text in pair)
    if end <= begin:
        raise CalendarError(N_("A shift of %(day)s ends before it begins."), day=day)
    return begin, end
