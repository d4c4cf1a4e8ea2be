"""What is bound to an area that ends: rules, answers and units go to the one area that it is now in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.actions.knowledge import index
from hotline.catalogue.actions.routing import draft_of, next_version
from hotline.catalogue.models import Area, AreaSuccession, CommonAnswer, Department, RoutingRule
from hotline.db import db, stand_in_line


@dataclass(frozen=True)
class Bound:
    """What is bound to an area."""

    rules: Sequence[RoutingRule]
    answers: Sequence[CommonAnswer]
    units: Sequence[Department]

    def __len__(self) -> int:
        return len(self.rules) + len(self.answers) + len(self.units)


def bound_to(area: Area, *, locked: bool = False) -> Bound:
    """Rules in force, answers in use and lasting units that name the area, `locked` if they are to be changed."""

    def named(table: Any, *conditions: Any) -> Any:
        query = select(table).where(table.area_id == area.id, *conditions).order_by(table.id)
        return db.session.scalars(query.with_for_update() if locked else query).all()

    return Bound(
        rules=named(RoutingRule, RoutingRule.is_current, RoutingRule.is_active),
        answers=named(CommonAnswer, CommonAnswer.is_active),
        units=named(Department, Department.valid_to.is_(None)),
    )


def hand_on_areas(today: date, *, by: Actor, now: datetime) -> int:
    """Let what names an area that has ended name the one that it is now in; how much did.

    What was divided among several areas, or is in none, is left for somebody to decide, and so is the committee of an
    area whose successor has one of its own.
    """
    moved = 0
    for area, successor in _to_hand_on(today):
        stand_in_line(f"end-area:{area.id}")
        found = _handed_on(area, successor, locked=True)
        for rule in found.rules:
            draft = replace(draft_of(rule), area_id=successor.id)
            next_version(rule, draft, position=rule.position, by=by, now=now, deed="change_rule")
        for answer in found.answers:
            _hand_on(answer, "common_answer", answer.code, successor, by=by, now=now)
            index(answer)
        for unit in found.units:
            _hand_on(unit, "department", unit.id, successor, by=by, now=now)
        db.session.flush()
        moved += len(found)
    return moved


def _hand_on(
    row: CommonAnswer | Department, kind: str, object_id: object, successor: Area, *, by: Actor, now: datetime
) -> None:
    changes = audit.set_fields(row, {"area_id": successor.id})
    row.version += 1
    audit.record("catalogue:hand-on", by=by, now=now, object_kind=kind, object_id=object_id, **changes)


def is_area_to_hand_on(today: date) -> bool:
    """Whether something that can go over names an area that has ended."""
    return bool(_to_hand_on(today))


def _handed_on(area: Area, successor: Area, *, locked: bool = False) -> Bound:
    found = bound_to(area, locked=locked)
    return replace(found, units=()) if bound_to(successor).units else found


def _to_hand_on(today: date) -> list[tuple[Area, Area]]:
    followed = [(area, _only_successor(area, today)) for area in _ended_and_named(today)]
    return [(area, after) for area, after in followed if after is not None and len(_handed_on(area, after))]


def _ended_and_named(today: date) -> Sequence[Area]:
    rules = select(RoutingRule.area_id).where(RoutingRule.is_current, RoutingRule.is_active)
    answers = select(CommonAnswer.area_id).where(CommonAnswer.is_active)
    units = select(Department.area_id).where(Department.valid_to.is_(None))
    named = or_(*(Area.id.in_(ids) for ids in (rules, answers, units)))
    return db.session.scalars(select(Area).where(Area.valid_to <= today, named).order_by(Area.id)).all()


def _only_successor(area: Area, today: date) -> Area | None:
    """The standing area that an area is now in, by one or more steps; None where it was divided or simply ended."""
    seen = {area.id}
    while area.valid_to is not None and area.valid_to <= today:
        lines = select(AreaSuccession.successor_id).where(AreaSuccession.predecessor_id == area.id)
        ids = db.session.scalars(lines).all()
        if len(ids) != 1 or ids[0] in seen:
            return None
        seen.add(ids[0])
        area = db.session.get_one(Area, ids[0])
    return area if area.valid_from <= today else None
