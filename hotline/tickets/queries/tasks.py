"""Looks at sub-tasks: what a unit owes to other units' cases, what is owed to a case, what is overdue untold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from hotline.actor import Actor
from hotline.db import db
from hotline.staff.permissions import Role
from hotline.tickets.models import SubTask, Ticket
from hotline.tickets.queries.cases import units_of
from hotline.web.paging import ROWS_A_PAGE, Page, cursor_of, read_cursor

COUNTED_AT_MOST = 100
_OPEN = and_(SubTask.done_at.is_(None), SubTask.released_at.is_(None))


def open_tasks(actor: Actor, after: str = "") -> Page[SubTask]:
    """What the actor's unit owes to cases of other units (for the province: what all units owe), due first."""
    query = (
        select(SubTask)
        .where(_owed_by(actor))
        .options(
            joinedload(SubTask.department),
            joinedload(SubTask.ticket).joinedload(Ticket.category),
            joinedload(SubTask.ticket).joinedload(Ticket.department),
        )
        .order_by(SubTask.due_at, SubTask.id)
        .limit(ROWS_A_PAGE + 1)
    )
    if after:
        due_at, task_id = read_cursor(after)
        beyond = and_(SubTask.due_at == due_at, SubTask.id > task_id)
        query = query.where(or_(SubTask.due_at > due_at, beyond))
    rows = db.session.scalars(query).all()
    last = rows[ROWS_A_PAGE - 1] if len(rows) > ROWS_A_PAGE else None
    cursor = cursor_of(last.due_at, last.id) if last else None
    return Page(rows[:ROWS_A_PAGE], cursor, not after)


def open_task_count(actor: Actor) -> int:
    """How many those are, counted up to 100."""
    some = select(SubTask.id).where(_owed_by(actor)).limit(COUNTED_AT_MOST).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _owed_by(actor: Actor) -> ColumnElement[bool]:
    if actor.role and Role(actor.role).belongs_to_department:
        return and_(_OPEN, SubTask.department_id == actor.department_id)
    return _OPEN


def open_tasks_of(ticket: Ticket) -> list[SubTask]:
    """What other units still owe to the present cycle of a case."""
    return [task for task in ticket.sub_tasks if task.is_open and task.cycle == ticket.cycle]


def contributions_of(ticket: Ticket) -> list[SubTask]:
    """What other units contributed to the present cycle, in the order in which they were asked."""
    return [task for task in ticket.sub_tasks if task.done_at is not None and task.cycle == ticket.cycle]


def is_asked(ticket: Ticket, actor: Actor) -> bool:
    """Whether the actor's unit owes the case a part now."""
    return actor.department_id is not None and any(
        task.is_open and task.department_id == actor.department_id for task in ticket.sub_tasks
    )


def was_asked(ticket: Ticket, actor: Actor) -> bool:
    """Whether the actor's unit was ever asked for a part: it may go on reading the case."""
    units = units_of(actor)
    return any(task.department_id in units for task in ticket.sub_tasks)


def waiting_for_units(tickets: Iterable[Ticket]) -> dict[int, int]:
    """How many parts other units still owe to each of these cases; those that wait for none are left out."""
    ids = [ticket.id for ticket in tickets]
    query = select(SubTask.ticket_id, func.count()).where(_OPEN, SubTask.ticket_id.in_(ids)).group_by(SubTask.ticket_id)
    return dict(db.session.execute(query).tuples().all()) if ids else {}


def owed_by_unit() -> dict[int, int]:
    """How many contributions each unit owes; those that owe none are left out."""
    query = select(SubTask.department_id, func.count()).where(_OPEN).group_by(SubTask.department_id)
    return dict(db.session.execute(query).tuples().all())


def late_untold(now: datetime, at_most: int) -> Sequence[int]:
    """The ids of sub-tasks whose time has passed and whose unit was not told yet, the oldest first."""
    query = select(SubTask.id).where(_OPEN, SubTask.told_late_at.is_(None), SubTask.due_at < now)
    return db.session.scalars(query.order_by(SubTask.due_at).limit(at_most)).all()
