"""The lists that people work from: what is due next, what waits, what is done; and how many stand under each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from hotline.actor import Actor
from hotline.db import db
from hotline.errors import NotFound
from hotline.tickets.models import Ticket
from hotline.tickets.queries.cases import visible
from hotline.tickets.rules.lifecycle import Status
from hotline.web.formats import local
from hotline.web.paging import ROWS_A_PAGE, Page

COUNTED_AT_MOST = 100


class View(StrEnum):
    """The tabs of the queue."""

    OPEN_WORK = "todo"
    TRIAGE = "triage"
    MINE = "mine"
    TODAY = "today"
    OVERDUE = "overdue"
    APPROVAL = "approval"
    WAITING = "waiting"
    DONE = "done"
    ALL = "all"

    @property
    def label(self) -> Any:
        """The word on the tab."""
        return {
            View.OPEN_WORK: _l("To do"),
            View.TRIAGE: _l("To be sorted"),
            View.MINE: _l("Mine"),
            View.TODAY: _l("Due today"),
            View.OVERDUE: _l("Overdue"),
            View.APPROVAL: _l("To approve"),
            View.WAITING: _l("Waiting"),
            View.DONE: _l("Answered"),
            View.ALL: _l("All"),
        }[self]


def views_of(actor: Actor) -> list[View]:
    """The tabs that make sense for a role; the first is where it begins."""
    if actor.role in ("operator", "lead"):
        return [View.TRIAGE, View.OPEN_WORK, View.TODAY, View.OVERDUE, View.APPROVAL, View.WAITING, View.DONE, View.ALL]
    if actor.role in ("staff", "head"):
        return [View.OPEN_WORK, View.MINE, View.TODAY, View.OVERDUE, View.APPROVAL, View.WAITING, View.DONE, View.ALL]
    return [View.OPEN_WORK, View.OVERDUE, View.DONE, View.ALL]


def _condition(view: View, actor: Actor, now: datetime) -> ColumnElement[bool]:
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    running = and_(Ticket.is_open, Ticket.next_due_at.is_not(None))
    conditions: dict[View, ColumnElement[bool]] = {
        View.OPEN_WORK: running,
        View.TRIAGE: Ticket.status.in_([Status.RECEIVED, Status.TRIAGE, Status.RETURNED]),
        View.MINE: and_(running, Ticket.assignee_id == actor.user_id),
        View.TODAY: and_(running, Ticket.next_due_at < midnight),
        View.OVERDUE: and_(running, Ticket.next_due_at < now),
        View.APPROVAL: Ticket.status == Status.AWAITING_APPROVAL,
        View.WAITING: Ticket.status == Status.WAITING_CITIZEN,
        View.DONE: and_(Ticket.is_open.is_(False), Ticket.stopped_at.is_not(None)),
        View.ALL: Ticket.id > 0,
    }
    return conditions[view]


def conditions(view: View, actor: Actor, now: datetime) -> Sequence[ColumnElement[bool]]:
    """What a search within a list asks beyond its words."""
    return () if view is View.ALL else (_condition(view, actor, now),)


def queue(view: View, actor: Actor, now: datetime, *, after: str = "") -> Page[Ticket]:
    """One page of the queue: what is due next first, and newest first for finished or all cases.

    `after` is the cursor of the page before.
    """
    query = _rows(view, actor, now)
    newest_first = view in (View.DONE, View.ALL, View.WAITING)
    if newest_first:
        query = query.order_by(Ticket.received_at.desc(), Ticket.id.desc())
    else:
        query = query.order_by(Ticket.next_due_at, Ticket.id)
    if after:
        at, ticket_id = _cursor(after)
        key = Ticket.received_at if newest_first else Ticket.next_due_at
        beyond = key < at if newest_first else key > at
        tie = Ticket.id < ticket_id if newest_first else Ticket.id > ticket_id
        query = query.where(or_(beyond, and_(key == at, tie)))
    rows = list(db.session.scalars(query.limit(ROWS_A_PAGE + 1)))
    cursor = None
    if len(rows) > ROWS_A_PAGE:
        last = rows[ROWS_A_PAGE - 1]
        instant = last.received_at if newest_first else last.next_due_at
        cursor = f"{instant.timestamp():.6f}~{last.id}" if instant else None
    return Page(rows[:ROWS_A_PAGE], cursor, not after)


def _cursor(text: str) -> tuple[datetime, int]:
    try:
        stamp, _sep, number = text.partition("~")
        return datetime.fromtimestamp(float(stamp), UTC), int(number)
    except (ValueError, OverflowError, OSError) as error:
        raise NotFound(_l("There is no such page of the list.")) from error


def _rows(view: View, actor: Actor, now: datetime) -> Select[Ticket]:
    return (
        select(Ticket)
        .where(visible(actor), _condition(view, actor, now))
        .options(
            joinedload(Ticket.category),
            joinedload(Ticket.area),
            joinedload(Ticket.department),
            joinedload(Ticket.assignee),
            selectinload(Ticket.clocks),
        )
    )


def counts(actor: Actor, now: datetime) -> dict[View, int]:
    """How many stand under each tab, counted up to 100 so that a large house costs no more than a small one."""
    found: dict[View, int] = {}
    for view in views_of(actor):
        if view in (View.DONE, View.ALL):
            continue
        some = select(Ticket.id).where(visible(actor), _condition(view, actor, now)).limit(COUNTED_AT_MOST).subquery()
        found[view] = db.session.scalar(select(func.count()).select_from(some)) or 0
    return found
