"""Why a deadline lies where it lies: the time that counts, day by day, with what was skipped and why (R3, R4, R5).

The lines walk through the calendar on their own; their sum must equal what the arithmetic of the deadline counts, and
`checks` says whether it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from hotline.tickets.rules.spans import Pause, Span, cut, merged, whole_second
from hotline.worktime import DayKind, Target, WorkCalendar

LONGEST_LEDGER_DAYS = 400
DAYS_AT_EACH_END = 200  # of a longer one: how the count began and how it ended, the middle in one line
ONE_DAY = timedelta(days=1)


class LineKind(StrEnum):
    """What a line of the ledger stands for."""

    RECEIPT_DAY = "receipt_day"  # of a target in working days: does not count (R5)
    WORKING = "working"
    EXTRA = "extra"  # a make-up working day
    HOLIDAY = "holiday"
    WEEKEND = "weekend"  # its weekday has no shifts
    PAUSED = "paused"  # all that could have counted was lost to waiting for the citizen
    CLOCK = "clock"  # a target in hours of the clock: every hour counts
    OMITTED = "omitted"  # the middle of a very long ledger, summed up


class SkipReason(StrEnum):
    """Why a part of a day does not count."""

    BREAK = "break"  # between two shifts
    PAUSED = "paused"  # waiting for the citizen (R4)
    OUTSIDE = "outside"  # before opening or after closing, on the day of the start or of the deadline
    RECEIPT = "receipt"  # working time of the day of receipt (R5)


@dataclass(frozen=True, slots=True)
class Skip:
    """[begin, end) does not count, in UTC."""

    begin: datetime
    end: datetime
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Line:
    """A local day, or neighbouring days `first` to `last` on which nothing counts for the same reason.

    `counted` and `skipped` tile the day from its first moment shown to its last. `running_seconds` is the sum so far.
    `day_number`: which of the target's working days that sum falls in; the same twice where a wait broke a day in two.
    """

    first: date
    last: date
    kind: LineKind
    counted: tuple[Span, ...]
    skipped: tuple[Skip, ...]
    seconds: int
    running_seconds: int
    day_number: int | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """All lines, and what the arithmetic of deadlines counts: seconds, and working days where the target has days.

    `omitted_days` is the number of days in the one line of kind OMITTED, else 0.
    """

    lines: tuple[Line, ...]
    counted_seconds: int
    days: int
    omitted_days: int


def ledger(
    calendar: WorkCalendar,
    *,
    target: str,
    start: datetime,
    until: datetime,
    pauses: Sequence[Pause],
    zone: tzinfo,
    name_of: Callable[[date], str] = lambda day: "",
) -> Ledger:
    """Every local day of [start, until), where `until` is the deadline, or the present instant while time stands still.

    Days are those of the calendar's own zone; clock hours know no calendar, so theirs are days of `zone`. `name_of`
    names a holiday: neighbouring ones of different names get a line each. Only the unit of `target` matters; hand over
    a reopened case, whose time is counted in seconds from the reopening, as hours (R8). Pauses may overlap; ValueError
    for one that ends before it begins. Nothing counts, and there is no line, when `until` is not after `start`.
    """
    unit = Target.parse(target).unit
    start, until = whole_second(start), whole_second(until)
    stops = merged(pauses, start, until)
    days_zone = zone if unit == "h" else calendar.zone
    walk = _Walk(calendar, unit, start, until, stops, days_zone, name_of)

    def counted_to(end: datetime) -> int:
        return counted_seconds(calendar, target=target, start=start, until=end, pauses=pauses)

    number_at = _day_numbers(calendar, start, pauses)
    lines: list[Line] = []
    running = days = 0
    for line in walk.lines() if until > start else ():
        if line.kind is LineKind.OMITTED:
            line = replace(line, seconds=counted_to(_midnight(line.last + ONE_DAY, days_zone)) - running)
        running += line.seconds
        if unit == "wd" and line.seconds:
            days = number_at(running)
        lines.append(replace(line, running_seconds=running, day_number=days if line.counted and days else None))
    return Ledger(tuple(lines), counted_to(until), days, walk.omitted_days)


def counted_seconds(
    calendar: WorkCalendar, *, target: str, start: datetime, until: datetime, pauses: Sequence[Pause]
) -> int:
    """What the arithmetic of deadlines counts in [start, until): working seconds, or seconds of the clock.

    A target in days counts from the end of the day of receipt (R5).
    """
    unit = Target.parse(target).unit
    begin, end = whole_second(start), whole_second(until)
    if unit == "h":
        return max(0, Span(begin, end).seconds - sum(stop.seconds for stop in merged(pauses, begin, end)))
    if unit == "wd":
        begin = _midnight(begin.astimezone(calendar.zone).date() + ONE_DAY, calendar.zone)
    return calendar.elapsed(begin, end, pauses)


def checks(shown: Ledger) -> bool:
    """Whether the lines add up, one after the other, to what the arithmetic of the deadline counted."""
    running = 0
    for line in shown.lines:
        running += line.seconds
        if line.running_seconds != running:
            return False
    return running == shown.counted_seconds


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk through the local days of [start, until), one line each, before they are summed and numbered."""

    calendar: WorkCalendar
    unit: str
    start: datetime
    until: datetime
    stops: Sequence[Span]
    zone: tzinfo
    name_of: Callable[[date], str]

    @property
    def first(self) -> date:
        """The local day of the start: that of receipt."""
        return self.start.astimezone(self.zone).date()

    @property
    def last(self) -> date:
        """The local day of the last second."""
        return (self.until - timedelta(seconds=1)).astimezone(self.zone).date()

    @property
    def omitted_days(self) -> int:
        """How many days in the middle are too many to show."""
        days = (self.last - self.first).days + 1
        return days - 2 * DAYS_AT_EACH_END if days > LONGEST_LEDGER_DAYS else 0

    def lines(self) -> Iterator[Line]:
        """The lines in order; neighbouring days are merged where nothing counts for the same reason."""
        before: Line | None = None
        for line in self._days():
            if before and self._continues(before, line):
                before = replace(before, last=line.last, skipped=before.skipped + line.skipped)
                continue
            if before:
                yield before
            before = line
        if before:
            yield before

    def _days(self) -> Iterator[Line]:
        omitted = self.omitted_days
        for number in range((self.last - self.first).days + 1):
            day = self.first + number * ONE_DAY
            if not omitted or not DAYS_AT_EACH_END <= number < DAYS_AT_EACH_END + omitted:
                yield from self._day(day)
            elif number == DAYS_AT_EACH_END:
                yield _bare(day, day + (omitted - 1) * ONE_DAY, LineKind.OMITTED)

    def _day(self, day: date) -> Iterator[Line]:
        """Its line; none for a date that the zone left out."""
        window = Span(max(_midnight(day, self.zone), self.start), min(_midnight(day + ONE_DAY, self.zone), self.until))
        if window.end <= window.begin:
            return
        kind = self._kind(day)
        if kind is LineKind.CLOCK:
            shifts = [window]
        else:
            shifts = [Span(begin, end) for begin, end in self.calendar.shifts_on(day)]
        counted: list[Span] = []
        skipped: list[Skip] = []
        for piece, reason in self._pieces(window, shifts):
            if reason is None and self.unit == "wd" and day == self.first:
                reason = SkipReason.RECEIPT
            if reason is None:
                counted.append(piece)
            else:
                skipped.append(Skip(piece.begin, piece.end, reason))
        if self.unit == "wd" and day == self.first:
            kind = LineKind.RECEIPT_DAY
        elif not counted and any(skip.reason is SkipReason.PAUSED for skip in skipped):
            kind = LineKind.PAUSED
        seconds = sum(span.seconds for span in counted)
        yield replace(_bare(day, day, kind), counted=tuple(counted), skipped=tuple(skipped), seconds=seconds)

    def _kind(self, day: date) -> LineKind:
        if self.unit == "h":
            return LineKind.CLOCK
        return {
            DayKind.WORKING: LineKind.WORKING,
            DayKind.EXTRA: LineKind.EXTRA,
            DayKind.HOLIDAY: LineKind.HOLIDAY,
            DayKind.FREE: LineKind.WEEKEND,
        }[self.calendar.day_kind(day)]

    def _pieces(self, window: Span, shifts: Sequence[Span]) -> Iterator[tuple[Span, SkipReason | None]]:
        """What is shown of a day, without a gap, each with why it does not count; None where it does.

        That is opening to closing, or from the start and to the deadline where these lie on the day.
        """
        if not shifts:
            return
        opening, closing = shifts[0].begin, shifts[-1].end
        is_early, is_late = window.end <= opening, window.begin >= closing
        at = window.begin if window.begin == self.start or is_early else opening
        end = window.end if window.end == self.until or is_late else closing
        for shift in shifts:
            begin = min(max(shift.begin, at), end)
            if begin > at:
                yield Span(at, begin), SkipReason.OUTSIDE if at < opening else SkipReason.BREAK
                at = begin
            if shift.end > at and end > at:
                for piece, is_stopped in cut(Span(at, min(shift.end, end)), self.stops):
                    yield piece, SkipReason.PAUSED if is_stopped else None
                at = min(shift.end, end)
        if end > at:
            yield Span(at, end), SkipReason.OUTSIDE

    def _continues(self, before: Line, line: Line) -> bool:
        if before.kind is not line.kind or line.kind not in (LineKind.HOLIDAY, LineKind.WEEKEND, LineKind.PAUSED):
            return False
        return line.kind is not LineKind.HOLIDAY or self.name_of(before.last) == self.name_of(line.first)


def _bare(first: date, last: date, kind: LineKind) -> Line:
    return Line(first, last, kind, counted=(), skipped=(), seconds=0, running_seconds=0, day_number=None)


def _day_numbers(calendar: WorkCalendar, start: datetime, pauses: Sequence[Pause]) -> Callable[[int], int]:
    """Which working day after that of receipt so many counted seconds fall in; to be asked for ever more of them (R5).

    Without waits that is the number of the day itself. After a wait the deadline is W(wait, deadline) away (R4), so
    the days are the target's own, laid one after another: a broken day goes on after the wait. Working seconds of the
    receipt day that were waited away R4 gives back; they lengthen the first day.
    """
    day = start.astimezone(calendar.zone).date()
    number = reached = 0

    def number_at(counted: int) -> int:
        nonlocal day, number, reached
        if number == 0:
            end_of_receipt = _midnight(day + ONE_DAY, calendar.zone)
            reached = calendar.elapsed(start, end_of_receipt) - calendar.elapsed(start, end_of_receipt, pauses)
        while number == 0 or reached < counted:
            day += ONE_DAY
            if shifts := calendar.shifts_on(day):
                number += 1
                reached += sum(Span(begin, end).seconds for begin, end in shifts)
        return number

    return number_at
