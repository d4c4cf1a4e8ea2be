"""Clocks of a ticket: started, paused, resumed, stopped; deadlines recomputed from facts by `rules.sla` (R1 to R8)."""

from __future__ import annotations

from datetime import datetime

from hotline.catalogue import queries as catalogue
from hotline.tickets.models import Clock, ClockKind, Pause, Ticket
from hotline.tickets.rules import sla
from hotline.tickets.rules.lifecycle import Status
from hotline.worktime import WorkCalendar


def calendar_of(ticket: Ticket) -> WorkCalendar:
    """The calendar version the ticket was opened under (R9: a ticket keeps its snapshot)."""
    if ticket.calendar is None:
        raise ValueError(f"ticket {ticket.code} has no calendar")
    return catalogue.arithmetic(ticket.calendar)


def acceptance_target(ticket: Ticket) -> str:
    """How long the unit has to accept or return, from the policy of the ticket's snapshot."""
    return ticket.policy.acceptance_target if ticket.policy else "8wh"


def start_clock(ticket: Ticket, kind: ClockKind, target: str, *, at: datetime, now: datetime, leg_no: int = 0) -> Clock:
    """Begin a promise of `target` at `at`."""
    clock = Clock(
        kind=kind,
        cycle=ticket.cycle,
        leg_no=leg_no,
        target=target,
        started_at=at,
        planned_at=now,
        deadline_at=sla.deadline_of(target, calendar_of(ticket), at),
    )
    ticket.clocks.append(clock)
    return clock


def restart_resolution(ticket: Ticket, *, now: datetime) -> Clock:
    """The clock of the next cycle, with what the first cycle left (R8)."""
    first = _first_resolution(ticket)
    clock = Clock(
        kind=ClockKind.RESOLUTION,
        cycle=ticket.cycle,
        target=first.target,
        started_at=now,
        planned_at=now,
        deadline_at=_reopened_deadline(ticket, first, now, []),
    )
    ticket.clocks.append(clock)
    return clock


def stop_clock(ticket: Ticket, kind: ClockKind, *, now: datetime) -> None:
    """Stop the running clock of `kind`, if any. The stop itself judges: late between two sweeps is late (R11)."""
    for clock in ticket.clocks:
        if clock.kind is not kind or clock.stopped_at is not None:
            continue
        clock.stopped_at = max(now, clock.started_at)
        deadline = clock.deadline_at
        if deadline is not None and clock.breached_at is None and not sla.is_on_time(clock.stopped_at, deadline):
            note_breach(ticket, clock, now=now)


def note_breach(ticket: Ticket, clock: Clock, *, now: datetime) -> None:
    """Record that the deadline passed: `breached_at` is the deadline, never the moment somebody noticed."""
    clock.breached_at, clock.noticed_at = clock.deadline_at, now
    if clock.kind is ClockKind.RESOLUTION:
        ticket.is_late = True


def pause(ticket: Ticket, kind: Status, reason: str, *, until: datetime | None, now: datetime) -> Pause:
    """Begin a wait or a hold. A wait for the citizen stops the answer's clock unless its deadline is past (R4)."""
    latest = sla.pause_until(calendar_of(ticket), now)
    row = Pause(kind=kind, reason=reason, began_at=now, until_at=min(until or latest, latest))
    ticket.pauses.append(row)
    replan(ticket, now=now)
    return row


def end_pause(ticket: Ticket, *, now: datetime) -> None:
    """End the running wait or hold; the clock goes on with what was left."""
    for row in ticket.pauses:
        if row.ended_at is None:
            row.ended_at = max(now, row.began_at)
    replan(ticket, now=now)


def replan(ticket: Ticket, *, now: datetime) -> None:
    """Recompute the running answer clock from start, target and waits; a recorded breach stays."""
    rows = [row for row in ticket.pauses if row.kind is Status.WAITING_CITIZEN]
    for clock in ticket.clocks:
        if clock.kind is not ClockKind.RESOLUTION or clock.stopped_at is not None or clock.breached_at is not None:
            continue
        waits = [(row.began_at, row.ended_at) for row in rows if (row.ended_at or now) >= clock.started_at]
        if clock.cycle == 1:
            clock.deadline_at = sla.deadline_of(clock.target, calendar_of(ticket), clock.started_at, waits)
        else:
            clock.deadline_at = _reopened_deadline(ticket, _first_resolution(ticket), clock.started_at, waits)
        clock.planned_at = now


def _first_resolution(ticket: Ticket) -> Clock:
    return next(c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION and c.cycle == 1)


def _reopened_deadline(
    ticket: Ticket, first: Clock, reopened_at: datetime, waits: list[sla.PauseSpan]
) -> datetime | None:
    span = (first.started_at, first.stopped_at or reopened_at)
    return sla.reopened_deadline_of(first.target, calendar_of(ticket), span, reopened_at, waits)


def show_deadlines(ticket: Ticket) -> None:
    """Show on the ticket the earliest running deadline and that of the answer, for lists and indexes."""
    running = [c for c in ticket.clocks if c.stopped_at is None and c.deadline_at is not None]
    answers = [c.deadline_at for c in running if c.kind is ClockKind.RESOLUTION]
    ticket.due_at = answers[-1] if answers else None
    if ticket.status is Status.WAITING_CITIZEN:
        ticket.next_due_at = None
    else:
        ticket.next_due_at = min((c.deadline_at for c in running if c.deadline_at), default=None)
