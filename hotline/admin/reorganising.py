"""A reorganisation over all rooms: what would move, and moving it on the day. See docs/decisions/0025.

What must move is read from the successions and from what still points to a unit that has ended, so that it may be
carried out by any number of processes, stopped anywhere and begun again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from hotline import audit
from hotline.actor import SYSTEM, Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions.successions import (
    Reorganisation,
    hand_on_rules,
    hand_on_texts,
    rules_naming,
)
from hotline.catalogue.models import AnswerTemplate, Area, CommonAnswer, Department, RoutingRule
from hotline.catalogue.rules.successions import takers, unit_today
from hotline.db import db, stand_in_line, transaction
from hotline.staff.models import User
from hotline.tickets import actions
from hotline.tickets.actions.alerting import Colleagues
from hotline.tickets.actions.searching import mark_to_file_again
from hotline.tickets.models import SubTask, Ticket
from hotline.tickets.rules.lifecycle import Status
from hotline.web.formats import local

BATCH = 100
COMMITTEE = "UBND-"


@dataclass(frozen=True)
class Consequences:
    """What points to units that would end, and so would point to the successor."""

    cases: dict[Status, int]
    tasks: int
    people: Sequence[User]
    rules: Sequence[RoutingRule]
    templates: int
    common_answers: int
    without_committee: Sequence[Area]

    @property
    def all_cases(self) -> int:
        """Open cases of every state."""
        return sum(self.cases.values())


def consequences(plan: Reorganisation) -> Consequences:
    """What a reorganisation would move if it were done now."""
    ids, codes = [unit.id for unit in plan.ending], [unit.code for unit in plan.ending]
    by_state = select(Ticket.status, func.count()).where(Ticket.department_id.in_(ids), Ticket.is_open)
    people = select(User).where(User.department_id.in_(ids)).order_by(User.name)
    taker_code = plan.taker.code
    return Consequences(
        cases=dict(db.session.execute(by_state.group_by(Ticket.status)).tuples().all()),
        tasks=_number(SubTask, _owed_by(ids)),
        people=db.session.scalars(people).all(),
        rules=[] if codes == [taker_code] else rules_naming([code for code in codes if code != taker_code]),
        templates=_number(AnswerTemplate, AnswerTemplate.department_id.in_(ids)),
        common_answers=_number(CommonAnswer, CommonAnswer.department_id.in_(ids)),
        without_committee=_areas_of([code for code in codes if code != taker_code], plan.on),
    )


def _number(table: type[AnswerTemplate] | type[CommonAnswer] | type[SubTask], clause: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(clause)) or 0


def _owed_by(ids: Sequence[int]) -> ColumnElement[bool]:
    return (SubTask.department_id.in_(ids)) & SubTask.done_at.is_(None) & SubTask.released_at.is_(None)


def _areas_of(codes: Sequence[str], on: date) -> Sequence[Area]:
    """Areas that stand on the day and whose committee would then be none: its code is made of theirs."""
    wanted = [code.removeprefix(COMMITTEE) for code in codes if code.startswith(COMMITTEE)]
    return [area for area in catalogue.current_areas(on) if area.code in wanted]


def unsettled(today: date) -> dict[int, int]:
    """Units that have ended and whose work somebody takes, with the unit that has it today; by id."""
    ended = db.session.scalars(select(Department.id).where(Department.valid_to <= today).order_by(Department.id)).all()
    if not ended:
        return {}
    standing = set(db.session.scalars(select(Department.id).where(_stands(today))))
    taken_by = takers(catalogue.succession_record())
    found = {unit_id: unit_today(unit_id, taken_by, standing) for unit_id in ended}
    return {unit_id: today_id for unit_id, today_id in found.items() if today_id is not None}


def _stands(today: date) -> ColumnElement[bool]:
    return (Department.valid_from <= today) & or_(Department.valid_to.is_(None), Department.valid_to > today)


def carry_out(now: datetime, *, by: Actor = SYSTEM, most: int | None = None) -> int:
    """Move what still belongs to units that have ended; how many cases and tasks moved. At most `most` when given.

    People, rules and texts of a unit move in one transaction, its cases after them a hundred at a time.
    """
    moved, today = 0, local(now).date()
    for old_id, new_id in unsettled(today).items():
        code = db.session.get_one(Department, old_id).code
        loses_code = catalogue.department_by_code(code, today) is None
        if not _is_anything_left(old_id, code if loses_code else None):
            continue
        with transaction() as session:
            stand_in_line(f"reorganise:{old_id}")
            old, new = session.get_one(Department, old_id), session.get_one(Department, new_id)
            _move_people(old, new, by=by, now=now)
            if loses_code:
                hand_on_rules(code, new, by=by, now=now)
            hand_on_texts(old, new, by=by, now=now)
        while most is None or moved < most:
            done = _move_batch(old_id, new_id, by=by, now=now)
            moved += done
            if not done:
                break
    return moved


def _is_anything_left(unit_id: int, code: str | None) -> bool:
    """Whether something points to a unit that has ended, or a rule to its `code` where no unit has that any more."""
    in_force = (RoutingRule.is_current, RoutingRule.is_active)
    rules = select(RoutingRule.id).where(*in_force, RoutingRule.department_code == code)
    return any(
        db.session.scalar(query.limit(1)) is not None
        for query in (
            select(Ticket.id).where(Ticket.department_id == unit_id, Ticket.is_open),
            select(SubTask.id).where(_owed_by([unit_id])),
            select(User.id).where(User.department_id == unit_id),
            select(AnswerTemplate.id).where(AnswerTemplate.department_id == unit_id),
            select(CommonAnswer.id).where(CommonAnswer.department_id == unit_id),
            *([rules] if code else []),
        )
    )


def _move_people(old: Department, new: Department, *, by: Actor, now: datetime) -> None:
    """Everybody of the unit; whom its head had made a focal point is one of a larger unit only if its head says so."""
    people = db.session.scalars(select(User).where(User.department_id == old.id).order_by(User.id)).all()
    if not people:
        return
    marks = {} if _is_renamed(old, new) else {"is_focal_point": False}
    for user in people:
        changes = audit.set_fields(user, {"department_id": new.id, **marks})
        audit.record("staff:succeed", by=by, now=now, object_kind="user", object_id=user.id, **changes)
    db.session.flush()
    Colleagues.forget()


def _is_renamed(old: Department, new: Department) -> bool:
    """Whether the successor is the same unit under another name: it began as this one ended, made of nothing else."""
    lines = [line for line in catalogue.succession_record() if line.successor == new.id]
    return [line.predecessor for line in lines] == [old.id] and new.valid_from == old.valid_to


def _move_batch(old_id: int, new_id: int, *, by: Actor, now: datetime) -> int:
    """One transaction; main cases before those that joined them, whose hands follow, and contributions when no case is
    left. What changes is locked first, in one order.
    """
    with transaction() as session:
        stand_in_line(f"reorganise:{old_id}")
        new = session.get_one(Department, new_id)
        mine = select(Ticket).where(Ticket.department_id == old_id, Ticket.is_open)
        order = (Ticket.parent_id.is_not(None), Ticket.id)
        cases = session.scalars(mine.order_by(*order).limit(BATCH).with_for_update()).all()
        for ticket in cases:
            actions.succeed(ticket, new, by=by, now=now)
        if cases:
            return len(cases)
        owed = select(SubTask).where(_owed_by([old_id])).order_by(SubTask.id)
        ids = {task.ticket_id for task in session.scalars(owed.limit(BATCH))}
        if not ids:
            return 0
        fresh = {"populate_existing": True}  # somebody may have given the part while we waited for the case
        locked = select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id).with_for_update()
        session.scalars(locked.execution_options(**fresh)).all()
        tasks = session.scalars(owed.where(SubTask.ticket_id.in_(ids)).execution_options(**fresh)).all()
        for task in tasks:
            if task.ticket.is_open:
                actions.succeed_task(task, new, by=by, now=now)
            else:
                task.department_id = new.id  # nothing moves any more: only where it is listed and found
                mark_to_file_again(Ticket.id == task.ticket_id)
        return len(tasks)
