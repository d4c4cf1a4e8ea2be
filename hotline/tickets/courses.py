"""Looks at one clock: the facts that decide it, the plan that follows, the thresholds on its way. All from the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Policy
from hotline.tickets.models import Clock, ClockKind, Ticket
from hotline.tickets.rules import sla, thresholds
from hotline.tickets.rules.lifecycle import Status
from hotline.worktime import WorkCalendar


@dataclass(frozen=True)
class Course:
    """Where a clock stands: its facts, the plan that follows from them, and when its thresholds are due."""

    facts: sla.Facts
    plan: sla.Plan
    due: list[thresholds.Due]


def calendar_of(ticket: Ticket) -> WorkCalendar:
    """The calendar version that the ticket's deadlines follow (R9)."""
    if ticket.calendar is None:
        raise ValueError(f"ticket {ticket.code} has no calendar")
    return catalogue.arithmetic(ticket.calendar)


def facts_of(ticket: Ticket, clock: Clock) -> sla.Facts:
    """What decides the clock's deadline. Only the answer's clock pauses (R4) and has earlier cycles (R8)."""
    is_answer = clock.kind is ClockKind.RESOLUTION
    return sla.Facts(
        target=clock.target,
        calendar=catalogue.arithmetic(clock.calendar) if clock.calendar else calendar_of(ticket),
        started_at=clock.started_at,
        pauses=_waits(ticket, clock.started_at, clock.stopped_at) if is_answer else (),
        earlier=_earlier(ticket, clock) if is_answer and clock.cycle > 1 else (),
        floor_from_at=clock.floor_from_at,
        granted_at=clock.granted_at,
        granted_until=clock.granted_until,
    )


def _waits(ticket: Ticket, since: datetime, until: datetime | None) -> tuple[sla.PauseSpan, ...]:
    waits = [(row.began_at, row.ended_at) for row in ticket.pauses if row.kind is Status.WAITING_CITIZEN]
    return tuple(
        (began, ended)
        for began, ended in waits
        if began is not None and (until is None or began < until) and (ended is None or ended > since)
    )


def _earlier(ticket: Ticket, clock: Clock) -> tuple[tuple[datetime, datetime, tuple[sla.PauseSpan, ...]], ...]:
    before = [c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION and c.cycle < clock.cycle]
    return tuple(
        (c.started_at, c.stopped_at, _waits(ticket, c.started_at, c.stopped_at))
        for c in sorted(before, key=lambda c: c.cycle)
        if c.stopped_at is not None
    )


def course_of(ticket: Ticket, clock: Clock) -> Course:
    """The clock's facts, plan and thresholds as they are now."""
    facts = facts_of(ticket, clock)
    plan = sla.plan_of(facts)
    return Course(facts, plan, thresholds.schedule(steps_of(clock.policy, clock.kind), facts, plan))


def steps_of(policy: Policy | None, kind: ClockKind) -> list[thresholds.Step]:
    """The thresholds that a policy sets for one kind of clock; without a policy only the deadline itself."""
    rows = policy.thresholds if policy else []
    return [step for step in thresholds.read_steps(rows) if step.clock == kind] or [
        thresholds.Step(kind, thresholds.BREACH)
    ]
