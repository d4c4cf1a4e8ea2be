"""Edits of a calendar's definition. Plain data in, plain data out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from hotline.worktime import WEEKDAYS, CalendarError

N_ = str  # marks a text for the translators; the screen that shows a CalendarError translates it
Plain = dict[str, Any]
ShiftTexts = list[list[str]]  # [["07:30", "11:30"], …]
_SHIFT = re.compile(r"([0-9]{1,2})[:h]([0-9]{2})\s*[-–]\s*([0-9]{1,2})[:h]([0-9]{2})")


def read_shifts(text: str, day: str) -> ShiftTexts:
    """The shifts of `day` from `07:30-11:30, 13:00-17:00` (or `7h30 - 11h30`); none from an empty text.

    Whether the times can be is for `WorkCalendar.from_dict` to say. Raises CalendarError for anything else.
    """
    shifts = []
    for part in re.split(r"[,;\n]", text):
        if not part.strip():
            continue
        found = _SHIFT.fullmatch(part.strip())
        if not found:
            raise CalendarError(
                N_("“%(text)s” on %(day)s is not written like 07:30-11:30, 13:00-17:00."), text=part.strip(), day=day
            )
        begin_hour, begin_minute, end_hour, end_minute = found.groups()
        shifts.append([f"{begin_hour:0>2}:{begin_minute}", f"{end_hour:0>2}:{end_minute}"])
    return sorted(shifts)


def shifts_text(shifts: Iterable[Iterable[str]]) -> str:
    """`07:30-11:30, 13:00-17:00`; empty for no shift."""
    return ", ".join("-".join(shift) for shift in shifts)


def tidied(definition: Mapping[str, Any]) -> Plain:
    """The definition with its days in order and nothing in it that says nothing: equal ones look equal."""
    weekly = definition.get("weekly") or {}
    extra = definition.get("extra_working_days") or {}
    return {
        "tz": definition.get("tz"),
        "weekly": {day: [list(shift) for shift in sorted(weekly[day])] for day in WEEKDAYS if weekly.get(day)},
        "holidays": sorted(set(definition.get("holidays") or [])),
        "extra_working_days": {day: [list(shift) for shift in sorted(extra[day])] for day in sorted(extra)},
    }


def with_day_off(definition: Mapping[str, Any], on: date) -> Plain:
    """`on` is a day off, whatever it was before."""
    plain = with_normal_day(definition, on)
    plain["holidays"] = sorted([*plain["holidays"], on.isoformat()])
    return plain


def with_extra_day(definition: Mapping[str, Any], on: date, shifts: ShiftTexts) -> Plain:
    """`on` is worked in these shifts, whatever it was before."""
    plain = with_normal_day(definition, on)
    plain["extra_working_days"][on.isoformat()] = shifts
    return tidied(plain)


def with_normal_day(definition: Mapping[str, Any], on: date) -> Plain:
    """`on` is what its weekday is."""
    plain = tidied(definition)
    plain["holidays"] = [day for day in plain["holidays"] if day != on.isoformat()]
    plain["extra_working_days"].pop(on.isoformat(), None)
    return plain


def with_week(definition: Mapping[str, Any], *, tz: str, weekly: Mapping[str, ShiftTexts]) -> Plain:
    """Other shifts in a normal week, in the time zone `tz`; special days stay."""
    return tidied({**definition, "tz": tz, "weekly": dict(weekly)})


def names_of_special_days(definition: Mapping[str, Any], names: Mapping[str, Any]) -> Plain:
    """The names of the days that are special; those of days that are normal again are left out."""
    special = {*definition["holidays"], *definition["extra_working_days"]}
    return {day: names[day] for day in sorted(special) if day in names}


def wrong_field(error: CalendarError) -> str:
    """What a CalendarError is about: `tz`, a weekday such as `mon`, a date such as `2026-01-31`; else `weekly`."""
    day = error.values.get("day")
    if isinstance(day, str):
        return day
    return "tz" if "time zone" in error.template else "weekly"


class Part(StrEnum):
    """What of a calendar differs."""

    ZONE = "zone"
    WEEKDAY = "weekday"
    OFF = "off"
    WORKED = "worked"
    NORMAL = "normal"


@dataclass(frozen=True)
class Difference:
    """One thing that differs: `key` is the weekday or date; `before` and `after` as people write them."""

    part: Part
    key: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What another version of a definition says differently: zone, week, then dates in order."""
    old, new = tidied(before), tidied(after)
    found = []
    if old["tz"] != new["tz"]:
        found.append(Difference(Part.ZONE, "", str(old["tz"]), str(new["tz"])))
    for day in WEEKDAYS:
        was, becomes = (shifts_text(one["weekly"].get(day, [])) for one in (old, new))
        if was != becomes:
            found.append(Difference(Part.WEEKDAY, day, was, becomes))
    dates = sorted({day for one in (old, new) for day in (*one["holidays"], *one["extra_working_days"])})
    for day in dates:
        was_part, was = _special(old, day)
        part, becomes = _special(new, day)
        if (was_part, was) != (part, becomes):
            found.append(Difference(part, day, was, becomes))
    return found


def _special(plain: Plain, day: str) -> tuple[Part, str]:
    if day in plain["holidays"]:
        return Part.OFF, ""
    if day in plain["extra_working_days"]:
        return Part.WORKED, shifts_text(plain["extra_working_days"][day])
    return Part.NORMAL, ""


def changed_dates(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[date] | None:
    """The dates that are worked otherwise, in order; None when weeks or the zone differ, so any date may be (R9)."""
    found = differences(before, after)
    if any(one.part in (Part.ZONE, Part.WEEKDAY) for one in found):
        return None
    return [date.fromisoformat(one.key) for one in found]
