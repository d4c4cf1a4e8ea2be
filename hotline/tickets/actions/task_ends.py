"""How a sub-task ends without its part: the lead unit does without it, or the case went elsewhere. Its unit is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from hotline import audit
from hotline.actor import SYSTEM, Actor
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


def _end_all(ticket: Ticket, reason: str, *, now: datetime) -> None:
    for task in ticket.sub_tasks:
        if task.is_open:
            audit.record("tickets:release", by=SYSTEM, now=now, object_kind="ticket", object_id=ticket.code)
            pin(ticket, Verb.RELEASE, by=SYSTEM, now=now, note=reason, unit_name=task.department.name_vi)
            end(task, reason, by=SYSTEM, now=now)


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
