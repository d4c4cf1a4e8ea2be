"""Words about a case that leave its state alone: notes, calls of the citizen, chases, calls to the unit, looks."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.errors import Invalid
from hotline.messages.rules.alerts import AlertKind
from hotline.phone import mask, read_number
from hotline.tickets import queries
from hotline.tickets.actions import alerting, clocks, waiting
from hotline.tickets.actions.notices import pin
from hotline.tickets.actions.status import stay
from hotline.tickets.models import ClockKind, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Verb
from hotline.web import limits

REVEALS, REVEAL_WINDOW_SECONDS = 30, 600  # whoever calls back needs minutes for each; only a collector is stopped


def note(ticket: Ticket, *, text: str, reached: bool = False, by: Actor, now: datetime) -> TicketEvent:
    """An internal note the citizen never sees. `reached`: somebody spoke to the citizen, the first response (R1).

    Raises Invalid for `reached` of a unit that only contributes: the first response is the lead unit's to give.
    """
    if reached and queries.was_asked(ticket, by) and not queries.is_visible(ticket, by):
        raise Invalid(fields={"reached": _l("Only the unit that leads the case gives the first response.")})
    asked = {} if by.department_id in (None, ticket.department_id) else {"by_unit": _unit_name(by)}
    event = stay(ticket, Verb.NOTE, by=by, now=now, note=text, reached=reached, **asked)
    if reached:
        waiting.spoke(ticket, now=now)
        clocks.show_deadlines(ticket)
    return event


def _unit_name(by: Actor) -> str:
    return catalogue.department_names().get(by.department_id, "")


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


def correct(ticket: Ticket, *, phone: str, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """Put the right number of the person who reported, heard or typed wrongly before. Kept on the noticeboard, masked:
    a number changed shortly before the survey is one of the signs that a rating was arranged.

    Raises Invalid when it is no telephone number, or the one that is there.
    """
    number = read_number(phone)
    if number.e164 is None or number.e164 == ticket.phone_e164:
        raise Invalid(fields={"phone": _l("Please give another telephone number than the present one.")})
    old = ticket.masked_phone
    ticket.phone_raw, ticket.phone_e164, ticket.phone_kind = number.raw, number.e164, number.kind
    return stay(ticket, Verb.CORRECT, by=by, now=now, note=reason, old_number=old, new_number=mask(number.e164))


def reveal(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> str:
    """The whole number for somebody who must call back: with a reason, in the audit. Raises TooMany for a collector."""
    subject = f"reveal:{by.user_id}"
    limits.check(subject, limit=REVEALS, window_seconds=REVEAL_WINDOW_SECONDS, now=now)
    limits.hit(subject, window_seconds=REVEAL_WINDOW_SECONDS, now=now)
    audit.record("tickets:reveal", by=by, now=now, object_kind="ticket", object_id=ticket.code, reason=reason)
    return ticket.phone_e164 or ticket.phone_raw
