"""Sub-tasks: the lead unit asks another to contribute, which does, or is done without; the answer stays one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from hotline.actor import SYSTEM, Actor
from hotline.catalogue.models import Department
from hotline.db import db
from hotline.errors import Conflict, Invalid
from hotline.messages.rules.alerts import AlertKind
from hotline.tickets import courses
from hotline.tickets.actions import alerting, searching, task_ends
from hotline.tickets.actions.status import stay
from hotline.tickets.models import SubTask, Ticket, TicketEvent
from hotline.tickets.queries.tasks import contributions_of, open_tasks_of
from hotline.tickets.rules import sla, tasks
from hotline.tickets.rules.lifecycle import Verb
from hotline.web.formats import local

FLAWS: dict[tasks.Flaw, Any] = {
    tasks.Flaw.FREE_DAY: _l("This is no working day. Please choose one."),
    tasks.Flaw.PAST: _l("This time has passed. Please choose a later day."),
    tasks.Flaw.BEYOND_THE_CASE: _l("The case itself is due before that. Please choose an earlier day."),
}


def involve(
    ticket: Ticket, department: Department, *, question: str, due_on: date, by: Actor, now: datetime
) -> TicketEvent:
    """Ask another unit for its part, by the end of the working day `due_on`; its head and focal points are told.

    Raises Invalid for the own unit, one that was asked and still owes its part, or a day that will not do.
    """
    event = stay(
        ticket, Verb.INVOLVE, by=by, now=now, note=question, unit_name=department.name_vi, due_on=due_on.isoformat()
    )
    if department.id == ticket.department_id:
        raise Invalid(fields={"department_id": _l("Please choose another unit than your own.")})
    if any(task.department_id == department.id for task in open_tasks_of(ticket)):
        raise Invalid(fields={"department_id": _l("This unit has been asked already and still owes its part.")})
    task = SubTask(
        cycle=ticket.cycle,
        department_id=department.id,
        department=department,
        question=question,
        due_at=_due_at(ticket, due_on, now),
        asked_at=now,
        asked_by_id=by.user_id,
        asked_by_name=by.name,
        done_by_name="",
        report="",
        released_by_name="",
        release_reason="",
    )
    ticket.sub_tasks.append(task)
    db.session.flush()
    searching.index(ticket)
    task_ends.tell_unit(task, AlertKind.TASK_ASKED, "asked", by=by, now=now)
    return event


def _due_at(ticket: Ticket, due_on: date, now: datetime) -> datetime:
    end = sla.end_of_working_day(courses.calendar_of(ticket), due_on)
    last_day = ticket.due_at is not None and local(ticket.due_at).date() == due_on
    due = tasks.due_of(end, ticket.due_at, on_the_last_day=last_day, now=now)
    if isinstance(due, tasks.Flaw):
        raise Invalid(fields={"due_on": FLAWS[due]})
    return due


def contribute(ticket: Ticket, *, report: str, by: Actor, now: datetime) -> TicketEvent:
    """The asked unit gives its part; whoever works on the case is told. Raises Conflict when it owes none."""
    task = next((row for row in open_tasks_of(ticket) if row.department_id == by.department_id), None)
    if task is None:
        raise Conflict(_l("Your unit owes nothing to this case any more."))
    name = task.department.name_vi
    event = stay(ticket, Verb.CONTRIBUTE, by=by, now=now, note=report, unit_name=name, by_unit=name)
    task.done_at, task.done_by_id, task.done_by_name, task.report = now, by.user_id, by.name, report
    alerting.tell(
        ticket,
        AlertKind.TASK_DONE,
        ("assignee", "head"),
        occasion=f"task:{task.id}",
        by=by,
        now=now,
        unit=task.department.name_vi,
    )
    return event


def release(ticket: Ticket, task: SubTask, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """The lead unit does without the part, with a reason. Raises Conflict when it is no longer owed."""
    if task.ticket_id != ticket.id or not task.is_open:
        raise Conflict(_l("This contribution is no longer owed."))
    event = stay(ticket, Verb.RELEASE, by=by, now=now, note=reason, unit_name=task.department.name_vi)
    task_ends.end(task, reason, by=by, now=now)
    return event


def check_all_in(ticket: Ticket) -> None:
    """Raises Conflict with the units' names while a contribution of this cycle is still owed: the answer waits."""
    owing = [task.department.name for task in open_tasks_of(ticket)]
    if owing:
        raise Conflict(
            _l(
                "The answer must wait: %(units)s still owe their part. "
                "Please wait for it, or do without it and say why.",
                units=", ".join(owing),
            )
        )


def merged(ticket: Ticket) -> str:
    """What the units contributed in this cycle, as the beginning of the one answer."""
    return tasks.merged((task.department.name_vi, task.report) for task in contributions_of(ticket))


def tell_late(task: SubTask, *, now: datetime) -> bool:
    """Tell its unit, and whoever works on the case, that the time has passed; False when somebody else did."""
    claim = update(SubTask).where(
        SubTask.id == task.id,
        SubTask.told_late_at.is_(None),
        SubTask.done_at.is_(None),
        SubTask.released_at.is_(None),
    )
    if not db.session.execute(claim.values(told_late_at=now)).rowcount:  # type: ignore[attr-defined]
        return False
    task_ends.tell_unit(task, AlertKind.TASK_LATE, "late", by=SYSTEM, now=now, audiences=("assignee", "head"))
    return True
