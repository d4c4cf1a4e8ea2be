"""Verbs on people and their sessions."""

from __future__ import annotations

import secrets
from datetime import datetime

from hotline import audit
from hotline.actor import Actor, ActorKind
from hotline.catalogue.models import Department
from hotline.db import db
from hotline.staff import queries
from hotline.staff.models import SignIn, User
from hotline.staff.passwords import hash_password
from hotline.staff.permissions import Role, permissions_of
from hotline.staff.rules import SEEN_EVERY
from hotline.web import limits
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


def actor_of(user: User, address: str) -> Actor:
    """The person as the one who acts."""
    return Actor(
        ActorKind.STAFF, user.name, user.id, user.role.value, user.department_id, permissions_of(user.role), address
    )
