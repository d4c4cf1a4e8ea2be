"""What becomes of units on a day: renamed, merged, dissolved. All are one thing: units end, others take over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from hotline import audit
from hotline.actor import Actor
from hotline.audit import AuditEntry
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions.units import UnitDraft, add_unit, check_unit, standing_later
from hotline.catalogue.models import AnswerTemplate, CommonAnswer, Department, DepartmentSuccession, RoutingRule
from hotline.catalogue.rules.successions import leads_back
from hotline.db import db
from hotline.errors import Conflict, Invalid


@dataclass(frozen=True)
class NewUnit:
    """The unit that a reorganisation makes."""

    code: str
    draft: UnitDraft


@dataclass(frozen=True)
class Reorganisation:
    """From `on` the `ending` units are no more. `taker` takes over their duties and open work, `others` duties only."""

    ending: tuple[Department, ...]
    taker: Department | NewUnit
    others: tuple[Department, ...]
    on: date


def hold_units(plan: Reorganisation) -> None:
    """Keep every unit that the plan names to this transaction, as it is now. Raises Conflict when one is gone."""
    named = {unit.id for unit in (*plan.ending, plan.taker, *plan.others) if isinstance(unit, Department)}
    query = select(Department).where(Department.id.in_(named)).order_by(Department.id).with_for_update()
    if len(db.session.scalars(query.execution_options(populate_existing=True)).all()) < len(named):
        raise Conflict(_l("There is no such unit."))


def check_reorganisation(plan: Reorganisation) -> None:
    """Raise Invalid or Conflict for what cannot be: units that do not stand then, circles, the switchboard's end.

    A unit that ended without a taker may get one still.
    """
    record = catalogue.succession_record()
    followed = {line.predecessor for line in record}
    has_ended = all(unit.valid_to is not None for unit in plan.ending)
    known = [unit for unit in (plan.taker, *plan.others) if isinstance(unit, Department)]
    if any(unit.valid_to is not None and (unit.id in followed or not has_ended) for unit in plan.ending):
        raise Conflict(_l("The end of this unit is settled already."))
    if any(unit.is_switchboard for unit in plan.ending):
        raise Invalid(_l("The switchboard itself cannot be reorganised here."))
    wrong: dict[str, Any] = {}
    if any(plan.on <= unit.valid_from for unit in plan.ending):
        wrong["on"] = _l("The day must come after the day on which the unit began.")
    if any(unit in plan.ending for unit in known) or len(set(known)) < len(known):
        wrong["taker_id"] = _l("A unit cannot take over from itself, and each is named once.")
    elif any((unit.valid_from > plan.on and not has_ended) or unit.valid_to is not None for unit in known):
        wrong["taker_id"] = _l("This unit does not stand on that day, or ends itself.")
    elif leads_back([unit.id for unit in plan.ending], [unit.id for unit in known], record):
        wrong["taker_id"] = _l("That would close a circle: this unit was itself followed by one that ends now.")
    if wrong:
        raise Invalid(fields=wrong)
    if isinstance(plan.taker, NewUnit):
        check_unit(plan.taker.code, plan.taker.draft, plan.on, besides=plan.ending)


def reorganise(plan: Reorganisation, *, by: Actor, now: datetime) -> Department:
    """Write down which units end and who takes over; the unit that takes the open work. Raises as the check does.

    Work, people and rules move on the day itself: `admin.reorganising.carry_out`.
    """
    hold_units(plan)
    check_reorganisation(plan)
    for unit in plan.ending:
        unit.version += 1
        if unit.valid_to is not None:
            continue  # it ended without a taker: only who takes over is news
        changes = audit.set_fields(unit, {"valid_to": plan.on})
        audit.record("catalogue:end-unit", by=by, now=now, object_kind="department", object_id=unit.id, **changes)
    db.session.flush()  # before a unit begins that has the code of one that ends
    taker = plan.taker
    if isinstance(taker, NewUnit):
        taker = add_unit(taker.code, taker.draft, plan.on, by=by, now=now)
    for unit in plan.ending:
        for other in (taker, *plan.others):
            line = DepartmentSuccession(predecessor_id=unit.id, successor_id=other.id, takes_open_work=other is taker)
            db.session.add(line)
        audit.record(
            "catalogue:succeed", by=by, now=now, object_kind="department", object_id=taker.id,
            predecessor=unit.code, taker=taker.code, others=[other.code for other in plan.others],
            on=plan.on.isoformat(),
        )  # fmt: skip
    db.session.flush()
    return taker


def call_off(unit: Department, today: date, *, by: Actor, now: datetime) -> None:
    """Take back an end that is planned but has not come. Raises Conflict when it has, or the new unit is in use."""
    if unit.valid_to is None or unit.valid_to <= today:
        raise Conflict(_l("Only what is still to come can be called off."))
    lines = db.session.scalars(select(DepartmentSuccession).where(DepartmentSuccession.predecessor_id == unit.id)).all()
    successors = [db.session.get_one(Department, line.successor_id) for line in lines]
    for line in lines:
        db.session.delete(line)
    db.session.flush()
    for other in successors:
        if other.valid_from <= today or _predecessors(other.id):
            continue
        has_its_code = other.code == unit.code
        is_of_the_plan = has_its_code or _was_made_by_a_plan(other.id)
        if is_of_the_plan and not _is_removed(other, by=by, now=now) and has_its_code:
            raise Conflict(_l("The new unit is in use already."))
    for other in standing_later(unit.code, unit.valid_to):  # two units of one code cannot stand
        if ends := _predecessors(other.id):
            names = ", ".join(one.name for one in ends)
            raise Conflict(
                _l("A new unit has this code from that day. First call off the end of: %(units)s.", units=names)
            )
        raise Conflict(_l("A unit with this code stands on that day."))
    changes = audit.set_fields(unit, {"valid_to": None})
    unit.version += 1
    db.session.flush()
    audit.record("catalogue:call-off", by=by, now=now, object_kind="department", object_id=unit.id, **changes)


def _predecessors(unit_id: int) -> Sequence[Department]:
    query = select(Department).join(DepartmentSuccession, DepartmentSuccession.predecessor_id == Department.id)
    return db.session.scalars(query.where(DepartmentSuccession.successor_id == unit_id).order_by(Department.id)).all()


def _was_made_by_a_plan(unit_id: int) -> bool:
    """Whether it was added in the same breath as it was named a successor, and not by hand beforehand."""
    mine = select(AuditEntry.at).where(AuditEntry.object_kind == "department", AuditEntry.object_id == str(unit_id))
    # The newest: SQLite gives the id of a removed unit to the next one.
    added = db.session.scalar(
        mine.where(AuditEntry.deed == "catalogue:add-unit").order_by(AuditEntry.id.desc()).limit(1)
    )
    return added is not None and added in db.session.scalars(mine.where(AuditEntry.deed == "catalogue:succeed")).all()


def _is_removed(unit: Department, *, by: Actor, now: datetime) -> bool:
    """Remove a unit that never began; False when something points to it already: people, texts, a further plan."""
    code = unit.code
    try:
        with db.session.begin_nested():
            db.session.delete(unit)
            db.session.flush()
    except IntegrityError:
        return False
    audit.record("catalogue:remove-unit", by=by, now=now, object_kind="department", object_id=unit.id, code=code)
    return True


def hand_on_rules(code: str, successor: Department, *, by: Actor, now: datetime) -> int:
    """Let the routing rules that name `code` name the successor, each as a new version; how many did."""
    rows = rules_naming([code])
    for row in rows:
        row.is_current = False
    db.session.flush()
    for row in rows:
        same = ("code", "position", "category_id", "area_id", "caller_kind", "keywords", "hours", "is_active")
        new = RoutingRule(
            **{name: getattr(row, name) for name in same}, version=row.version + 1, department_code=successor.code,
            to_area_committee=False, made_at=now,
        )  # fmt: skip
        db.session.add(new)
        audit.record(
            "catalogue:change_rule", by=by, now=now, object_kind="routing_rule", object_id=row.code,
            version=new.version, before={"department_code": code}, after={"department_code": successor.code},
        )  # fmt: skip
    db.session.flush()
    return len(rows)


def rules_naming(codes: Sequence[str]) -> Sequence[RoutingRule]:
    """The rules in force that send cases to one of these units, in order."""
    mine = (RoutingRule.is_current, RoutingRule.is_active, RoutingRule.department_code.in_(codes))
    query = select(RoutingRule).where(*mine)
    return db.session.scalars(query.order_by(RoutingRule.position, RoutingRule.id)).all()


def hand_on_texts(unit: Department, successor: Department, *, by: Actor, now: datetime) -> int:
    """Answer templates and common answers of the unit become the successor's; how many did."""
    moved = 0
    for table, kind in ((AnswerTemplate, "answer_template"), (CommonAnswer, "common_answer")):
        codes = db.session.scalars(select(table.code).where(table.department_id == unit.id).order_by(table.code)).all()
        mine = update(table).where(table.department_id == unit.id)
        db.session.execute(mine.values(department_id=successor.id, version=table.version + 1))
        moved += len(codes)
        for code in codes:
            audit.record(
                "catalogue:hand-on", by=by, now=now, object_kind=kind, object_id=code,
                before={"department_id": unit.id}, after={"department_id": successor.id},
            )  # fmt: skip
    return moved
