"""Looks at what the province configured: units, areas, categories, rules, policies and calendars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from hotline.catalogue.models import (
    Area,
    AreaSuccession,
    Calendar,
    Category,
    CategoryQuestion,
    Department,
    DepartmentSuccession,
    Level,
    Policy,
    RoutingRule,
)
from hotline.catalogue.rules.successions import Succession, structure, taken_over_by, takers
from hotline.db import db
from hotline.errors import Conflict, NotFound
from hotline.web.folding import fold
from hotline.worktime import WorkCalendar

MOST_HITS = 20
OFFICE_CALENDAR = "VN-OFFICE"
CHANGED_MEANWHILE = _l(
    "Somebody has changed this while you were looking at it. Your entries are still here; please check them."
)


def _stands(table: Any, on: date) -> ColumnElement[bool]:
    return (table.valid_from <= on) & or_(table.valid_to.is_(None), table.valid_to > on)


def current_departments(on: date) -> Sequence[Department]:
    """The units that stand on this date: departments of the province first, then communes, by name."""
    query = select(Department).where(_stands(Department, on), Department.is_switchboard.is_(False))
    return db.session.scalars(query.order_by(Department.level.desc(), Department.name_vi)).all()


def lasting_units(on: date | None = None) -> Sequence[Department]:
    """Units that stand or will, and whose end is not settled; with `on` also those that end only after that day."""
    ends: ColumnElement[bool] = Department.valid_to.is_(None)
    if on is not None:
        ends = or_(ends, Department.valid_to > on)
    query = select(Department).where(ends, Department.is_switchboard.is_(False))
    return db.session.scalars(query.order_by(Department.level.desc(), Department.name_vi)).all()


def succession_record() -> list[Succession]:
    """All successions ever, in the order in which the successors came."""
    rows = db.session.scalars(select(DepartmentSuccession).order_by(DepartmentSuccession.successor_id))
    return [Succession(row.predecessor_id, row.successor_id, row.takes_open_work) for row in rows]


def ended_in(unit_id: int, on: date) -> list[int]:
    """The ids of units that have ended by this date and live on in this one, which took over their open work."""
    query = (
        select(DepartmentSuccession)
        .join(Department, Department.id == DepartmentSuccession.predecessor_id)
        .where(Department.valid_to <= on)
        .order_by(DepartmentSuccession.successor_id)
    )
    record = [
        Succession(row.predecessor_id, row.successor_id, row.takes_open_work) for row in db.session.scalars(query)
    ]
    return taken_over_by(unit_id, takers(record))


def structure_on(on: date) -> dict[int, int]:
    """For each unit that ever stood the one that stands for it on this date; itself where nobody took over."""
    rows = db.session.execute(select(Department.id, _stands(Department, on))).tuples().all()
    standing = {unit_id for unit_id, stands in rows if stands}
    return structure([unit_id for unit_id, _stands_now in rows], succession_record(), standing)


def department_by_code(code: str, on: date) -> Department | None:
    """The unit that has this code on this date."""
    return db.session.scalar(select(Department).where(Department.code == code, _stands(Department, on)))


def department_names() -> dict[int | None, str]:
    """The Vietnamese name of every unit that ever stood, by id."""
    rows = db.session.execute(select(Department.id, Department.name_vi)).tuples()
    return dict(rows.all())


def switchboard(on: date) -> Department:
    """The unit that is the switchboard itself."""
    return db.session.scalars(select(Department).where(Department.is_switchboard, _stands(Department, on))).one()


def current_areas(on: date) -> Sequence[Area]:
    """The communes and wards that stand on this date, by name."""
    query = select(Area).where(_stands(Area, on), Area.level == Level.COMMUNE)
    return db.session.scalars(query.order_by(Area.name_vi)).all()


@dataclass(frozen=True)
class AreaHit:
    """An area of today, and the former name by which it was found."""

    area: Area
    former_name: str | None = None


def former_names(on: date) -> dict[int, list[str]]:
    """For each area of this date the names of the areas it was made from."""
    old = aliased(Area)
    rows = db.session.execute(
        select(AreaSuccession.successor_id, old.name_vi)
        .join(old, old.id == AreaSuccession.predecessor_id)
        .join(Area, Area.id == AreaSuccession.successor_id)
        .where(_stands(Area, on))
        .order_by(old.name_vi)
    )
    names: dict[int, list[str]] = {}
    for area_id, name in rows:
        names.setdefault(area_id, []).append(name)
    return names


def find_areas(words: str, on: date) -> list[AreaHit]:
    """Areas of this date whose name, or a former name of which, holds all of `words`, diacritics or not."""
    wanted = fold(words).split()
    former = former_names(on)
    hits = []
    for area in current_areas(on):
        old = next((name for name in former.get(area.id, []) if _holds(name, wanted)), None)
        if _holds(area.name_vi, wanted):
            hits.append(AreaHit(area))
        elif old:
            hits.append(AreaHit(area, old))
    return hits[:MOST_HITS]


def _holds(text: str, wanted: list[str]) -> bool:
    words = fold(text).split()
    return all(any(word.startswith(part) for word in words) for part in wanted)


def active_categories() -> Sequence[Category]:
    """All categories in use, by group and code."""
    return db.session.scalars(select(Category).where(Category.is_active).order_by(Category.code)).all()


def questions_of(category_id: int) -> Sequence[CategoryQuestion]:
    """What is asked for a category, in order."""
    of_it = CategoryQuestion.category_id == category_id
    query = select(CategoryQuestion).where(of_it, CategoryQuestion.is_active)
    return db.session.scalars(query.order_by(CategoryQuestion.position, CategoryQuestion.id)).all()


def routing_rules() -> Sequence[RoutingRule]:
    """The routing rules in the order in which they are asked."""
    query = select(RoutingRule).where(RoutingRule.is_current, RoutingRule.is_active)
    return db.session.scalars(query.order_by(RoutingRule.position, RoutingRule.id)).all()


def rules_for(category_id: int | None, area_id: int | None) -> Sequence[RoutingRule]:
    """The rules among them that can match this category and area, found by index; an empty condition matches all."""
    mine = RoutingRule.category_id.is_(None) | (RoutingRule.category_id == category_id)
    here = RoutingRule.area_id.is_(None) | (RoutingRule.area_id == area_id)
    query = select(RoutingRule).where(RoutingRule.is_current, RoutingRule.is_active, mine, here)
    return db.session.scalars(query.order_by(RoutingRule.position, RoutingRule.id)).all()


def rule_versions(code: str) -> Sequence[RoutingRule]:
    """All versions of a routing rule, newest first; none when there is no such rule."""
    query = select(RoutingRule).where(RoutingRule.code == code).order_by(RoutingRule.version.desc())
    return db.session.scalars(query).all()


def edition_of_rules() -> int:
    """The id of the newest version of any routing rule: it grows with every change, as rules lean on each other."""
    return db.session.scalar(select(func.max(RoutingRule.id))) or 0


def rules_at(edition: int | None, *, locked: bool = False) -> list[RoutingRule]:
    """The routing rules in order, `locked` until the transaction ends if they are to be changed.

    Raises Conflict when they are no longer those of `edition`.
    """
    if locked:
        db.session.scalars(select(RoutingRule).where(RoutingRule.is_current).with_for_update()).all()
    if edition != edition_of_rules():
        raise Conflict(CHANGED_MEANWHILE)
    return list(routing_rules())


def policies() -> Sequence[Policy]:
    """The policies in force, in the order in which they are asked."""
    in_force = select(Policy).where(Policy.is_current, Policy.is_active)
    return db.session.scalars(in_force.order_by(Policy.position, Policy.id)).all()


def conditions_of(row: Policy) -> tuple[object, ...]:
    """What a case must be for this policy to be its own; None matches everything."""
    return row.category_id, row.priority, row.channel, row.caller_kind


def policy_version(policy_id: int) -> Policy:
    """One version of a policy, in force or not."""
    return db.session.get_one(Policy, policy_id)


def current_calendar(code: str) -> Calendar:
    """The version of the calendar that is in force."""
    return db.session.scalars(select(Calendar).where(Calendar.code == code, Calendar.is_current)).one()


def current_calendars() -> Sequence[Calendar]:
    """The version in force of every calendar, by code."""
    return db.session.scalars(select(Calendar).where(Calendar.is_current).order_by(Calendar.code)).all()


def calendar_versions(code: str) -> Sequence[Calendar]:
    """All versions of a calendar, newest first; none when there is no such calendar."""
    return db.session.scalars(select(Calendar).where(Calendar.code == code).order_by(Calendar.version.desc())).all()


def policy_versions(code: str) -> Sequence[Policy]:
    """All versions of a policy, newest first; none when there is no such policy."""
    return db.session.scalars(select(Policy).where(Policy.code == code).order_by(Policy.version.desc())).all()


def calendar_in_force(code: str, *, version: int | None = None, locked: bool = False) -> Calendar:
    """The calendar as it is now, `locked` until the transaction ends if it is to be changed.

    Raises NotFound for an unknown code, Conflict when it is no longer at `version`.
    """
    query = select(Calendar).where(Calendar.code == code, Calendar.is_current)
    row = db.session.scalar(query.with_for_update() if locked else query)
    if row is None and not calendar_versions(code):
        raise NotFound(_l("There is no such calendar."))
    if row is None or version not in (None, row.version):
        raise Conflict(CHANGED_MEANWHILE)  # none: another version came while this one was waited for
    return row


def policy_in_force(code: str, *, version: int | None = None, locked: bool = False) -> Policy:
    """The policy as it is now, `locked` until the transaction ends if it is to be changed.

    Raises NotFound for an unknown or retired one, Conflict when it is no longer at `version`.
    """
    query = select(Policy).where(Policy.code == code, Policy.is_current, Policy.is_active)
    row = db.session.scalar(query.with_for_update() if locked else query)
    if row is None and (version is None or not policy_versions(code)):
        raise NotFound(_l("There is no such policy."))
    if row is None or version not in (None, row.version):
        raise Conflict(CHANGED_MEANWHILE)  # none: another version came while this one was waited for
    return row


def work_calendar(code: str) -> tuple[Calendar, WorkCalendar]:
    """The version in force and its arithmetic."""
    row = current_calendar(code)
    return row, arithmetic(row)


def is_office_time(at: datetime) -> bool:
    """Whether offices are open at this instant, by the office calendar in force."""
    return work_calendar(OFFICE_CALENDAR)[1].is_working(at)


def arithmetic(row: Calendar) -> WorkCalendar:
    """The arithmetic of one version; a version never changes, so each process builds it once."""
    known: dict[int, WorkCalendar] = current_app.extensions.setdefault("hotline_calendars", {})
    if row.id not in known:
        known[row.id] = WorkCalendar.from_dict(row.definition)
    return known[row.id]


def arithmetic_of(calendar_id: int) -> WorkCalendar:
    """The arithmetic of the version with this id."""
    known: dict[int, WorkCalendar] = current_app.extensions.setdefault("hotline_calendars", {})
    return known[calendar_id] if calendar_id in known else arithmetic(db.session.get_one(Calendar, calendar_id))
