"""Looks at people and sessions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from hotline.db import db
from hotline.staff.models import SignIn, User
from hotline.staff.permissions import Role
from hotline.web.tokens import token_hash


def user_by_email(email: str) -> User | None:
    """The person with this address, whatever its case."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def has_demonstration_people() -> bool:
    """Whether somebody of the demonstration could sign in."""
    return db.session.scalar(select(User.id).where(User.is_demo, User.is_enabled).limit(1)) is not None


def running_sign_in(token: str) -> SignIn | None:
    """The session of this cookie token with its person and unit, unless it was ended."""
    return db.session.scalar(
        select(SignIn)
        .options(joinedload(SignIn.user).joinedload(User.department))
        .where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None))
    )


def people() -> Sequence[User]:
    """Everybody, by unit and name."""
    return db.session.scalars(
        select(User).options(joinedload(User.department)).order_by(User.department_id, User.name)
    ).all()


def possible_substitutes(user: User) -> Sequence[User]:
    """Who may stand in for `user`, by name: colleagues of the unit; at the province, people of the same role."""
    query = select(User).where(User.is_enabled, User.id != user.id).order_by(User.name)
    if user.department_id is None:
        query = query.where(User.role == user.role)
    else:
        query = query.where(User.department_id == user.department_id)
    return db.session.scalars(query).all()


def colleagues(department_id: int) -> Sequence[User]:
    """The enabled people of one unit, by name."""
    return db.session.scalars(
        select(User).where(User.department_id == department_id, User.is_enabled).order_by(User.name)
    ).all()


def who_answers_for(department_id: int) -> Sequence[int]:
    """The ids of a unit's head and focal points; of all its people while it has neither."""
    query = select(User.id).where(User.department_id == department_id, User.is_enabled).order_by(User.id)
    named = db.session.scalars(query.where(or_(User.role == Role.HEAD, User.is_focal_point))).all()
    return named or db.session.scalars(query).all()


def enabled_people() -> Sequence[tuple[int, Role, int | None]]:
    """Everybody with a working account: id, role and unit."""
    query = select(User.id, User.role, User.department_id).where(User.is_enabled).order_by(User.id)
    return [(user_id, role, department_id) for user_id, role, department_id in db.session.execute(query)]
