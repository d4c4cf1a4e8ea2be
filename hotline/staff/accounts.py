"""The administrator's verbs on accounts: who somebody is here, whether the account works, its password."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.models import Department
from hotline.db import db, stand_in_line
from hotline.errors import Conflict, Invalid
from hotline.phone import mask, read_number
from hotline.staff import queries
from hotline.staff.actions import add_user
from hotline.staff.models import SignIn, User
from hotline.staff.passwords import hash_password
from hotline.staff.permissions import Role
from hotline.staff.rules import SHORTEST_PASSWORD

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
DIALLED = re.compile(r"[0-9+*#]{0,32}")
ONE_AT_A_TIME = "administrators"  # two administrators who switch each other off at once leave none


@dataclass(frozen=True)
class PersonDraft:
    """What an administrator says about a person."""

    email: str
    name: str
    role: Role
    department_id: int | None = None
    mobile: str = ""
    dial_number: str = ""


def person_draft_of(user: User) -> PersonDraft:
    """What is said about a person now."""
    return PersonDraft(**{name: getattr(user, name) for name in PersonDraft.__dataclass_fields__})


def add_person(draft: PersonDraft, password: str, *, by: Actor, now: datetime) -> User:
    """A new account. An empty password lets nobody in until one is set. Raises Invalid."""
    values = _checked(draft, None)
    if password:
        check_password(password)
    unit = db.session.get(Department, values["department_id"]) if values["department_id"] else None
    hashed = None if password else "!"  # no hash has this form, so nothing fits it
    user = add_user(values["email"], values["name"], draft.role, unit, password, by=by, now=now, password_hash=hashed)
    user.mobile, user.dial_number = values["mobile"], values["dial_number"]
    db.session.flush()
    after = _discreet(audit.facts_of(user, values))
    audit.record("staff:change-person", by=by, now=now, object_kind="user", object_id=user.id, before={}, after=after)
    return user


def change_person(user: User, draft: PersonDraft, *, by: Actor, now: datetime) -> bool:
    """Say something else about a person; whether anything changed. Whoever leaves unit or role leaves its marks behind.

    Raises Invalid; Conflict for the own role and for the last administrator's.
    """
    values = _checked(draft, user)
    if draft.role is not user.role and user.role is Role.ADMIN:
        _keep_an_administrator(user, by)
    if (draft.role, values["department_id"]) != (user.role, user.department_id):
        values |= {"is_focal_point": False, "substitute_id": None, "away_from_on": None, "away_until_on": None}
    changes = audit.set_fields(user, values)
    if changes:
        db.session.flush()
        db.session.expire(user, ["department", "substitute"])
        told = {when: _discreet(facts) for when, facts in changes.items()}
        audit.record("staff:change-person", by=by, now=now, object_kind="user", object_id=user.id, **told)
    return bool(changes)


def disable(user: User, *, by: Actor, now: datetime) -> None:
    """The account no longer works, and every session of it ends at once. Raises Conflict as `change_person` does."""
    if not user.is_enabled:
        raise Conflict(_l("This account is switched off already."))
    if by.user_id == user.id:
        raise Conflict(_l("You cannot switch off your own account."))
    if user.role is Role.ADMIN:
        _keep_an_administrator(user, by)
    changes = audit.set_fields(user, {"is_enabled": False})
    _end_sessions(user, now=now)
    audit.record("staff:disable", by=by, now=now, object_kind="user", object_id=user.id, **changes)


def enable(user: User, *, by: Actor, now: datetime) -> None:
    """The account works again."""
    if user.is_enabled:
        raise Conflict(_l("This account works."))
    changes = audit.set_fields(user, {"is_enabled": True})
    db.session.flush()
    audit.record("staff:enable", by=by, now=now, object_kind="user", object_id=user.id, **changes)


def set_password(user: User, password: str, *, by: Actor, now: datetime) -> None:
    """A password that the administrator hands over; whoever is signed in must sign in anew."""
    check_password(password)
    user.password_hash = hash_password(password)
    _end_sessions(user, now=now)
    audit.record("staff:password", by=by, now=now, object_kind="user", object_id=user.id)


def check_password(password: str) -> None:
    """Raise Invalid for one that is too short."""
    if not SHORTEST_PASSWORD <= len(password) <= 200:
        raise Invalid(fields={"password": _l("At least %(min)d characters.", min=SHORTEST_PASSWORD)})


def _discreet(facts: dict[str, Any]) -> dict[str, Any]:
    """A private number stands in the audit with its middle hidden."""
    return facts | {"mobile": mask(facts["mobile"])} if facts.get("mobile") else facts


def _end_sessions(user: User, *, now: datetime) -> None:
    running = update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
    db.session.execute(running.values(ended_at=now))
    db.session.flush()


def _keep_an_administrator(user: User, by: Actor) -> None:
    stand_in_line(ONE_AT_A_TIME)
    if by.user_id == user.id:
        raise Conflict(_l("You cannot take away your own role as administrator."))
    others = select(func.count()).select_from(User).where(User.role == Role.ADMIN, User.is_enabled, User.id != user.id)
    if not db.session.scalar(others):
        raise Conflict(_l("This is the last administrator."))


def _checked(draft: PersonDraft, user: User | None) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    email = draft.email.strip().lower()
    if not EMAIL.fullmatch(email) or len(email) > 200:
        wrong["email"] = _l("This is not an e-mail address.")
    elif (other := queries.user_by_email(email)) is not None and other is not user:
        wrong["email"] = _l("Somebody has this address already.")
    if not 1 <= len(draft.name.strip()) <= 120:
        wrong["name"] = _l("1 to 120 characters.")
    if draft.role.belongs_to_department and draft.department_id is None:
        wrong["department_id"] = _l("Staff and heads belong to a unit.")
    department_id = draft.department_id if draft.role.belongs_to_department else None
    number = read_number(draft.mobile) if draft.mobile.strip() else None
    if number is not None and not number.is_textable:
        wrong["mobile"] = _l("This is not a Vietnamese mobile number.")
    if not DIALLED.fullmatch(draft.dial_number):
        wrong["dial_number"] = _l("Digits, +, * and # only.")
    if wrong:
        raise Invalid(fields=wrong)
    mobile = str(number.e164) if number else ""
    return asdict(draft) | {
        "email": email,
        "name": draft.name.strip(),
        "department_id": department_id,
        "mobile": mobile,
    }
