"""What changes or judges a promise from outside: another category or priority, a breach, its waiver, silence."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from hotline.actor import SYSTEM, Actor
from hotline.catalogue.models import Category, Priority
from hotline.errors import Conflict, Invalid
from hotline.tickets import courses, queries
from hotline.tickets.actions import clocks, searching, task_ends
from hotline.tickets.actions.status import accept_by_silence, stay
from hotline.tickets.models import Clock, ClockKind, Crossing, PlanCause, Ticket, TicketEvent
from hotline.tickets.rules import sla
from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.tickets.rules.thresholds import BREACH


def classify(
    ticket: Ticket, category: Category, priority: Priority, *, reason: str, by: Actor, now: datetime
) -> TicketEvent:
    """Give it another category or priority: deadlines are re-planned from the original start, with the floor (R6).

    Raises Invalid when nothing changes.
    """
    if ticket.category_id == category.id and ticket.priority is priority:
        raise Invalid(fields={"category_id": _l("Nothing would change. Please choose another category or priority.")})
    for clock in ticket.clocks:
        if clock.fires_at is not None and clock.fires_at < now:
            escalate(clock, by=SYSTEM, now=now)  # what is broken already no other category mends
    clocks.catch_up(ticket, until=now, now=now)
    event = stay(
        ticket,
        Verb.CLASSIFY,
        by=by,
        now=now,
        note=reason,
        category=category.code,
        priority=priority,
        old_category=ticket.category.code if ticket.category else "",
        old_priority=ticket.priority,
    )
    ticket.category_id, ticket.category, ticket.priority = category.id, category, priority
    ticket.is_confidential = ticket.is_confidential or category.is_sensitive
    searching.index(ticket)
    terms = queries.terms(category, priority, ticket.channel, ticket.caller_kind)
    if _apply_terms(ticket, terms, by=by, now=now):
        event.detail = {**event.detail, "ends_extension": True}
    task_ends.keep_within(ticket, by=by, now=now)
    return event


def _apply_terms(ticket: Ticket, terms: queries.Terms, *, by: Actor, now: datetime) -> bool:
    """Put a ticket under another policy, calendar and targets; whether that ended its extension.

    A granted extension stays, unless the new terms want the answer earlier than the old ones: a case that turns out
    dangerous must not wait for the asphalt of a harmless one.
    """
    ticket.policy, ticket.policy_id, ticket.policy_version = terms.policy, terms.policy.id, terms.policy.version
    ticket.calendar, ticket.calendar_id = terms.calendar, terms.calendar.id
    has_ended = False
    for clock in ticket.clocks:
        if clock.stopped_at is not None or clock.breached_at is not None:
            continue
        before = courses.facts_of(ticket, clock)
        clocks.keep_past_plan(clock, PlanCause.CLASSIFIED, by=by, now=now)
        clock.policy, clock.policy_id = terms.policy, terms.policy.id
        clock.calendar, clock.calendar_id = terms.calendar, terms.calendar.id
        clock.target = terms.target_of(clock.kind)
        if clock.granted_at is not None and not sla.keeps_extension(before, courses.facts_of(ticket, clock)):
            clock.granted_at = clock.granted_until = None
            has_ended = True
        clock.floor_from_at = sla.replanned(before, courses.facts_of(ticket, clock), now).floor_from_at
        clocks.recompute(ticket, clock, now=now)
    clocks.show_deadlines(ticket)
    return has_ended


def escalate(clock: Clock, *, by: Actor, now: datetime) -> list[Crossing]:
    """Cross the thresholds that lie behind `now`.

    A unit that let its acceptance time pass in silence has accepted (DESIGN 4).
    """
    ticket, due_at = clock.ticket, clock.deadline_at
    rows = clocks.cross(ticket, clock, until=now, now=now, by=by)
    is_broken = due_at is not None and any(row.step == BREACH for row in rows)
    if due_at is not None and is_broken and clock.kind is ClockKind.ACCEPTANCE and ticket.status is Status.ROUTED:
        accept_by_silence(ticket, clock, at=due_at, now=now)
    return rows


def waive(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """The lead lifts the breaches of the answer's deadline, with a reason; they stay on record (R6).

    Raises Conflict when there is none.
    """
    standing = standing_breaches(ticket)
    if not standing:
        raise Conflict(_l("This case has no late answer that could be excused."))
    for crossing in standing:
        crossing.waived_at, crossing.waived_by_id, crossing.waive_reason = now, by.user_id, reason[:500]
        crossing.clock.next_step = crossing.clock.fires_at = None
    clocks.judge(ticket)
    return stay(ticket, Verb.WAIVE, by=by, now=now, note=reason)


def standing_breaches(ticket: Ticket) -> list[Crossing]:
    """The breaches of the answer's deadline that are neither waived nor voided."""
    return [
        crossing
        for clock in ticket.clocks
        if clock.kind is ClockKind.RESOLUTION
        for crossing in clock.crossings
        if crossing.step == BREACH and crossing.waived_at is None and crossing.voided_at is None
    ]
