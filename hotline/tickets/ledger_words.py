"""What the lines of a ledger, the parts of the bar and the steps of a plan are called on screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hotline.tickets.models import Holder
from hotline.tickets.rules.ledger import Line, LineKind, Skip, SkipReason
from hotline.tickets.rules.spans import Span
from hotline.tickets.rules.strip import StripKind, StripPart
from hotline.web.formats import local, weekday_name

LINE_WORDS: dict[LineKind, Any] = {
    LineKind.RECEIPT_DAY: _l("day of receipt, does not count"),
    LineKind.EXTRA: _l("make-up working day"),
    LineKind.HOLIDAY: _l("day off"),
    LineKind.WEEKEND: _l("weekend"),
    LineKind.PAUSED: _l("waiting for the person who reported"),
    LineKind.CLOCK: _l("counts round the clock"),
    LineKind.OMITTED: _l("days in between, summed up"),
}
SKIP_WORDS: dict[SkipReason, Any] = {
    SkipReason.BREAK: _l("break between shifts"),
    SkipReason.PAUSED: _l("waiting for the person who reported"),
    SkipReason.OUTSIDE: _l("outside working hours"),
    SkipReason.RECEIPT: _l("day of receipt"),
}
STEP_LEFT_OUT = (SkipReason.OUTSIDE,)


def ledger_days(line: Line) -> str:
    """`Thứ Năm 26/11`, or the first and last of several days."""
    first = _day(line.first)
    return first if line.first == line.last else f"{first} – {_day(line.last)}"


def _day(on: date) -> str:
    name = weekday_name(on)
    return f"{name[:1].upper()}{name[1:]} {on:%d/%m}"


def ledger_reason(line: Line, name: str) -> str:
    """Why the day is special, if it is: the holiday by its name, a make-up day, the day of receipt."""
    if line.kind is LineKind.HOLIDAY and name:
        return name
    if line.kind is LineKind.WORKING:
        return _("working day %(number)d", number=line.day_number) if line.day_number else ""
    words = str(LINE_WORDS[line.kind])
    if line.day_number:
        words += ", " + _("working day %(number)d", number=line.day_number)
    return words


def clock_spans(spans: Iterable[Span]) -> str:
    """`07:30–11:30, 13:00–17:00` on the province's clock."""
    return ", ".join(f"{_time(span.begin)}–{_time(span.end, is_end=True)}" for span in spans)


def _time(at: datetime, *, is_end: bool = False) -> str:
    there = local(at)
    seconds = f":{there.second:02}" if there.second else ""
    text = f"{there:%H:%M}{seconds}"
    return "24:00" if is_end and text == "00:00" else text


def ledger_skips(line: Line) -> str:
    """What within the day did not count, and why; nights are left out."""
    told = [skip for skip in line.skipped if skip.reason not in STEP_LEFT_OUT]
    return "; ".join(_skip(skip) for skip in told)


def _skip(skip: Skip) -> str:
    return f"{_time(skip.begin)}–{_time(skip.end, is_end=True)} {SKIP_WORDS[skip.reason]}"


def work_span(seconds: int) -> str:
    """A length of working time in hours and minutes, never in days: `39 giờ 30 phút`."""
    left = abs(seconds)
    hours, minutes, rest = left // 3600, left % 3600 // 60, left % 60
    parts = []
    if hours:
        parts.append(ngettext("%(num)d hour", "%(num)d hours", hours))
    if minutes:
        parts.append(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    if rest and not hours:
        parts.append(ngettext("%(num)d second", "%(num)d seconds", rest))
    return " ".join(parts) or ngettext("%(num)d minute", "%(num)d minutes", 0)


def party_name(holder: str, department_id: int | None, names: dict[int | None, str]) -> str:
    """Whose time it was: the switchboard, a unit, the approval of a unit, or the person who reported."""
    if holder == Holder.APPROVER:
        return _("%(unit)s, approval", unit=names.get(department_id, ""))
    return names.get(department_id) or str(Holder(holder).label)


def strip_name(part: StripPart, names: dict[int | None, str]) -> str:
    """What a part of the bar stands for."""
    if part.label_key is StripKind.LEFT:
        return _("left")
    name = party_name(part.holder, part.department_id, names)
    return _("%(name)s, after the deadline", name=name) if part.label_key is StripKind.OVER else name


def step_words(step: str) -> str:
    """A threshold in words: `75 % of the time`, `one working day before the deadline`, `4 working hours after it`."""
    if step.endswith("%"):
        return _("deadline") if step == "100%" else _("%(percent)s %% of the time used", percent=step[:-1])
    if step.startswith("-"):
        days = int(step[1:-2])
        return ngettext("%(num)d working day before the deadline", "%(num)d working days before the deadline", days)
    if step.endswith("wh"):
        hours = int(step[1:-2])
        return ngettext("%(num)d working hour after the deadline", "%(num)d working hours after the deadline", hours)
    amount = int(step[1:-1])
    if step.endswith("h"):
        return ngettext("%(num)d hour after the deadline", "%(num)d hours after the deadline", amount)
    return ngettext("%(num)d minute after the deadline", "%(num)d minutes after the deadline", amount)


def register_ledger_words(app: Flask) -> None:
    """Make the words available to templates."""
    for function in (
        ledger_days,
        ledger_reason,
        clock_spans,
        ledger_skips,
        work_span,
        party_name,
        strip_name,
        step_words,
    ):
        app.add_template_filter(function, function.__name__)
