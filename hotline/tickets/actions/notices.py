"""The noticeboard: pinning an event. Append-only; later rooms read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hotline.actor import Actor
from hotline.db import db
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Status, Verb


def pin(
    ticket: Ticket,
    verb: Verb,
    *,
    by: Actor,
    now: datetime,
    old: Status | None = None,
    public_text: str = "",
    note: str = "",
    **detail: Any,
) -> TicketEvent:
    """Pin what happened to `ticket`, whose state is already the new one; without `old` nothing moved.

    Where somebody acted in an absent colleague's stead, the notice says in whose. It says at which version, too: one
    change may pin several.
    """
    detail["version"] = ticket.version
    if absent := by.instead_of(f"tickets:{verb}"):
        detail["instead_of"] = absent
    event = TicketEvent(
        ticket=ticket,
        verb=verb,
        old_status=None if verb is Verb.OPEN else (old or ticket.status),
        new_status=ticket.status,
        cycle=ticket.cycle,
        at=now,
        by_kind=by.kind,
        by_id=by.user_id,
        by_name=by.name,
        department_id=ticket.department_id,
        stops_clock=ticket.status.is_stopped and old is not None and not old.is_stopped,
        public_text=public_text,
        note=note,
        detail=detail,
    )
    db.session.add(event)
    return event
