"""The queue: a page of a list, how many stand in each, and what a row says beyond its ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from hotline.actor import Actor
from hotline.audit import AuditEntry
from hotline.db import db
from hotline.tickets.models import Holder, Leg, Ticket
from hotline.tickets.queries.filters import Filters
from hotline.tickets.queries.lists import View, condition_of, desk_of, order_of, views_of
from hotline.tickets.queries.searching import Found, search
from hotline.tickets.queries.tasks import open_task_count
from hotline.web.paging import ROWS_A_PAGE, Page, cursor_of, read_cursor

COUNTED_AT_MOST = 100
NO_FILTERS = Filters()
Row = TypeVarTuple("Row")


def queue(view: View, actor: Actor, now: datetime, *, filters: Filters = NO_FILTERS, after: str = "") -> Page[Ticket]:
    """One page of a list, in its order. `after` is the cursor of the page before. Raises NotFound for a broken one."""
    rows = list(db.session.scalars(rows_of(view, actor, now, filters, after)))
    cursor = None
    if len(rows) > ROWS_A_PAGE:
        last = rows[ROWS_A_PAGE - 1]
        instants = {"due": last.next_due_at, "waits": last.held_since_at or last.received_at}
        instant = instants.get(order_of(view), last.received_at)
        cursor = cursor_of(instant, last.id) if instant else None
    return Page(rows[:ROWS_A_PAGE], cursor, not after)


def look_for(filters: Filters, actor: Actor, now: datetime, after: str = "") -> Found:
    """What is searched everywhere: the best fit first, not what is due first. Raises NotFound for a broken cursor."""
    return search(filters.words, actor, conditions=filters.without("words").conditions(actor, now), after=after)


def rows_of(view: View, actor: Actor, now: datetime, filters: Filters = NO_FILTERS, after: str = "") -> Select[Ticket]:
    """The rows of one page and the one behind them."""
    order = order_of(view)
    query = _narrowed(select(Ticket), view, actor, now, filters).options(
        joinedload(Ticket.category),
        joinedload(Ticket.area),
        joinedload(Ticket.department),
        joinedload(Ticket.assignee),
        selectinload(Ticket.clocks),
    )
    key = order.key
    query = query.order_by(key.desc(), Ticket.id.desc()) if order.is_falling else query.order_by(key, Ticket.id)
    if after:
        at, ticket_id = read_cursor(after)
        # The bound on the key alone comes first: an index can begin there, which it cannot at an OR.
        if order.is_falling:
            query = query.where(key <= at, or_(key < at, Ticket.id < ticket_id))
        else:
            query = query.where(key >= at, or_(key > at, Ticket.id > ticket_id))
    return query.limit(ROWS_A_PAGE + 1)


def _narrowed(query: Select[*Row], view: View, actor: Actor, now: datetime, filters: Filters) -> Select[*Row]:
    return query.where(desk_of(actor, view), condition_of(view, actor, now), *filters.conditions(actor, now))


def some_of(view: View, actor: Actor, now: datetime, filters: Filters = NO_FILTERS) -> Select[int]:
    """The ids of a list, as many as are counted: a large house costs no more than a small one."""
    return _narrowed(select(Ticket.id), view, actor, now, filters).limit(COUNTED_AT_MOST)


def counts(actor: Actor, now: datetime, filters: Filters = NO_FILTERS, *, also: View | None = None) -> dict[View, int]:
    """How many stand under each tab, counted up to 100, in one question; of the long lists only `also`."""
    views = [view for view in views_of(actor) if view is not View.TASKS and (view is also or not view.is_history)]
    numbers = [
        select(func.count()).select_from(some_of(view, actor, now, filters).subquery()).scalar_subquery()
        for view in views
    ]
    found = dict(zip(views, db.session.execute(select(*numbers)).one(), strict=True))
    if View.TASKS in views_of(actor):
        found[View.TASKS] = min(open_task_count(actor), COUNTED_AT_MOST)
    return found


def holders_of(tickets: Sequence[Ticket]) -> dict[int, Holder]:
    """In whose hands each of these tickets is now; finished ones are in nobody's."""
    running = select(Leg.ticket_id, Leg.holder).where(
        Leg.ticket_id.in_([ticket.id for ticket in tickets]), Leg.ended_at.is_(None)
    )
    return dict(db.session.execute(running).tuples().all())


def work_of_people(actor: Actor, now: datetime) -> dict[int, tuple[int, int]]:
    """For each person of the actor's unit how many cases they have to do and how many are overdue, as lists say."""
    todo, overdue = (condition_of(view, actor, now) for view in (View.OPEN_WORK, View.OVERDUE))
    query = (
        select(Ticket.assignee_id, func.count(), func.count().filter(overdue))
        .where(desk_of(actor, View.OPEN_WORK), todo, Ticket.assignee_id.is_not(None))
        .group_by(Ticket.assignee_id)
    )
    return {person: (number, late) for person, number, late in db.session.execute(query) if person is not None}


def report_of(reference: str, actor: Actor) -> AuditEntry | None:
    """What became of a deed on many cases at once, for the one who did it."""
    return db.session.scalar(
        select(AuditEntry).where(
            AuditEntry.object_kind == "bulk", AuditEntry.object_id == reference, AuditEntry.actor_id == actor.user_id
        )
    )
