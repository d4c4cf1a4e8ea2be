"""Texts that a ticket's life sends: queued in the transaction of their cause, to numbers that can receive them."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _

from hotline.catalogue.settings import province
from hotline.messages.actions import exchange, queue_text, take_back
from hotline.messages.rules import COURSE, due_words
from hotline.phone import PhoneKind
from hotline.tickets.models import Ticket
from hotline.web.formats import province_zone
from hotline.web.language import as_recorded

OPENING = "opening"
OF_AN_OUTCOME = ("answered_rate", "answered", "refused", "reminder")


def tell(
    ticket: Ticket,
    template: str,
    *,
    now: datetime,
    occasion: str,
    due_at: datetime | None = None,
    not_before: datetime | None = None,
) -> str | None:
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
            "due": due_words(due_at, province_zone(), style="diacritics") if due_at else "",
        },
        dedupe_key=key,
        ticket_code=ticket.code,
        now=now,
        not_before=not_before,
    )
    return key


def tell_opened(ticket: Ticket, *, now: datetime) -> None:
    """Received, and where it went: one text where the routing follows within minutes (`words.md`), so one that stays
    with the switchboard waits so long before it says that it was received."""
    if ticket.department_id is not None:
        tell(ticket, "received_routed", now=now, occasion=OPENING)
    else:
        grace = timedelta(minutes=province().routing_grace_minutes)
        tell(ticket, "received", now=now, occasion=OPENING, not_before=now + grace)


def tell_routed(ticket: Ticket, *, now: datetime) -> None:
    """Where it went, in place of the text that it was received if that one still waits; else nothing more is said."""
    with as_recorded():
        reason = _("The text that says to which unit the case went takes its place.")
    if exchange(ticket.code, ("received",), reason=reason):
        tell(ticket, "received_routed", now=now, occasion=OPENING)


def take_back_question(ticket: Ticket) -> None:
    """The wait is over, by a call for example: a question that still waits for the morning need not be put any more."""
    with as_recorded():
        reason = _("The wait ended before the question left.")
    take_back(ticket.code, ("question",), reason=reason)


def take_back_course(ticket: Ticket) -> None:
    """The case has ended: what still waits to tell of its course is of no use any more."""
    with as_recorded():
        reason = _("The case ended before this text left.")
    take_back(ticket.code, COURSE, reason=reason)


def take_back_outcome(ticket: Ticket) -> None:
    """The case was reopened: what still waits to tell of the outcome that no longer stands must not leave."""
    with as_recorded():
        reason = _("The case was reopened before this text left.")
    take_back(ticket.code, OF_AN_OUTCOME, reason=reason)
