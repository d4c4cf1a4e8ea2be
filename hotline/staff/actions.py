"""Verbs on people and their sessions."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from hotline import audit
from hotline.actor import Absent, Actor, ActorKind
from hotline.catalogue.models import Department
from hotline.db import db
from hotline.errors import Forbidden, Invalid
from hotline.phone import read_number
from hotline.staff import queries
from hotline.staff.models import SignIn, User
from hotline.staff.passwords import hash_password
from hotline.staff.permissions import NOT_LENT, Role, permissions_of
from hotline.staff.rules import SEEN_EVERY
from hotline.web import limits
from hotline.web.formats import local
from hotline.web.tokens import token_hash


def add_user(
    email: str,
    name: str,
    role: Role,
    department: Department | None,
    password: str,
    *,
    by: Actor,
    now: datetime,
    is_demo: bool = False,
    password_hash: str | None = None,
) -> User:
    """Create a person. `password_hash` may be given to save hashing one password many times."""
    user = User(
        email=email.strip().lower(),
        name=name,
        role=role,
        department=department,
        password_hash=password_hash or hash_password(password),
        is_demo=is_demo,
        made_at=now,
    )
    db.session.add(user)
    db.session.flush()
    audit.record("staff:add", by=by, now=now, object_kind="user", object_id=user.id, role=role.value)
    return user


def change_mobile(user: User, number: str, *, by: Actor, now: datetime) -> None:
    """Set the number that gets texts about work; empty takes it away. Raises Invalid for what is no mobile number."""
    read = read_number(number) if number.strip() else None
    if read is not None and not read.is_textable:
        raise Invalid(fields={"mobile": _l("This is not a Vietnamese mobile number.")})
    user.mobile = str(read.e164) if read else ""
    db.session.flush()
    audit.record("staff:change-mobile", by=by, now=now, object_kind="user", object_id=user.id, given=bool(user.mobile))


def go_away(user: User, substitute: User, from_on: date, until_on: date, *, by: Actor, now: datetime) -> None:
    """From one day to another, both included, `substitute` is told what `user` would be told. Raises Invalid."""
    if substitute.id not in {other.id for other in queries.possible_substitutes(user)}:
        raise Invalid(fields={"substitute_id": _l("This person cannot stand in for you.")})
    if until_on < from_on:
        raise Invalid(fields={"away_until_on": _l("The last day comes before the first.")})
    if until_on < local(now).date():
        raise Invalid(fields={"away_until_on": _l("This day has passed.")})
    user.substitute_id, user.away_from_on, user.away_until_on = substitute.id, from_on, until_on
    db.session.flush()
    absence = {"from_on": from_on.isoformat(), "until_on": until_on.isoformat(), "substitute_id": substitute.id}
    audit.record("staff:go-away", by=by, now=now, object_kind="user", object_id=user.id, **absence)


def come_back(user: User, *, by: Actor, now: datetime) -> None:
    """End the absence, or call it off."""
    if user.substitute_id is None:
        return
    user.substitute_id = user.away_from_on = user.away_until_on = None
    db.session.flush()
    audit.record("staff:come-back", by=by, now=now, object_kind="user", object_id=user.id)


def entrust(user: User, *, by: Actor, now: datetime) -> None:
    """Make a member of staff a focal point of the unit, who gives its work to whom it belongs."""
    _set_focal_point(user, "staff:entrust", is_focal_point=True, by=by, now=now)


def relieve(user: User, *, by: Actor, now: datetime) -> None:
    """A focal point is plain staff again."""
    _set_focal_point(user, "staff:relieve", is_focal_point=False, by=by, now=now)


def _set_focal_point(user: User, deed: str, *, is_focal_point: bool, by: Actor, now: datetime) -> None:
    if user.is_focal_point == is_focal_point:
        return
    if user.id == by.user_id:
        raise Forbidden(_l("Nobody makes oneself a focal point."))
    change = {"before": user.is_focal_point, "after": is_focal_point}
    user.is_focal_point = is_focal_point
    db.session.flush()
    audit.record(deed, by=by, now=now, object_kind="user", object_id=user.id, **change)


def sign_in(user: User, *, address: str, browser: str, now: datetime) -> str:
    """Begin a session and return its cookie token (256 bits); the database keeps the hash."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignIn(
            token_hash=token_hash(token),
            user_id=user.id,
            began_at=now,
            seen_at=now,
            address=address,
            browser=browser[:200],
        )
    )
    limits.forget(f"sign-in:{user.email}")
    db.session.flush()
    audit.record("staff:sign-in", by=actor_of(user, address), now=now, object_kind="user", object_id=user.id)
    return token


def note_wrong_password(email: str, *, by: Actor, now: datetime, window_seconds: int) -> None:
    """Count a failed attempt for the name and for the address, known or not."""
    limits.hit(f"sign-in:{email}", window_seconds=window_seconds, now=now)
    limits.hit(f"sign-in-from:{by.address}", window_seconds=window_seconds, now=now)
    audit.record("staff:sign-in-refused", by=by, now=now, object_kind="email", object_id=email[:64])


def sign_out(token: str, *, by: Actor, now: datetime) -> None:
    """End the session of this token everywhere."""
    session = queries.running_sign_in(token)
    if session is not None:
        session.ended_at = now
        db.session.flush()
        audit.record("staff:sign-out", by=by, now=now, object_kind="user", object_id=session.user_id)


def keep_seen(session: SignIn, *, now: datetime) -> bool:
    """Note that the person is there, at most once a minute. True when something was written."""
    if now - session.seen_at < SEEN_EVERY:
        return False
    session.seen_at = now
    db.session.flush()
    return True


def actor_of(user: User, address: str, *, absent: Sequence[User] = ()) -> Actor:
    """The person as the one who acts, also for the `absent` colleagues (`queries.absent_colleagues`)."""
    return Actor(
        ActorKind.STAFF,
        user.name,
        user.id,
        user.role.value,
        user.department_id,
        _permissions(user),
        address,
        tuple(Absent(one.id, one.name, one.role.value, _permissions(one) - NOT_LENT) for one in absent),
    )


def _permissions(user: User) -> frozenset[str]:
    return permissions_of(user.role, is_focal_point=user.is_focal_point)
