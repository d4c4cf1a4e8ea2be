"""What is wrong with a calendar, in the reader's language: `shifts` and `rules` speak English and know no reader."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from hotline.web.formats import day, weekday_name
from hotline.worktime import WEEKDAYS, CalendarError

MONDAY = date(2024, 1, 1)


def weekday_words(name: str) -> str:
    """`mon` as the reader calls it."""
    return weekday_name(MONDAY.replace(day=1 + WEEKDAYS.index(name)))


def calendar_complaint(error: CalendarError) -> str:
    """The sentence of a CalendarError; days in it are called as people call them."""
    values = dict(error.values)
    if values.get("day") in WEEKDAYS:
        values["day"] = weekday_words(values["day"])
    elif isinstance(values.get("day"), str):
        values["day"] = _date_words(values["day"])
    return str(_(error.template, **values))


def _date_words(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
