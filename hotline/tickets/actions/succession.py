"""A unit's successor takes over its open work: same state, same deadlines, other hands."""

from __future__ import annotations

from datetime import datetime

from hotline.actor import Actor
from hotline.catalogue.models import Department
from hotline.messages.rules.alerts import AlertKind
from hotline.tickets.actions import alerting, legs, task_ends
from hotline.tickets.actions.status import stay
from hotline.tickets.models import SubTask, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Verb


def succeed(ticket: Ticket, successor: Department, *, by: Actor, now: datetime) -> TicketEvent:
    """The case goes on with `successor`: the running leg ends and the next begins; deadlines and state stay.

    Who moved with the unit keeps the case; otherwise nobody has it, and the heads of the successor are told.
    """
    from_id, ticket.department_id, ticket.department = ticket.department_id, successor.id, successor
    has_moved_along = ticket.assignee is not None and ticket.assignee.department_id == successor.id
    if not has_moved_along:
        ticket.assignee_id = ticket.assignee = None
    event = stay(ticket, Verb.SUCCEED, by=by, now=now, note=successor.name_vi, from_department_id=from_id)
    legs.settle_hands(ticket, at=now)
    legs.settle_joined(ticket, at=now)
    task_ends.end_what_the_lead_owes(ticket, now=now)
    if not has_moved_along:
        occasion = f"succeed:{successor.id}"
        alerting.tell(ticket, AlertKind.NEW_WORK, ("head",), occasion=occasion, by=by, now=now)
    return event


def succeed_task(task: SubTask, successor: Department, *, by: Actor, now: datetime) -> TicketEvent:
    """What a co-ordinating unit still owes is owed by its successor, which is told, unless that one leads the case."""
    from_id, task.department_id, task.department = task.department_id, successor.id, successor
    event = stay(
        task.ticket,
        Verb.SUCCEED,
        by=by,
        now=now,
        note=successor.name_vi,
        sub_task_id=task.id,
        from_department_id=from_id,
    )
    if successor.id == task.ticket.department_id:
        task_ends.end_what_the_lead_owes(task.ticket, now=now)
    else:
        task_ends.tell_unit(task, AlertKind.TASK_ASKED, f"succeed:{successor.id}", by=by, now=now)
    return event
