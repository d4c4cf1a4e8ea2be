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


def open_beside(ticket: Ticket, wish: NewTicket, *, into: Ticket | None = None, by: Actor, now: datetime) -> Ticket:
    """Open another case of the same caller as `wish` says, received when this one was; both say which is the other.

    Returns the new one. Route and deadline follow from its own category and area. Raises Invalid as `open_ticket` does.
    """
    event = stay(ticket, Verb.SPLIT, by=by, now=now)
    wish = replace(wish, received_at=ticket.received_at, channel=ticket.channel)
    sibling = open_ticket(wish, by=by, now=now, into=into, split_from=ticket)
    event.detail = {**event.detail, "other": sibling.code}
    pin(sibling, Verb.SPLIT, by=by, now=now, other=ticket.code)
    return sibling
