"""What a calendar's definition says: the shifts of each local date, read from plain data and checked. No instants here.

A shift is [begin, end) in seconds of the local day; a day may have many, none crosses midnight, and one may end at
"24:00". Rule R12 of the deadline specification; `hotline.worktime` turns the shifts into working time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_YEAR, LAST_YEAR = 1970, 2200
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
N_ = str  # marks a text for the translators; the screen that shows a CalendarError translates it

Shifts = tuple[tuple[int, int], ...]  # (begin, end) in seconds of the local day


class CalendarError(ValueError):
    """A calendar that cannot be right, or a question outside 1970-2200. `str()` is one plain English sentence.

    `template` and `values` are the same sentence before its `%(name)s` were filled in, so that a form can translate it.
    """

    def __init__(self, template: str, **values: Any):
        super().__init__(template % values if values else template)
        self.template = template
        self.values = values


class DayKind(StrEnum):
    """Why a date is worked or not."""

    WORKING = "working"  # its weekday has shifts
    EXTRA = "extra"  # an extra working day, with shifts of its own
    HOLIDAY = "holiday"
    FREE = "free"  # its weekday has no shifts


@dataclass(frozen=True, slots=True)
class Definition:
    """Shifts per weekday from Monday in a time zone, days off, and working days with shifts of their own.

    Shifts are sorted and disjoint, and no date is both off and worked: `read_definition` sees to that.
    """

    zone: ZoneInfo
    weekly: tuple[Shifts, ...]
    holidays: frozenset[date]
    extra: Mapping[date, Shifts]

    def kind_of(self, day: date) -> DayKind:
        """What the definition says about a local date."""
        if day in self.holidays:
            return DayKind.HOLIDAY
        if day in self.extra:
            return DayKind.EXTRA
        return DayKind.WORKING if self.weekly[day.weekday()] else DayKind.FREE

    def shifts_of(self, day: date) -> Shifts:
        """A holiday empties its day, an extra working day replaces the shifts of its weekday (R12)."""
        return () if day in self.holidays else self.extra.get(day, self.weekly[day.weekday()])


def read_definition(told: Mapping[str, Any]) -> Definition:
    """Read the plain form that `WorkCalendar.from_dict` describes; CalendarError if it cannot be right (R12)."""
    if not isinstance(told, Mapping):
        raise CalendarError(N_("A calendar must be a set of named values."))
    zone = _zone(told.get("tz"))
    hours = _mapping(told.get("weekly"), "weekly")
    for name in hours:
        if name not in WEEKDAYS:
            raise CalendarError(N_("“%(name)s” is none of mon, tue, wed, thu, fri, sat and sun."), name=name)
    weekly = tuple(_shifts(hours.get(name, []), name) for name in WEEKDAYS)
    listed = told.get("holidays") or []
    if not isinstance(listed, (list, tuple, set, frozenset)):
        raise CalendarError(N_("“%(name)s” must be a list."), name="holidays")
    holidays = frozenset(_date(text) for text in listed)
    extra = {}
    for text, shifts in _mapping(told.get("extra_working_days") or {}, "extra_working_days").items():
        day = _date(text)
        if day in holidays:
            raise CalendarError(N_("%(day)s is listed both as a holiday and as a working day."), day=text)
        extra[day] = _shifts(shifts, text)
        if not extra[day]:
            raise CalendarError(N_("The extra working day %(day)s has no shift."), day=text)
    definition = Definition(zone, weekly, holidays, extra)
    _refuse_a_year_without_work(definition)
    return definition


def outside() -> CalendarError:
    """What to raise when a question or a date lies outside the years that are known."""
    return CalendarError(N_("Working time is known from %(first)s to %(last)s only."), first=FIRST_YEAR, last=LAST_YEAR)


def _refuse_a_year_without_work(definition: Definition) -> None:
    if not any(definition.weekly):
        raise CalendarError(N_("The calendar has no working time in a normal week."))
    for year in {day.year for day in definition.holidays}:
        # Every weekday occurs at least 52 times a year, so fewer days off always leave some.
        if sum(day.year == year for day in definition.holidays) >= 52:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            if not any(definition.shifts_of(date.fromordinal(day)) for day in range(first, last + 1)):
                raise CalendarError(N_("The calendar has no working time in the year %(year)s."), year=year)


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
        raise outside()
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
