"""Splitting: one call spoke of several things, and each becomes a case of its own with its own unit and deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hotline.actor import Actor
from hotline.tickets.actions.notices import pin
from hotline.tickets.actions.opening import NewTicket, open_ticket
from hotline.tickets.actions.status import stay
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Verb


def split(
    ticket: Ticket,
    *,
    content: str,
    category_id: int | None = None,
    area_id: int | None = None,
    address: str = "",
    by: Actor,
    now: datetime,
) -> Ticket:
    """Open another case of the same caller and call, received when this one was. Returns the new one.

    Route and deadline follow from its own category and area. Raises Invalid as `open_ticket` does.
    """
    wish = NewTicket(
        content=content,
        received_at=ticket.received_at,
        channel=ticket.channel,
        category_id=category_id,
        area_id=area_id,
        address=address,
        caller_kind=ticket.caller_kind,
        caller_name=ticket.caller_name,
        business_name=ticket.business_name,
        tax_code=ticket.tax_code,
        phone=ticket.phone_e164 or ticket.phone_raw,
        is_confidential=ticket.is_confidential,
    )
    return open_beside(ticket, wish, by=by, now=now)


def open_beside(ticket: Ticket, wish: NewTicket, *, into: Ticket | None = None, by: Actor, now: datetime) -> Ticket:
    """The same for a report as the operator typed it while the call lasts; both say which case is the other."""
    event = stay(ticket, Verb.SPLIT, by=by, now=now)
    wish = replace(wish, received_at=ticket.received_at)
    sibling = open_ticket(wish, by=by, now=now, into=into, split_from=ticket)
    event.detail = {**event.detail, "other": sibling.code}
    pin(sibling, Verb.SPLIT, by=by, now=now, other=ticket.code)
    return sibling
