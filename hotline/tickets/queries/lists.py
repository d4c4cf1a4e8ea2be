"""The lists of the queue: which there are for whom, what stands in each, and in which order."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import ColumnElement, and_, func, text, true

from hotline.actor import Actor
from hotline.staff.permissions import Can
from hotline.tickets.models import Ticket
from hotline.tickets.queries.cases import is_of
from hotline.tickets.rules.lifecycle import Status
from hotline.web.formats import local


class View(StrEnum):
    """The tabs of the queue."""

    UNASSIGNED = "unassigned"
    MINE = "mine"
    OPEN_WORK = "todo"
    TRIAGE = "triage"
    RETURNED = "returned"
    TODAY = "today"
    OVERDUE = "overdue"
    REWORK = "rework"
    APPROVAL = "approval"
    TASKS = "tasks"
    WAITING = "waiting"
    DONE = "done"
    ALL = "all"

    @property
    def label(self) -> Any:
        """The word on the tab."""
        return {
            View.UNASSIGNED: _l("Not assigned yet"),
            View.MINE: _l("Mine"),
            View.OPEN_WORK: _l("To do"),
            View.TRIAGE: _l("To be sorted"),
            View.RETURNED: _l("Returned by units"),
            View.TODAY: _l("Due today"),
            View.OVERDUE: _l("Overdue"),
            View.REWORK: _l("To be reworked"),
            View.APPROVAL: _l("To approve"),
            View.TASKS: _lp("list", "Contributions"),
            View.WAITING: _l("Waiting"),
            View.DONE: _l("Answered"),
            View.ALL: _l("All"),
        }[self]

    @property
    def is_history(self) -> bool:
        """Whether it holds what is long done, too, so that its number tells nobody anything."""
        return self in (View.DONE, View.ALL)


class Order(StrEnum):
    """How a list is sorted: what is due next first, who waits longest first, or newest first."""

    DUE = "due"
    WAITS = "waits"
    NEWEST = "newest"

    @property
    def key(self) -> ColumnElement[Any]:
        """What the rows are compared by, before their ids."""
        if self is Order.DUE:
            return Ticket.next_due_at.expression
        if self is Order.WAITS:
            # Not a column alone: an index in this order would tempt a planner to walk all cases for the few that wait.
            return func.coalesce(Ticket.held_since_at, Ticket.received_at)
        return Ticket.received_at.expression

    @property
    def is_falling(self) -> bool:
        """Whether the greatest key comes first."""
        return self is Order.NEWEST


def views_of(actor: Actor) -> list[View]:
    """The tabs that make sense for a person; where each begins see `first_view`."""
    if actor.role in ("operator", "lead"):
        approving = [View.APPROVAL] if actor.can(Can.TICKETS_APPROVE) else []
        mine = [View.TRIAGE, View.RETURNED, View.OPEN_WORK, View.TODAY, View.OVERDUE, View.WAITING, *approving]
        return [*mine, View.DONE, View.ALL]
    if actor.role in ("staff", "head"):
        assigning = [View.UNASSIGNED, View.OPEN_WORK, View.MINE]
        working = [View.MINE, View.OPEN_WORK, View.UNASSIGNED]
        begin = assigning if actor.can(Can.TICKETS_ASSIGN) else working
        rest = [View.TODAY, View.OVERDUE, View.REWORK, View.APPROVAL, View.TASKS, View.WAITING, View.DONE, View.ALL]
        return [*begin, *rest]
    return [View.OPEN_WORK, View.OVERDUE, View.DONE, View.ALL]


def first_view(actor: Actor, counts: dict[View, int]) -> View:
    """Where a person begins: who assigns at what is not assigned, or at all work when nothing is."""
    first = views_of(actor)[0]
    return View.OPEN_WORK if first is View.UNASSIGNED and not counts.get(first) else first


def order_of(view: View) -> Order:
    """How the list is sorted."""
    if view.is_history:
        return Order.NEWEST
    return Order.WAITS if view is View.WAITING else Order.DUE


_TO_SORT = (Status.RECEIVED, Status.TRIAGE, Status.RETURNED, Status.REOPENED)
_TO_ASSIGN = (Status.ROUTED, Status.IN_PROGRESS, Status.ON_HOLD, Status.REOPENED)


def desk_of(actor: Actor, view: View) -> ColumnElement[bool]:
    """Whose cases a person's list holds: the own unit's, at the province all. Fewer than `within_reach` where a unit
    only contributes: that work has a list of its own. What is done of units that ended stands with who took over.
    """
    if actor.department_id is not None and view.is_history:
        return is_of(Ticket.department_id, actor)
    if actor.department_id is not None:
        return Ticket.department_id == actor.department_id
    return Ticket.id > 0


def condition_of(view: View, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """What stands in the list, before it is asked who may see it.

    A case that joined an incident is worked on in its main case, so no list of work shows it.
    """
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    running = and_(Ticket.is_open, Ticket.next_due_at.is_not(None), Ticket.status != Status.ATTACHED)
    with_nobody = and_(running, Ticket.department_id.is_(None))
    # A unit's list comes out of the index of its open cases; at the province that of the state is shorter.
    is_open = Ticket.is_open if actor.department_id is not None else true()
    conditions: dict[View, ColumnElement[bool]] = {
        View.OPEN_WORK: running,
        View.UNASSIGNED: and_(running, Ticket.assignee_id.is_(None), Ticket.status.in_(_TO_ASSIGN)),
        View.MINE: and_(running, Ticket.assignee_id == actor.user_id),
        View.TRIAGE: and_(with_nobody, Ticket.status.in_(_TO_SORT)),
        View.RETURNED: and_(with_nobody, Ticket.status == Status.RETURNED),
        View.TODAY: and_(running, Ticket.next_due_at >= now, Ticket.next_due_at < midnight),
        View.OVERDUE: and_(running, Ticket.next_due_at < now),
        # As the partial index says it: SQLite does not see that `is_sent_back = 1` is the same.
        View.REWORK: and_(running, text("tickets.is_sent_back")),
        View.APPROVAL: and_(is_open, Ticket.next_due_at.is_not(None), Ticket.status == Status.AWAITING_APPROVAL),
        View.WAITING: and_(is_open, Ticket.status == Status.WAITING_CITIZEN),
        # An open case has no such time; asking for `is_open` as well would cost the order of the index.
        View.DONE: Ticket.stopped_at.is_not(None),
        View.ALL: Ticket.id > 0,
    }
    return conditions[view]
