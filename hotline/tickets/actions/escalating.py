"""The sweep: thresholds of many clocks at once, each crossed exactly once however many sweepers there are (R10, R11).

Clock and ticket are locked first, whoever is locked is left to the next turn; crossing, breach notice, next threshold
and alerts are one transaction. It writes in bulk what `promises.escalate` writes for one clock, from the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import joinedload

from hotline.actor import SYSTEM
from hotline.catalogue import queries as catalogue
from hotline.db import UtcDateTime, db
from hotline.tickets import courses, running
from hotline.tickets.actions import alerting, promises
from hotline.tickets.models import Clock, ClockKind, Crossing, Ticket, TicketEvent
from hotline.tickets.rules import sla, thresholds
from hotline.tickets.rules.lifecycle import Status, Verb

SILENT_AT_ONCE = 20
NEEDED_OF_CLOCKS = (
    Clock.id,
    Clock.ticket_id,
    Clock.kind,
    Clock.cycle,
    Clock.leg_no,
    Clock.target,
    Clock.policy_id,
    func.coalesce(Clock.calendar_id, Ticket.calendar_id).label("calendar_id"),
    Clock.plan_no,
    Clock.started_at,
    Clock.floor_from_at,
    Clock.granted_at,
    Clock.granted_until,
    Clock.deadline_at,
    Clock.next_step,
    Clock.fires_at,
)
NEEDED_OF_TICKETS = (
    Ticket.code,
    Ticket.status,
    Ticket.cycle.label("ticket_cycle"),
    Ticket.department_id,
    Ticket.assignee_id,
    Ticket.priority,
)


@dataclass
class Writings:
    """What one batch writes, gathered so that each table is written once."""

    crossings: list[dict[str, Any]] = field(default_factory=list)
    clocks: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    late_tickets: set[int] = field(default_factory=set)
    told: list[alerting.Crossed] = field(default_factory=list)


def escalate_due(now: datetime, *, at_most: int) -> int:
    """Cross what is due on at most `at_most` clocks, oldest first; how many clocks were dealt with.

    Cases that silence accepts are lived through one by one, so only a few of them at once.
    """
    due = (
        select(*NEEDED_OF_CLOCKS, *NEEDED_OF_TICKETS)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(Clock.fires_at < now)
        .order_by(Clock.fires_at)
        .limit(at_most)
        .with_for_update(of=(Ticket, Clock), skip_locked=True)
    )
    rows = db.session.execute(due).all()
    if not rows:
        return 0
    facts, steps, writings = running.facts_of(rows), _Steps(), Writings()
    silent = []
    for row in rows:
        if row.kind is ClockKind.ACCEPTANCE and row.status is Status.ROUTED:
            silent.append(row.id)  # silence accepts: the case moves on
        else:
            _cross(row, facts[row.id], steps.of(row.policy_id, row.kind), writings, now)
    _write(writings)
    alerting.tell_of_crossings(writings.told, now=now)
    _let_silence_accept(silent[:SILENT_AT_ONCE], now)
    return len(rows) - len(silent[SILENT_AT_ONCE:])


def _let_silence_accept(clock_ids: Sequence[int], now: datetime) -> None:
    if not clock_ids:
        return
    of_case = joinedload(Clock.ticket)
    query = select(Clock).where(Clock.id.in_(clock_ids)).order_by(Clock.fires_at)
    for clock in db.session.scalars(
        query.options(
            of_case.selectinload(Ticket.clocks).selectinload(Clock.crossings),
            of_case.selectinload(Ticket.pauses),
            of_case.selectinload(Ticket.legs),
        )
    ).all():
        promises.escalate(clock, by=SYSTEM, now=now)
    db.session.flush()


class _Steps:
    """The thresholds of each policy version and clock, read once a batch."""

    def __init__(self) -> None:
        self._known: dict[tuple[int | None, ClockKind], list[thresholds.Step]] = {}

    def of(self, policy_id: int | None, kind: ClockKind) -> list[thresholds.Step]:
        if (policy_id, kind) not in self._known:
            policy = catalogue.policy_version(policy_id) if policy_id is not None else None
            self._known[policy_id, kind] = courses.steps_of(policy, kind)
        return self._known[policy_id, kind]


def _cross(row: Any, facts: sla.Facts, steps: list[thresholds.Step], writings: Writings, now: datetime) -> None:
    due = thresholds.schedule(steps, facts, sla.plan_of(facts))
    passed = thresholds.crossed(due, row.next_step, now)
    following = thresholds.following(due, row.next_step, len(passed))
    loudest = thresholds.loudest(passed)
    writings.crossings += [
        {
            "clock_id": row.id,
            "plan_no": row.plan_no,
            "step": one.step.at,
            "due_at": one.at,
            "fired_at": now,
            "has_alerted": one is loudest,
            "waive_reason": "",
        }
        for one in passed
    ]
    is_broken = any(one.step.at == thresholds.BREACH for one in passed)
    writings.clocks.append(
        {
            "clock": row.id,
            "step": following.step.at if following else None,
            "moment": following.at if following else None,
            "broken": row.deadline_at if is_broken else None,
            "noticed": now if is_broken else None,
        }
    )
    if is_broken:
        _break(row, writings, now)
    if loudest is not None:
        writings.told.append(
            alerting.Crossed(
                code=row.code,
                department_id=row.department_id,
                assignee_id=row.assignee_id,
                priority=row.priority,
                policy_id=row.policy_id,
                calendar_id=row.calendar_id,
                clock=row.kind,
                cycle=row.cycle,
                leg_no=row.leg_no,
                plan_no=row.plan_no,
                step=loudest.step.at,
                audiences=loudest.step.alerts,
                deadline_at=row.deadline_at,
            )
        )


def _break(row: Any, writings: Writings, now: datetime) -> None:
    if row.kind is ClockKind.RESOLUTION:
        writings.late_tickets.add(row.ticket_id)
    writings.events.append(
        {
            "ticket_id": row.ticket_id,
            "verb": Verb.BREACH,
            "old_status": row.status,
            "new_status": row.status,
            "cycle": row.ticket_cycle,
            "at": now,
            "by_kind": SYSTEM.kind,
            "by_name": SYSTEM.name,
            "department_id": row.department_id,
            "stops_clock": False,
            "public_text": "",
            "note": "",
            "detail": {"clock": row.kind.value, "due_at": row.deadline_at.isoformat()},
        }
    )


def _write(writings: Writings) -> None:
    connection = db.session.connection()
    table: Any = Clock.__table__
    moved: dict[str, Any] = {
        "next_step": bindparam("step"),
        "fires_at": bindparam("moment"),
        "breached_at": func.coalesce(bindparam("broken", type_=UtcDateTime), table.c.breached_at),
        "noticed_at": func.coalesce(bindparam("noticed", type_=UtcDateTime), table.c.noticed_at),
    }
    if writings.clocks:
        connection.execute(update(table).where(table.c.id == bindparam("clock")).values(**moved), writings.clocks)
    if writings.crossings:
        connection.execute(insert(Crossing), writings.crossings)
    if writings.events:
        connection.execute(insert(TicketEvent), writings.events)
    if writings.late_tickets:
        late = update(Ticket).where(Ticket.id.in_(writings.late_tickets))
        connection.execute(late.values(is_late=True, is_late_by_first_promise=True))
