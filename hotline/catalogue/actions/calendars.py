"""Versions of working calendars: never edited in place, each change is a version of its own (R9, R12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue import queries, rules
from hotline.catalogue.models import Calendar
from hotline.catalogue.words import calendar_complaint
from hotline.db import db
from hotline.errors import Invalid
from hotline.worktime import CalendarError, WorkCalendar

Names = tuple[str, str]  # in Vietnamese, in English


def add_calendar(
    code: str, definition: Mapping[str, Any], day_names: Mapping[str, Any], *, names: Names, by: Actor, now: datetime
) -> Calendar:
    """A calendar that did not exist. Raises Invalid for a code that is taken or malformed, and as `change_calendar`."""
    if not rules.is_code(code):
        raise Invalid(fields={"code": _l("2 to 32 capital letters, digits and hyphens, such as VN-OFFICE.")})
    if queries.calendar_versions(code):
        raise Invalid(fields={"code": _l("There is a calendar with this code already.")})
    return _write(code, 1, definition, day_names, names, None, by=by, now=now)


def change_calendar(
    code: str, definition: Mapping[str, Any], day_names: Mapping[str, Any], *, names: Names, by: Actor, now: datetime
) -> Calendar:
    """The next version of a calendar; the one in force until now stays on record.

    Raises Invalid, with the field (`tz`, `mon`, `2026-01-31` …), for a definition that cannot be right (R12) and,
    without a field, when nothing would change.
    """
    check_definition(definition)
    before = queries.calendar_in_force(code, locked=True)
    same = rules.tidied(before.definition) == rules.tidied(definition)
    if same and before.day_names == dict(day_names) and (before.name_vi, before.name_en) == names:
        raise Invalid(_l("Nothing would change."))
    return _write(code, before.version + 1, definition, day_names, names, before, by=by, now=now)


def _write(
    code: str,
    version: int,
    definition: Mapping[str, Any],
    day_names: Mapping[str, Any],
    names: Names,
    before: Calendar | None,
    *,
    by: Actor,
    now: datetime,
) -> Calendar:
    check_definition(definition)
    if before is not None:
        before.is_current = False
        db.session.flush()  # the database holds one version in force: the old one must go before the new one is written
    row = Calendar(
        code=code,
        version=version,
        is_current=True,
        name_vi=names[0],
        name_en=names[1],
        definition=rules.tidied(definition),
        day_names=dict(day_names),
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "catalogue:change_calendar" if before else "catalogue:add_calendar",
        by=by,
        now=now,
        object_kind="calendar",
        object_id=code,
        version=version,
        before=_told(before),
        after=_told(row),
    )
    return row


def check_definition(definition: Mapping[str, Any]) -> WorkCalendar:
    """The arithmetic of a definition that nobody has saved. Raises Invalid with the field and a translated sentence."""
    try:
        return WorkCalendar.from_dict(definition)
    except CalendarError as error:
        raise Invalid(fields={rules.wrong_field(error): calendar_complaint(error)}) from error


def _told(row: Calendar | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"names": [row.name_vi, row.name_en], "definition": row.definition, "day_names": row.day_names}
