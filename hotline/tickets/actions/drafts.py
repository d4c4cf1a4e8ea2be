"""What somebody has typed but not yet sent: kept a week, one row a person, case and verb."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from hotline.actor import Actor
from hotline.db import db, insert_once
from hotline.errors import Invalid
from hotline.tickets.models import LONGEST_CONTENT, Draft, Ticket

KEPT_FOR = timedelta(days=7)


def keep_draft(ticket: Ticket, verb: str, fields: Mapping[str, str], *, by: Actor, now: datetime) -> None:
    """Keep what `by` has typed into the verb's form; nothing typed is nothing kept. Raises Invalid when too long."""
    if sum(len(text) for text in fields.values()) > LONGEST_CONTENT:
        raise Invalid(_l("This draft is too long to be kept."))
    if not any(text.strip() for text in fields.values()):
        return drop_draft(ticket, verb, by=by)
    key = {"user_id": by.user_id, "ticket_id": ticket.id, "verb": verb}
    if not insert_once(Draft, **key, fields=dict(fields), saved_at=now):
        row = db.session.get_one(Draft, tuple(key.values()), populate_existing=True)
        row.fields, row.saved_at = dict(fields), now
    db.session.flush()
    return None


def drop_draft(ticket: Ticket, verb: str, *, by: Actor) -> None:
    """Forget it: it was sent, or is not wanted any more."""
    own = (Draft.user_id == by.user_id, Draft.ticket_id == ticket.id, Draft.verb == verb)
    db.session.execute(delete(Draft).where(*own))


def drop_old_drafts(now: datetime, *, at_most: int) -> int:
    """Forget what nobody came back to for a week. Returns how many."""
    old = db.session.query(Draft).filter(Draft.saved_at < now - KEPT_FOR).limit(at_most).all()
    for row in old:
        db.session.delete(row)
    db.session.flush()
    return len(old)
