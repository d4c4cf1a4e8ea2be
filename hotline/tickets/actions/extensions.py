"""Extension (gia hạn): asked before the deadline, decided by somebody else, told to the citizen."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.errors import Conflict, Forbidden, Invalid
from hotline.messages.rules.alerts import AlertKind
from hotline.tickets import courses, queries
from hotline.tickets.actions import alerting, clocks, texts
from hotline.tickets.actions.status import stay
from hotline.tickets.models import Clock, Extension, PlanCause, Ticket, TicketEvent
from hotline.tickets.rules import guards, sla
from hotline.tickets.rules.lifecycle import Verb
from hotline.web.formats import local


def extend(ticket: Ticket, *, until_on: date, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """Ask for more time, to the end of the working day `until_on`.

    Raises Conflict after the deadline, during a wait, while one is undecided or when all are used up; Invalid for a
    date that is no working day, not after the present deadline, or more than 90 days ahead.
    """
    event = stay(ticket, Verb.EXTEND, by=by, now=now, note=reason, until_on=until_on.isoformat())
    clock = clocks.running_answer(ticket)
    if clock is None or clock.deadline_at is None:
        raise Conflict(_l("The time stands still now; there is nothing to extend."))
    if clock.breached_at is not None or now > clock.deadline_at:
        raise Conflict(_l("The deadline has passed; an extension must be asked before it."))
    if open_extension(ticket) is not None:
        raise Conflict(_l("An extension has been asked already and awaits a decision."))
    number = 1 + sum(1 for row in ticket.extensions if row.cycle == ticket.cycle)
    granted = sum(1 for row in ticket.extensions if row.cycle == ticket.cycle and row.is_granted)
    if granted >= len(approvers_of(ticket)):
        raise Conflict(_l("This case was extended as often as the policy allows."))
    ticket.extensions.append(
        Extension(
            cycle=ticket.cycle,
            number=number,
            reason=reason[:500],
            asked_at=now,
            asked_by_id=by.user_id,
            asked_by_name=by.name,
            deadline_before=clock.deadline_at,
            wanted_until=_end_of(until_on, clock, clock.deadline_at, now),
        )
    )
    who = approvers_of(ticket)[granted]
    occasion = f"extension:{ticket.cycle}:{number}"
    alerting.tell(ticket, AlertKind.EXTENSION_ASKED, (who,), occasion=occasion, by=by, now=now, note=reason)
    return event


def _end_of(until_on: date, clock: Clock, deadline: datetime, now: datetime) -> datetime:
    latest = local(now).date() + timedelta(days=sla.LONGEST_EXTENSION_DAYS)
    if until_on > latest:
        raise Invalid(fields={"until_on": _l("At most %(days)d days from today.", days=sla.LONGEST_EXTENSION_DAYS)})
    if until_on < local(now).date():
        raise Invalid(fields={"until_on": _l("This date has passed.")})
    until = sla.end_of_working_day(courses.facts_of(clock.ticket, clock).calendar, until_on)
    if until is None:
        raise Invalid(fields={"until_on": _l("This is no working day. Please choose one.")})
    if until <= deadline:
        raise Invalid(fields={"until_on": _l("The new date must lie after the present deadline.")})
    return until


def grant(ticket: Ticket, *, reason: str = "", by: Actor, now: datetime) -> TicketEvent:
    """Grant the extension that was asked: a new promise, told to the citizen. What was late already stays late.

    Raises Conflict when none is open, Forbidden for the asker and for whoever the policy does not name.
    """
    row = _decide(ticket, Verb.GRANT, is_granted=True, reason=reason, by=by, now=now)
    event = stay(ticket, Verb.GRANT, by=by, now=now, note=reason, until=row.wanted_until.isoformat())
    for case in (ticket, *queries.attached_to(ticket)):
        clocks.catch_up(case, until=now, now=now)
        clock = clocks.running_answer(case)
        if clock is not None and clock.breached_at is None:
            clock.granted_at, clock.granted_until = now, row.wanted_until
            clocks.plan_anew(case, clock, PlanCause.EXTENDED, by=by, now=now)
        clocks.show_deadlines(case)
        texts.tell(case, "extended", now=now, occasion=f"extension:{row.cycle}:{row.number}", due_at=row.wanted_until)
    return event


def decline(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """Decline it: the promise stays. Raises as `grant` does."""
    _decide(ticket, Verb.DECLINE, is_granted=False, reason=reason, by=by, now=now)
    return stay(ticket, Verb.DECLINE, by=by, now=now, note=reason)


def _decide(ticket: Ticket, verb: Verb, *, is_granted: bool, reason: str, by: Actor, now: datetime) -> Extension:
    row = open_extension(ticket)
    if row is None:
        raise Conflict(_l("There is no extension to decide; somebody may have decided it just now."))
    granted = sum(1 for one in ticket.extensions if one.cycle == ticket.cycle and one.is_granted)
    if not guards.may_decide_extension(
        approvers_of(ticket),
        granted + 1,
        roles=by.roles,
        asked_by_id=row.asked_by_id,
        hands=by.hands(f"tickets:{verb}"),
    ):
        if by.user_id == row.asked_by_id:
            raise Forbidden(_l("You asked for this extension; another head or the shift lead decides it."))
        if row.asked_by_id in by.hands(f"tickets:{verb}"):
            raise Forbidden(
                _l("You act in place of the person who asked for this extension; the shift lead decides it.")
            )
        raise Forbidden(_l("The second extension is the shift lead's to decide."))
    row.decided_at, row.decided_by_id, row.decided_by_name = now, by.user_id, by.name
    row.is_granted, row.decision_reason = is_granted, reason[:500]
    asker = [row.asked_by_id] if row.asked_by_id is not None else []
    alerting.tell(
        ticket,
        AlertKind.EXTENSION_DECIDED,
        (),
        people=asker,
        occasion=f"extension:{row.cycle}:{row.number}",
        by=by,
        now=now,
        granted=is_granted,
        note=reason,
    )
    return row


def open_extension(ticket: Ticket) -> Extension | None:
    """The extension that awaits a decision."""
    return next((row for row in ticket.extensions if row.decided_at is None), None)


def approvers_of(ticket: Ticket) -> list[str]:
    """The roles that decide the first, the second … extension, by the ticket's policy."""
    return ticket.policy.extension_approvers if ticket.policy else ["head", "lead"]
