"""Clocks of a ticket: started, re-planned, stopped, judged. Deadlines come from `rules.sla` alone (R1 to R11)."""

from __future__ import annotations

from datetime import datetime

from hotline.actor import SYSTEM, Actor
from hotline.catalogue import queries as catalogue
from hotline.tickets import queries
from hotline.tickets.actions import alerting
from hotline.tickets.actions.notices import pin
from hotline.tickets.courses import Course, course_of
from hotline.tickets.models import Clock, ClockKind, Crossing, PastPlan, PlanCause, Ticket
from hotline.tickets.rules import sla, thresholds
from hotline.tickets.rules.lifecycle import Verb


def start_clock(ticket: Ticket, kind: ClockKind, target: str, *, at: datetime, now: datetime, leg_no: int = 0) -> Clock:
    """Begin a promise of `target` at `at`, under the ticket's policy and calendar."""
    clock = Clock(
        kind=kind,
        cycle=ticket.cycle,
        leg_no=leg_no,
        target=target,
        policy=ticket.policy,
        policy_id=ticket.policy_id,
        calendar=ticket.calendar,
        calendar_id=ticket.calendar_id,
        plan_no=1,
        started_at=at,
        planned_at=now,
    )
    ticket.clocks.append(clock)
    _arm(clock, course_of(ticket, clock), after=None)
    return clock


def await_acceptance(ticket: Ticket, *, now: datetime) -> Clock:
    """Begin the time in which the unit that has just been sent the case takes it on or returns it."""
    legs_so_far = sum(1 for clock in ticket.clocks if clock.kind is ClockKind.ACCEPTANCE)
    target = ticket.policy.acceptance_target if ticket.policy else "8wh"
    clock = start_clock(ticket, ClockKind.ACCEPTANCE, target, at=now, now=now, leg_no=legs_so_far)
    show_deadlines(ticket)
    return clock


def restart_resolution(ticket: Ticket, *, now: datetime) -> Clock:
    """The clock of the next cycle, with what the earlier ones left (R8).

    No edit reached the case while it was stopped: it gets the calendar version in force, and where its policy was
    retired the one it matches now (R9).
    """
    target = [c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION][-1].target
    if ticket.policy is not None and ticket.policy.code not in {row.code for row in catalogue.policies()}:
        terms = queries.terms(ticket.category, ticket.priority, ticket.channel, ticket.caller_kind)
        ticket.policy, ticket.policy_id, ticket.policy_version = terms.policy, terms.policy.id, terms.policy.version
        ticket.calendar, target = terms.calendar, terms.target_of(ClockKind.RESOLUTION)
    elif ticket.calendar is not None:
        ticket.calendar = catalogue.current_calendar(ticket.calendar.code)
    ticket.calendar_id = ticket.calendar.id if ticket.calendar else None
    return start_clock(ticket, ClockKind.RESOLUTION, target, at=now, now=now)


def stop_clock(ticket: Ticket, kind: ClockKind, *, now: datetime) -> None:
    """Stop the running clocks of `kind`, if any. The stop itself judges: late between two sweeps is late (R11)."""
    for clock in ticket.clocks:
        if clock.kind is kind and clock.stopped_at is None:
            stop(ticket, clock, at=now, now=now)


def stop(ticket: Ticket, clock: Clock, *, at: datetime, now: datetime) -> None:
    """Stop one clock at `at`; thresholds that were crossed by then get their crossing, but nobody is woken any more."""
    if clock.fires_at is not None and clock.fires_at < at:
        cross(ticket, clock, until=at, now=now, quietly=True)
    clock.stopped_at = max(at, clock.started_at)
    clock.next_step = clock.fires_at = None
    if clock.breached_at is not None and sla.is_on_time(clock.stopped_at, clock.breached_at):
        void_breach(ticket, clock, now=now)  # seen by a machine whose time ran ahead: timestamps judge, not sweeps
    if clock.kind is ClockKind.RESOLUTION and not _is_excused(clock):
        if _ended_after(clock, clock.first_promise_at):
            ticket.is_late_by_first_promise = True
        if _ended_after(clock, clock.bare_deadline_at):
            ticket.is_late_without_pauses = True


def cross(
    ticket: Ticket, clock: Clock, *, until: datetime, now: datetime, by: Actor = SYSTEM, quietly: bool = False
) -> list[Crossing]:
    """Write the crossings of all thresholds that lie behind `until`, and arm the next (R10, R11).

    Where one of them is the deadline itself a notice names the broken promise, whoever came upon it. The highest that
    names somebody alerts, unless `quietly`.
    """
    course = course_of(ticket, clock)
    passed = thresholds.crossed(course.due, clock.next_step or "", until)
    told = None if quietly else alerting.tell_of_steps(ticket, clock, passed, now=now)
    rows = [
        Crossing(
            plan_no=clock.plan_no,
            step=one.step.at,
            due_at=one.at,
            fired_at=now,
            has_alerted=one is told,
            waive_reason="",
        )
        for one in passed
    ]
    clock.crossings.extend(rows)
    if any(one.step.at == thresholds.BREACH for one in passed):
        note_breach(ticket, clock, by=by, now=now)
    following = thresholds.following(course.due, clock.next_step or "", len(passed))
    clock.next_step = following.step.at if following else None
    clock.fires_at = following.at if following else None
    return rows


def catch_up(ticket: Ticket, *, until: datetime, now: datetime) -> None:
    """Bring the answer's clock in line with the instant `until` before its facts change.

    What lies behind is crossed: else an extension, a wait or another category would take back a breach that no sweep
    has noticed yet (R6, R11). A breach that lies ahead is void: it was seen by a machine whose time ran ahead, or by
    a sweep that could not know of a wait that had begun.
    """
    clock = running_answer(ticket)
    if clock is None:
        return
    if clock.breached_at is not None and until < clock.breached_at:
        void_breach(ticket, clock, now=now)
    elif clock.fires_at is not None and clock.fires_at < until:
        cross(ticket, clock, until=until, now=now)


def note_breach(ticket: Ticket, clock: Clock, *, by: Actor, now: datetime) -> None:
    """Record that the deadline passed: `breached_at` is the deadline, never the moment somebody noticed."""
    clock.breached_at, clock.noticed_at = clock.deadline_at, now
    due_at = clock.deadline_at.isoformat() if clock.deadline_at else ""
    pin(ticket, Verb.BREACH, by=by, now=now, clock=clock.kind, due_at=due_at)
    if clock.kind is ClockKind.RESOLUTION:
        ticket.is_late = ticket.is_late_by_first_promise = True


def void_breach(ticket: Ticket, clock: Clock, *, now: datetime) -> None:
    """The deadline was not broken after all: the crossing stays, marked as void (R9)."""
    for crossing in clock.crossings:
        if crossing.step == thresholds.BREACH and crossing.voided_at is None:
            crossing.voided_at = now
    clock.breached_at = clock.noticed_at = None
    if clock.kind is ClockKind.RESOLUTION:
        judge(ticket)


def judge(ticket: Ticket) -> None:
    """How the case stands against each promise, over all cycles; an answer whose breach is waived was late for none."""
    answers = [c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION and not _is_excused(c)]
    ticket.is_late = any(c.breached_at is not None for c in answers)
    ticket.is_late_by_first_promise = ticket.is_late or any(_ended_after(c, c.first_promise_at) for c in answers)
    ticket.is_late_without_pauses = any(_ended_after(c, c.bare_deadline_at) for c in answers)


def _ended_after(clock: Clock, promised_at: datetime | None) -> bool:
    return clock.stopped_at is not None and promised_at is not None and clock.stopped_at > promised_at


def _is_excused(clock: Clock) -> bool:
    return any(row.waived_at is not None and row.voided_at is None for row in clock.crossings)


def plan_anew(ticket: Ticket, clock: Clock, cause: PlanCause, *, by: Actor, now: datetime) -> bool:
    """Recompute a running clock from its facts after `cause`; whether the deadline moved.

    What it promised before is kept as a past plan. A recorded breach stays, and its deadline with it (R6). `now` is
    the instant of the cause: thresholds behind it are skipped (R10).
    """
    if clock.stopped_at is not None or clock.breached_at is not None:
        return False
    keep_past_plan(clock, cause, by=by, now=now)
    return recompute(ticket, clock, now=now)


def recompute(ticket: Ticket, clock: Clock, *, now: datetime) -> bool:
    """Plan the clock by its facts as they are now; whether the deadline moved."""
    before = clock.deadline_at
    clock.planned_at = now
    _arm(clock, course_of(ticket, clock), after=now)
    return before != clock.deadline_at


def keep_past_plan(clock: Clock, cause: PlanCause, *, by: Actor, now: datetime) -> None:
    """Put the plan that held until now on record and count on; a paused clock promises nothing and leaves none."""
    if clock.deadline_at is None:
        return
    clock.past_plans.append(
        PastPlan(
            plan_no=clock.plan_no,
            target=clock.target,
            policy_id=clock.policy_id,
            calendar_id=clock.calendar_id,
            planned_at=clock.planned_at,
            deadline_at=clock.deadline_at,
            replaced_at=now,
            cause=cause,
            by_name=by.name,
        )
    )
    clock.plan_no += 1


def _arm(clock: Clock, course: Course, *, after: datetime | None) -> None:
    """Show the plan on the row and arm its first threshold; in a later plan only one that lies ahead (R10)."""
    _show(clock, course.plan)
    first = thresholds.first_armed(course.due, after=after)
    clock.next_step = first.step.at if first else None
    clock.fires_at = first.at if first else None


def _show(clock: Clock, plan: sla.Plan) -> None:
    clock.deadline_at = plan.deadline_at
    clock.first_promise_at = plan.first_promise_at
    clock.bare_deadline_at = plan.bare_deadline_at


def running_answer(ticket: Ticket) -> Clock | None:
    """The clock of the answer that is running now."""
    return next((c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION and c.stopped_at is None), None)


def show_deadlines(ticket: Ticket) -> None:
    """Show on the ticket the earliest running deadline and that of the answer, for lists and indexes."""
    running = [c for c in ticket.clocks if c.stopped_at is None and c.deadline_at is not None]
    answers = [c.deadline_at for c in running if c.kind is ClockKind.RESOLUTION]
    ticket.due_at = answers[-1] if answers else None
    ticket.next_due_at = min((c.deadline_at for c in running if c.deadline_at), default=None)
