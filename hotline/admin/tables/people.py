"""People as a table. A password never stands in a file: who comes by one gets it set on the person's page."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hotline import clock
from hotline.actor import Actor
from hotline.admin.tables.frame import Column, Table, Texts, read_code, read_yes, yes_no
from hotline.catalogue import queries as catalogue
from hotline.db import db
from hotline.errors import Invalid
from hotline.staff.accounts import PersonDraft, add_person, change_person, disable, enable
from hotline.staff.models import User
from hotline.staff.permissions import Can, Role
from hotline.web.formats import local


def _texts(row: User) -> dict[str, str]:
    return {
        "email": row.email,
        "name": row.name,
        "role": row.role.value,
        "unit_code": row.department.code if row.department else "",
        "mobile": row.mobile,
        "dial_number": row.dial_number,
        "is_enabled": yes_no(row.is_enabled),
        "is_focal_point": yes_no(row.is_focal_point),
    }


def _draft(texts: Texts) -> PersonDraft:
    unit = None
    if texts["unit_code"]:
        unit = catalogue.department_by_code(texts["unit_code"], local(clock.now()).date())
        if unit is None:
            raise Invalid(fields={"unit_code": _l("No unit has this code today.")})
    same = {name: texts[name] for name in ("email", "name", "mobile", "dial_number")}
    draft = PersonDraft(**same, role=read_code(texts, "role", Role), department_id=unit.id if unit else None)
    if draft.role.belongs_to_department and unit is None:
        raise Invalid(fields={"unit_code": _l("Staff and heads belong to a unit.")})
    return draft


def _add(texts: Texts, by: Actor, now: datetime) -> User:
    row = add_person(_draft(texts), "", by=by, now=now)
    if texts["is_enabled"] and not read_yes(texts, "is_enabled"):
        disable(row, by=by, now=now)
    return row


def _change(row: User, texts: Texts, by: Actor, now: datetime) -> User | None:
    changed = change_person(row, _draft(texts), by=by, now=now)
    if read_yes(texts, "is_enabled") is not row.is_enabled:
        (disable if row.is_enabled else enable)(row, by=by, now=now)
        changed = True
    return row if changed else None


PEOPLE = Table(
    "people",
    _l("People"),
    ("email",),
    (
        Column("email", _l("E-mail"), is_needed=True),
        Column("name", _l("Name"), is_needed=True),
        Column("role", _l("Role"), ", ".join(Role), is_needed=True),
        Column("unit_code", _l("Unit"), _l("code of a unit of today, for staff and heads")),
        Column("mobile", _l("Mobile number")),
        Column("dial_number", _l("Number at the exchange")),
        Column("is_enabled", _l("Account switched on"), "yes, no", is_yes_no=True),
        Column("is_focal_point", _l("Focal point"), _l("decided by the head"), is_told=True),
    ),
    lambda: db.session.scalars(select(User).options(joinedload(User.department)).order_by(User.email)),
    _texts,
    _add,
    _change,
    _l("Passwords are never in a file: set one on the page of each new person."),
    most=350,
    needs=Can.PEOPLE_EDIT,
)
