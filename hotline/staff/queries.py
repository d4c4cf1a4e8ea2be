"""Looks at people and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from hotline.db import db
from hotline.errors import NotFound
from hotline.staff import rules
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


def absent_colleagues(user: User, on: date) -> Sequence[User]:
    """For whom `user` stands in on that day, by name."""
    away = (User.is_enabled, User.away_from_on <= on, User.away_until_on >= on)
    absent = db.session.scalars(select(User).where(*away).order_by(User.name)).all()
    if not absent:
        return []
    found = rules.absent_for(user.id, [_desk(person, on) for person in {user, *absent}])
    return [person for person in absent if person.id in found]


def _desk(user: User, on: date) -> rules.Desk:
    is_away = rules.is_away(user.away_from_on, user.away_until_on, on)
    return rules.Desk(user.id, user.role.value, user.department_id, user.substitute_id, is_away)


def people_of(department_id: int) -> Sequence[User]:
    """Everybody of one unit whose account is open, heads first, then focal points, each with who stands in."""
    query = (
        select(User)
        .options(joinedload(User.substitute))
        .where(User.department_id == department_id, User.is_enabled)
        .order_by(User.role != Role.HEAD, User.is_focal_point.desc(), User.name)
    )
    return db.session.scalars(query).all()


def staff_of(department_id: int, user_id: int) -> User:
    """One member of a unit's staff. Raises NotFound for heads, closed accounts and other units' people."""
    query = select(User).where(User.id == user_id, User.department_id == department_id, User.role == Role.STAFF)
    found = db.session.scalar(query.where(User.is_enabled))
    if found is None:
        raise NotFound(_l("There is no such person in your unit."))
    return found


def focal_points() -> Sequence[tuple[int, int]]:
    """The focal points of all units: id and unit."""
    query = select(User.id, User.department_id).where(User.is_focal_point, User.is_enabled).order_by(User.id)
    return [(user_id, unit_id) for user_id, unit_id in db.session.execute(query) if unit_id is not None]


def enabled_people() -> Sequence[tuple[int, Role, int | None]]:
    """Everybody with a working account: id, role and unit."""
    query = select(User.id, User.role, User.department_id).where(User.is_enabled).order_by(User.id)
    return [(user_id, role, department_id) for user_id, role, department_id in db.session.execute(query)]
