"""Running clocks, many at once: the rows that matter and the facts that decide them, in few queries.

The facts are those of `courses.facts_of`, which reads them for one clock of a ticket at hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from hotline.catalogue import queries as catalogue
from hotline.db import db
from hotline.tickets.models import Clock, ClockKind, Pause, Ticket
from hotline.tickets.rules import sla
from hotline.tickets.rules.lifecycle import Status

ROWS_AT_ONCE = 1_000
NEEDED = (
    Clock.id,
    Clock.ticket_id,
    Clock.kind,
    Clock.cycle,
    Clock.target,
    Clock.policy_id,
    func.coalesce(Clock.calendar_id, Ticket.calendar_id).label("calendar_id"),
    Clock.plan_no,
    Clock.started_at,
    Clock.planned_at,
    Clock.floor_from_at,
    Clock.granted_at,
    Clock.granted_until,
    Clock.deadline_at,
    Clock.first_promise_at,
    Clock.bare_deadline_at,
    Clock.breached_at,
    Clock.next_step,
    Ticket.category_id,
    Ticket.priority,
    Ticket.channel,
    Ticket.caller_kind,
)

Waits = dict[int, list[tuple[datetime, datetime | None]]]


def selected(condition: ColumnElement[bool], *, after_id: int, at_most: int) -> Select[*tuple[Any, ...]]:
    """The running clocks that `condition` chooses, by id from `after_id` on."""
    return (
        select(*NEEDED)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(Clock.stopped_at.is_(None), Clock.id > after_id, condition)
        .order_by(Clock.id)
        .limit(at_most)
    )


def in_turns(condition: ColumnElement[bool]) -> Iterator[Sequence[Any]]:
    """All running clocks that `condition` chooses, a handful of rows at a time."""
    last = 0
    while rows := db.session.execute(selected(condition, after_id=last, at_most=ROWS_AT_ONCE)).all():
        yield rows
        last = rows[-1].id


def counted(condition: ColumnElement[bool]) -> int:
    """How many running clocks `condition` chooses."""
    query = select(func.count()).select_from(Clock).join(Ticket, Ticket.id == Clock.ticket_id)
    return db.session.scalar(query.where(Clock.stopped_at.is_(None), condition)) or 0


def facts_of(rows: Sequence[Any]) -> dict[int, sla.Facts]:
    """What decides the deadline of each of `rows`, by clock. Only answers pause (R4) and have earlier cycles (R8)."""
    answers = [row for row in rows if row.kind is ClockKind.RESOLUTION]
    waits = _waits([row.ticket_id for row in answers])
    cycles = _earlier_cycles([row.ticket_id for row in answers if row.cycle > 1])
    return {row.id: _facts(row, waits, cycles) for row in rows}


def _facts(row: Any, waits: Waits, cycles: dict[int, list[Any]]) -> sla.Facts:
    is_answer = row.kind is ClockKind.RESOLUTION
    before = [c for c in cycles[row.ticket_id] if c.cycle < row.cycle] if is_answer and row.cycle > 1 else []
    return sla.Facts(
        target=row.target,
        calendar=catalogue.arithmetic_of(row.calendar_id),
        started_at=row.started_at,
        pauses=_within(waits, row.ticket_id, row.started_at, None) if is_answer else (),
        earlier=tuple(
            (c.started_at, c.stopped_at, _within(waits, row.ticket_id, c.started_at, c.stopped_at)) for c in before
        ),
        floor_from_at=row.floor_from_at,
        granted_at=row.granted_at,
        granted_until=row.granted_until,
    )


def _within(waits: Waits, ticket_id: int, since: datetime, until: datetime | None) -> tuple[sla.PauseSpan, ...]:
    if ticket_id not in waits:
        return ()
    return tuple(
        (began, ended)
        for began, ended in waits[ticket_id]
        if (until is None or began < until) and (ended is None or ended > since)
    )


def _waits(ticket_ids: Sequence[int]) -> Waits:
    found: Waits = defaultdict(list)
    query = select(Pause.ticket_id, Pause.began_at, Pause.ended_at).where(
        Pause.ticket_id.in_(ticket_ids), Pause.kind == Status.WAITING_CITIZEN, Pause.began_at.is_not(None)
    )
    for ticket_id, began_at, ended_at in db.session.execute(query.order_by(Pause.id)):
        if began_at is not None:
            found[ticket_id].append((began_at, ended_at))
    return found


def _earlier_cycles(ticket_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    if not ticket_ids:
        return found
    query = select(Clock.ticket_id, Clock.cycle, Clock.started_at, Clock.stopped_at).where(
        Clock.ticket_id.in_(ticket_ids), Clock.kind == ClockKind.RESOLUTION, Clock.stopped_at.is_not(None)
    )
    for row in db.session.execute(query.order_by(Clock.cycle)):
        found[row.ticket_id].append(row)
    return found
