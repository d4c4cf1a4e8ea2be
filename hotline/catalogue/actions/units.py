"""Verbs on units: added, edited in place while they are the same unit. What becomes of one: `successions`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.models import Department, Level
from hotline.db import db
from hotline.errors import Invalid
from hotline.phone import PhoneKind, read_number
from hotline.web.folding import plain

REACHABLE = (PhoneKind.MOBILE, PhoneKind.FIXED, PhoneKind.SHORT)
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")
KINDS = {
    "so": _l("Department of the province (sở)"),
    "office": _l("Office or centre"),
    "ban": _l("Board (ban)"),
    "nganh": _l("Branch of a ministry or force"),
    "chi_cuc": _l("Sub-department (chi cục)"),
    "company": _l("Company"),
    "ubnd": _l("People's Committee"),
}
WRONG_CODE = _l("2 to 32 capital letters, digits and hyphens, such as SXD.")


@dataclass(frozen=True)
class UnitDraft:
    """What an administrator says about a unit. `sms_name` is plain text: it stands in texts of one segment."""

    name_vi: str
    name_en: str
    sms_name: str
    level: Level
    kind: str
    area_id: int | None = None
    duty_number: str = ""


def add_unit(code: str, draft: UnitDraft, valid_from: date, *, by: Actor, now: datetime) -> Department:
    """A unit that begins on a day. Raises Invalid for a code that stands then, and for what cannot be."""
    values = check_unit(code, draft, valid_from)
    unit = Department(code=code, valid_from=valid_from, **values)
    db.session.add(unit)
    db.session.flush()
    after = {"code": code, "valid_from": valid_from.isoformat()} | audit.facts_of(unit, values)
    audit.record("catalogue:add-unit", by=by, now=now, object_kind="department", object_id=unit.id, after=after)
    return unit


def check_unit(code: str, draft: UnitDraft, valid_from: date, *, besides: Sequence[Department] = ()) -> dict[str, Any]:
    """The fields of a unit that would begin on a day; units `besides` end by then. Raises Invalid."""
    values = _checked(draft)
    if not CODE.fullmatch(code):
        raise Invalid(fields={"code": WRONG_CODE})
    if any(unit not in besides for unit in standing_later(code, valid_from)):
        raise Invalid(fields={"code": _l("A unit with this code stands on that day.")})
    return values


def change_unit(unit: Department, draft: UnitDraft, *, by: Actor, now: datetime) -> bool:
    """Mend what is said about a unit that stays the same unit; whether anything changed. Raises Invalid."""
    changes = audit.set_fields(unit, _checked(draft))
    if changes:
        unit.version += 1
        db.session.flush()
        audit.record("catalogue:change-unit", by=by, now=now, object_kind="department", object_id=unit.id, **changes)
    return bool(changes)


def draft_of(unit: Department) -> UnitDraft:
    """What is said about a unit now."""
    return UnitDraft(**{name: getattr(unit, name) for name in UnitDraft.__dataclass_fields__})


def standing_later(code: str, valid_from: date) -> Sequence[Department]:
    """The units that have this code on a day or later."""
    ends = or_(Department.valid_to.is_(None), Department.valid_to > valid_from)
    return db.session.scalars(select(Department).where(Department.code == code, ends)).all()


def _checked(draft: UnitDraft) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    if not draft.name_vi.strip():
        wrong["name_vi"] = _l("Please fill this in.")
    if not draft.sms_name.strip() or len(draft.sms_name) > 25:
        wrong["sms_name"] = _l("1 to 25 characters.")
    elif plain(draft.sms_name) != draft.sms_name or not draft.sms_name.isascii():
        wrong["sms_name"] = _l("Without diacritics: it stands in plain texts.")
    if draft.kind not in KINDS:
        wrong["kind"] = _l("Not a valid choice.")
    number = read_number(draft.duty_number) if draft.duty_number.strip() else None
    if number is not None and number.kind not in REACHABLE:
        wrong["duty_number"] = _l("This is not a telephone number.")
    if wrong:
        raise Invalid(fields=wrong)
    return asdict(draft) | {"duty_number": (number.e164 or number.raw) if number else ""}
