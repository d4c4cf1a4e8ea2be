"""How a sub-task ends without its part, and how it stays within the case: what happens to the case happens to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from hotline import audit
from hotline.actor import SYSTEM, Actor
from hotline.db import db
from hotline.messages.rules.alerts import AlertKind
from hotline.staff import queries as staff
from hotline.tickets.actions import alerting
from hotline.tickets.actions.notices import pin
from hotline.tickets.models import SubTask, Ticket
from hotline.tickets.rules.lifecycle import Verb
from hotline.web.language import as_recorded


def end(task: SubTask, reason: str, *, by: Actor, now: datetime) -> None:
    """Do without the part; the unit that was asked for it is told."""
    task.released_at, task.released_by_name, task.release_reason = now, by.name, reason[:500]
    tell_unit(task, AlertKind.TASK_ASKED, "released", by=by, now=now, released=True)


def end_with_the_case(ticket: Ticket, *, now: datetime) -> None:
    """The case has ended: what is still owed to it has no object any more."""
    with as_recorded():
        _end_all(ticket, _("The case ended before this part was given."), now=now)


def end_with_the_lead(ticket: Ticket, *, now: datetime) -> None:
    """The case left the unit that asked: what it asked of others is not the next one's to wait for."""
    with as_recorded():
        _end_all(ticket, _("The case left the unit that had asked for this part."), now=now)


def end_what_the_lead_owes(ticket: Ticket, *, now: datetime) -> None:
    """After a reorganisation the unit that was asked leads the case itself: it owes itself nothing."""
    with as_recorded():
        reason = _("The unit that was asked for this part leads the case itself now.")
    _end_all(ticket, reason, now=now, owed_by=ticket.department_id)


def _end_all(ticket: Ticket, reason: str, *, now: datetime, owed_by: int | None = None) -> None:
    for task in ticket.sub_tasks:
        if task.is_open and owed_by in (None, task.department_id):
            audit.record("tickets:release", by=SYSTEM, now=now, object_kind="ticket", object_id=ticket.code)
            pin(ticket, Verb.RELEASE, by=SYSTEM, now=now, note=reason, unit_name=task.department.name_vi)
            end(task, reason, by=SYSTEM, now=now)


def keep_within(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """The case is due earlier than it was: no part is due after it. The units that owe one are told."""
    for task in ticket.sub_tasks:
        if task.is_open and ticket.due_at is not None and task.asked_at < ticket.due_at < task.due_at:
            task.due_at = ticket.due_at
            tell_unit(task, AlertKind.TASK_ASKED, f"due:{task.due_at.isoformat()}", by=by, now=now)


def keep_all_within(ticket_ids: set[int]) -> None:
    """The same for many cases, without telling: their units see it in the list of what they owe."""
    due_at = select(Ticket.due_at).where(Ticket.id == SubTask.ticket_id).scalar_subquery()
    is_open = (SubTask.done_at.is_(None), SubTask.released_at.is_(None))
    beyond = (SubTask.ticket_id.in_(ticket_ids), due_at < SubTask.due_at, due_at > SubTask.asked_at)
    db.session.connection().execute(update(SubTask).where(*is_open, *beyond).values(due_at=due_at))


def tell_unit(
    task: SubTask,
    kind: AlertKind,
    occasion: str,
    *,
    by: Actor,
    now: datetime,
    audiences: tuple[str, ...] = (),
    **params: Any,
) -> None:
    """Alert the head and the focal points of the unit that was asked, and `audiences` of the unit that leads."""
    due = {"due_at": task.due_at.isoformat()} if task.is_open else {}
    alerting.tell(
        task.ticket,
        kind,
        audiences,
        people=staff.who_answers_for(task.department_id),
        occasion=f"task:{task.id}:{occasion}",
        by=by,
        now=now,
        **(due | params),
    )
