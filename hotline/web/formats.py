"""How instants, dates and lengths are written: in the reader's language and the province's zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from hotline import clock

MINUTE, HOUR, DAY = 60, 3600, 86400


def province_zone() -> ZoneInfo:
    """The zone in which people read times."""
    return ZoneInfo(current_app.config["HOTLINE"].timezone)


def local(at: datetime) -> datetime:
    """The instant on the province's clock."""
    return at.astimezone(province_zone())


def weekday_name(on: date) -> str:
    """Full name of the day of the week."""
    names = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
    return names[on.weekday()]


def moment(at: datetime | None) -> str:
    """`17:00 thứ Năm 26/11`, with the year when it is not the present one."""
    if at is None:
        return "–"
    there = local(at)
    year = "" if there.year == local(clock.now()).year else f"/{there.year}"
    return f"{there:%H:%M} {weekday_name(there.date())} {there.day:02}/{there.month:02}{year}"


def day(value: datetime | date | None) -> str:
    """`26/11/2026`."""
    if value is None:
        return "–"
    on = local(value).date() if isinstance(value, datetime) else value
    return f"{on:%d/%m/%Y}"


def span(seconds: float | int | None) -> str:
    """A length in its two largest units: `2 ngày 3 giờ`, `40 phút`, `15 giây`."""
    if seconds is None:
        return "–"
    left = abs(int(seconds))
    days, hours, minutes = left // DAY, left % DAY // HOUR, left % HOUR // MINUTE
    parts = []
    if days:
        parts.append(ngettext("%(num)d day", "%(num)d days", days))
    if hours and days < 10:
        parts.append(ngettext("%(num)d hour", "%(num)d hours", hours))
    if minutes and not days:
        parts.append(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    if not parts:
        parts.append(ngettext("%(num)d second", "%(num)d seconds", left))
    return " ".join(parts)


def stopwatch(seconds: float) -> str:
    """A running length as minutes and seconds: `1:05`."""
    return f"{int(seconds) // MINUTE}:{int(seconds) % MINUTE:02}"


def distance(at: datetime | None, now: datetime) -> str:
    """`còn 3 giờ` before the instant, `quá 2 ngày` after it."""
    if at is None:
        return "–"
    seconds = (at - now).total_seconds()
    if seconds >= 0:
        return _("%(span)s left", span=span(seconds))
    return _("%(span)s over", span=span(seconds))


def percent(value: float | None, digits: int = 1) -> str:
    """`83,3 %` in Vietnamese, `83.3 %` in English, never broken before the sign; words when nothing can be divided."""
    if value is None:
        return _("no figures yet")
    text = f"{value:.{digits}f}\N{NO-BREAK SPACE}%"
    return text.replace(".", ",") if str(get_locale()) == "vi" else text


def percent_or_dash(value: float | None) -> str:
    """The same for tables, where a dash says that there is nothing to divide by."""
    return "–" if value is None else percent(value)


def register_formats(app: Flask) -> None:
    """Make the formats available to templates as filters."""
    for name, function in (
        ("moment", moment),
        ("day", day),
        ("span", span),
        ("stopwatch", stopwatch),
        ("distance", distance),
        ("percent", percent),
        ("percent_or_dash", percent_or_dash),
        ("local", local),
        ("weekday_name", weekday_name),
    ):
        app.add_template_filter(function, name)
