"""Verbs on units."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.models import Department
from hotline.errors import Invalid
from hotline.phone import PhoneKind, read_number

REACHABLE = (PhoneKind.MOBILE, PhoneKind.FIXED, PhoneKind.SHORT)


def change_duty_number(unit: Department, number: str, *, by: Actor, now: datetime) -> None:
    """The telephone that somebody of the unit answers day and night; empty when there is none.

    Raises Invalid for what is no telephone number.
    """
    found = read_number(number) if number.strip() else None
    if found is not None and found.kind not in REACHABLE:
        raise Invalid(fields={"duty_number": _l("This is not a telephone number.")})
    before, unit.duty_number = unit.duty_number, (found.e164 or found.raw) if found else ""
    audit.record(
        "catalogue:duty_number",
        by=by,
        now=now,
        object_kind="department",
        object_id=unit.code,
        before=before,
        after=unit.duty_number,
    )
