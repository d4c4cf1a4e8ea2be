"""Looks at drafts: one's own on a case, and who else is writing on it just now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hotline.actor import Actor
from hotline.db import db
from hotline.errors import NotFound
from hotline.tickets.models import Draft, Ticket
from hotline.tickets.queries.cases import within_reach
from hotline.tickets.rules.codes import read_code

WRITING_FOR = timedelta(minutes=3)


def seen_ticket(code: str, actor: Actor) -> Ticket:
    """The ticket alone, without what its page shows, for what is asked every few seconds. Raises NotFound."""
    found = db.session.scalar(select(Ticket).where(Ticket.code == (read_code(code) or code), within_reach(actor)))
    if found is None:
        raise NotFound(_l("There is no such case here."))
    return found


def own_drafts(ticket: Ticket, actor: Actor) -> dict[str, Draft]:
    """What `actor` has typed on the case and not sent, by verb, the newest last."""
    own = select(Draft).where(Draft.ticket_id == ticket.id, Draft.user_id == actor.user_id).order_by(Draft.saved_at)
    return {row.verb: row for row in db.session.scalars(own)}


def writers(ticket: Ticket, actor: Actor, now: datetime) -> Sequence[Draft]:
    """Drafts that others saved in the last three minutes, the newest first: who writes saves every few seconds."""
    query = (
        select(Draft)
        .options(joinedload(Draft.user))
        .where(Draft.ticket_id == ticket.id, Draft.user_id != actor.user_id, Draft.saved_at > now - WRITING_FOR)
        .order_by(Draft.saved_at.desc(), Draft.user_id)
    )
    return db.session.scalars(query).all()
