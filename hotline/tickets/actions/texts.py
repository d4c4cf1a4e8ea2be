"""Texts that a ticket's life sends: queued in the transaction of their cause, to numbers that can receive them."""

from __future__ import annotations

from datetime import datetime

from hotline.messages.actions import queue_text
from hotline.messages.rules import due_words
from hotline.phone import PhoneKind
from hotline.tickets.models import Ticket
from hotline.web.formats import province_zone


def tell(ticket: Ticket, template: str, *, now: datetime, occasion: str, due_at: datetime | None = None) -> str | None:
    """Queue `template` for the person who reported, once for each `occasion`; nothing where no text can arrive.

    Returns the key by which the outbox knows the text. `due_at` is the promise it names, the ticket's own by default.
    """
    if ticket.phone_kind is not PhoneKind.MOBILE or ticket.phone_e164 is None:
        return None
    unit, due_at = ticket.department, due_at or ticket.due_at
    key = f"ticket:{ticket.code}:{template}:{occasion}"
    queue_text(
        template,
        to=ticket.phone_e164,
        params={
            "code": ticket.code,
            "unit_sms": unit.sms_name if unit else "",
            "unit": unit.name_vi if unit else "",
            "due": due_words(due_at, province_zone()) if due_at else "",
        },
        dedupe_key=key,
        ticket_code=ticket.code,
        now=now,
    )
    return key
