"""One calendar, Vietnamese office hours of 2025 and 2026, as we and four libraries of others answer for it.

Every clock is built from the same definition and is asked with aware UTC instants. Where a library has no words for a
part of the calendar it gets the nearest it has, and `note` says so; of several ways the quickest that we found.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

import numpy
import pytz
from business_duration import businessDuration
from businesstimedelta import BusinessTimeDelta, HolidayRule, Rules, WorkDayRule
from workalendar.core import SAT, SUN, Calendar

from hotline.worktime import WEEKDAYS, WorkCalendar

SEED = Path(__file__).resolve().parent.parent / "hotline" / "catalogue" / "seed" / "calendar_vn.json"
YEARS = (2025, 2026)
DAY_SECONDS, HOUR = 86_400, 3600
MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13), time(17))
OPENS, NOON, REOPENS = 27_000, 41_400, 46_800  # 07:30, 11:30 and 13:00 in seconds of the day
HALF, WHOLE = 4 * HOUR, 8 * HOUR
AHEAD = 7 * HOUR  # Vietnam is that far ahead of UTC all year, so that nobody need ask a zone
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
LOCAL = timedelta(seconds=AHEAD)

Definition = dict[str, Any]


class Clock(Protocol):
    """What everybody is asked: working seconds of [a, b), and when `seconds` from `start` are used up."""

    def elapsed(self, a: datetime, b: datetime) -> int: ...

    def deadline(self, start: datetime, seconds: int) -> datetime | None: ...


@dataclass(frozen=True)
class Way:
    """Somebody's way to say the calendar: how a clock is built from the definition, and what it cannot say itself."""

    name: str
    build: Callable[[Definition], Clock]
    note: str = ""
    knows_deadlines: bool = True


def definition_of_years() -> Definition:
    """The seeded office hours with the days off and the make-up days of `YEARS` only."""
    whole = json.loads(SEED.read_text(encoding="utf-8"))["definition"]
    known = tuple(f"{year}-" for year in YEARS)
    return {
        **whole,
        "holidays": [day for day in whole["holidays"] if day.startswith(known)],
        "extra_working_days": {d: shifts for d, shifts in whole["extra_working_days"].items() if d.startswith(known)},
    }


def days_off(definition: Definition) -> list[date]:
    """Every date of `YEARS` that is not worked, weekends too: so a make-up Saturday is one that is not in the list."""
    holidays, extra = set(definition["holidays"]), definition["extra_working_days"]
    first, after = date(YEARS[0], 1, 1).toordinal(), date(YEARS[-1] + 1, 1, 1).toordinal()
    days = (date.fromordinal(ordinal) for ordinal in range(first, after))
    return [d for d in days if d.isoformat() in holidays or (d.weekday() >= 5 and d.isoformat() not in extra)]


def _worked_by(second: int) -> int:
    """Seconds worked on a working day by that second of it."""
    if second <= NOON:
        return max(0, second - OPENS)
    return HALF + min(max(0, second - REOPENS), HALF)


def _clock_at(worked: int) -> int:
    """The second of a working day by which so much is worked."""
    return OPENS + worked if worked <= HALF else REOPENS + worked - HALF


def _local(at: datetime) -> tuple[int, int]:
    """Local day since 1970, and second of that day."""
    since = at - EPOCH
    return divmod(since.days * DAY_SECONDS + since.seconds + AHEAD, DAY_SECONDS)


def _instant(day: int, second: int) -> datetime:
    return EPOCH + timedelta(day, second - AHEAD)


class Numpy:
    """`busday_count` and `busday_offset` for whole days, exact seconds of the two shifts at both edges.

    A call costs more than what it does, so each question is one call on a small array.
    """

    def __init__(self, definition: Definition):
        self._days = numpy.busdaycalendar(weekmask="1111111", holidays=days_off(definition))

    def elapsed(self, a: datetime, b: datetime) -> int:
        (first, begin), (last, end) = _local(a), _local(b)
        froms = numpy.array((first, first, last), "M8[D]")
        untils = numpy.array((last, first + 1, last + 1), "M8[D]")
        between, first_counts, last_counts = numpy.busday_count(froms, untils, busdaycal=self._days).tolist()
        seconds = between * WHOLE
        if first_counts:
            seconds -= _worked_by(begin)
        if last_counts:
            seconds += _worked_by(end)
        return seconds

    def deadline(self, start: datetime, seconds: int) -> datetime:
        if not seconds:
            return start
        day, second = _local(start)
        days, rest = divmod(seconds - 1, WHOLE)
        days_if_counts, rest_if_counts = divmod(seconds + _worked_by(second) - 1, WHOLE)
        received = numpy.array((day, day, day), "M8[D]")
        moved = numpy.busday_offset(received, (0, days, days_if_counts), roll="forward", busdaycal=self._days)
        opens, ends, ends_if_counts = moved.view("int64").tolist()
        if opens == day:
            ends, rest = ends_if_counts, rest_if_counts
        return _instant(ends, _clock_at(rest + 1))


class _Vietnam(Calendar):
    WEEKEND_DAYS = (SAT, SUN)

    def __init__(self, holidays: list[date]):
        super().__init__()
        self._listed = holidays

    def get_calendar_holidays(self, year: int) -> list[tuple[date, str]]:
        return [(day, "") for day in self._listed if day.year == year]


class Workalendar:
    """Its own count of working days, and the seconds of the two shifts at both edges as for numpy."""

    def __init__(self, definition: Definition):
        self._days = _Vietnam([date.fromisoformat(text) for text in definition["holidays"]])
        self._extra = tuple(date.fromisoformat(text) for text in definition["extra_working_days"])

    def elapsed(self, a: datetime, b: datetime) -> int:
        (first, begin), (last, end) = _local(a), _local(b)
        one, other = date.fromordinal(first + EPOCH_ORDINAL), date.fromordinal(last + EPOCH_ORDINAL)
        seconds = self._days.get_working_days_delta(one, other, extra_working_days=self._extra) * WHOLE
        if self._days.is_working_day(one, extra_working_days=self._extra):
            seconds += WHOLE - _worked_by(begin)
        if self._days.is_working_day(other, extra_working_days=self._extra):
            seconds -= WHOLE - _worked_by(end)
        return seconds

    def deadline(self, start: datetime, seconds: int) -> datetime:
        if not seconds:
            return start
        day, second = _local(start)
        received = date.fromordinal(day + EPOCH_ORDINAL)
        counts = self._days.is_working_day(received, extra_working_days=self._extra)
        days, rest = divmod(seconds + (_worked_by(second) if counts else 0) - 1, WHOLE)
        ends = self._days.add_working_days(received, days + (not counts), extra_working_days=self._extra)
        return _instant(ends.toordinal() - EPOCH_ORDINAL, _clock_at(rest + 1))


class BusinessTime:
    """businesstimedelta: a rule for each shift, on all weekdays that are ever worked, and a holiday rule."""

    def __init__(self, definition: Definition):
        zone = pytz.timezone(definition["tz"])
        week = {WEEKDAYS.index(name) for name in definition["weekly"]}
        week |= {date.fromisoformat(text).weekday() for text in definition["extra_working_days"]}
        shifts = [WorkDayRule(begin, end, sorted(week), tz=zone) for begin, end in (MORNING, AFTERNOON)]
        self._rules = Rules([*shifts, HolidayRule(set(days_off(definition)), tz=zone)])

    def elapsed(self, a: datetime, b: datetime) -> int:
        return int(self._rules.difference(a, b).timedelta.total_seconds())

    def deadline(self, start: datetime, seconds: int) -> datetime:
        return start + BusinessTimeDelta(self._rules, seconds=seconds)


class BusinessDuration:
    """business-duration: one interval a day, so it is asked for the morning and for the afternoon."""

    def __init__(self, definition: Definition):
        self._off = frozenset(days_off(definition))

    def elapsed(self, a: datetime, b: datetime) -> int:
        begin, end = (a + LOCAL).replace(tzinfo=None), (b + LOCAL).replace(tzinfo=None)
        halves = (businessDuration(begin, end, *half, None, self._off, "sec") for half in (MORNING, AFTERNOON))
        return int(sum(halves))

    def deadline(self, start: datetime, seconds: int) -> None:
        return None


OURS = Way("ours", WorkCalendar.from_dict)
NUMPY = Way(
    "numpy busday",
    Numpy,
    "days only: the shifts at both edges are arithmetic of the bench; one question at a time, as a page asks, though "
    "arrays are its strength; every day off is listed, weekends too, as it has no extra working day",
)
WORKALENDAR = Way(
    "workalendar",
    Workalendar,
    "days only: the shifts at both edges are arithmetic of the bench; has extra working days",
)
BUSINESSTIMEDELTA = Way(
    "businesstimedelta",
    BusinessTime,
    "has shifts; every day off is listed as a holiday, weekends too, as it has no extra working day",
)
BUSINESS_DURATION = Way(
    "business-duration",
    BusinessDuration,
    "no lunch break: asked for each half of the day; no extra working day: every day off is listed as a holiday; "
    "no deadline, so it is not asked for one",
    knows_deadlines=False,
)
WAYS = (OURS, NUMPY, WORKALENDAR, BUSINESSTIMEDELTA, BUSINESS_DURATION)
