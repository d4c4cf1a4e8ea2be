"""Words about a case that leave its state alone: notes, calls of the citizen, chases, calls to the unit, looks."""

from __future__ import annotations

from datetime import datetime

from hotline import audit
from hotline.actor import Actor
from hotline.messages.rules.alerts import AlertKind
from hotline.tickets.actions import alerting, clocks, waiting
from hotline.tickets.actions.notices import pin
from hotline.tickets.actions.status import stay
from hotline.tickets.models import ClockKind, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Verb


def note(ticket: Ticket, *, text: str, reached: bool = False, by: Actor, now: datetime) -> TicketEvent:
    """An internal note the citizen never sees. `reached`: somebody spoke to the citizen, the first response (R1)."""
    event = stay(ticket, Verb.NOTE, by=by, now=now, note=text, reached=reached)
    if reached:
        waiting.spoke(ticket, now=now)
        clocks.show_deadlines(ticket)
    return event


def contact(ticket: Ticket, *, summary: str, awaits_reply: bool = False, by: Actor, now: datetime) -> TicketEvent:
    """The citizen called about the case: logged here, no new ticket. It never stands in the way of anybody's work, so
    the version stays.

    `awaits_reply`: something was asked that the unit must reply to, so a clock of its own begins (R1).
    """
    ticket.contacts += 1
    if awaits_reply and ticket.status.is_open:
        earlier = sum(1 for clock in ticket.clocks if clock.kind is ClockKind.NEXT_RESPONSE)
        target = ticket.policy.next_response_target if ticket.policy else "8wh"
        clocks.start_clock(ticket, ClockKind.NEXT_RESPONSE, target, at=now, now=now, leg_no=earlier)
        clocks.show_deadlines(ticket)
    audit.record("tickets:contact", by=by, now=now, object_kind="ticket", object_id=ticket.code)
    return pin(ticket, Verb.CONTACT, by=by, now=now, note=summary, awaits_reply=awaits_reply)


def chase(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """The switchboard presses the unit to move (đôn đốc)."""
    event = stay(ticket, Verb.CHASE, by=by, now=now, note=reason)
    ticket.chases += 1
    occasion = f"chase:{ticket.chases}"
    alerting.tell(ticket, AlertKind.CHASED, ("assignee", "head"), occasion=occasion, by=by, now=now, note=reason)
    return event


def phone(ticket: Ticket, *, spoke_to: str, by: Actor, now: datetime) -> TicketEvent:
    """The unit's duty number was called about an urgent case (đã gọi báo)."""
    return stay(ticket, Verb.PHONE, by=by, now=now, note=spoke_to)


def reveal(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> str:
    """The whole number for somebody who must call back: always with a reason, always in the audit."""
    audit.record("tickets:reveal", by=by, now=now, object_kind="ticket", object_id=ticket.code, reason=reason)
    return ticket.phone_e164 or ticket.phone_raw
