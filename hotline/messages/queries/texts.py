"""Looks at texts and e-mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select

from hotline.db import db
from hotline.messages.models import Message, MessageChannel, MessageState, OptOut
from hotline.web.paging import ROWS_A_PAGE, Page

ARRIVED = (MessageState.SENT, MessageState.DELIVERED)


def outbox(channel: MessageChannel, after: int | None) -> Page[Message]:
    """All texts, or all e-mail, newest first; `after` is the id of the last row of the page before."""
    query = select(Message).where(Message.channel == channel).order_by(Message.id.desc()).limit(ROWS_A_PAGE + 1)
    if after is not None:
        query = query.where(Message.id < after)
    rows = db.session.scalars(query).all()
    more = str(rows[ROWS_A_PAGE - 1].id) if len(rows) > ROWS_A_PAGE else None
    return Page(rows[:ROWS_A_PAGE], more, after is None)


def arrived(limit: int) -> Sequence[Message]:
    """The latest texts that left for citizens, newest first."""
    query = select(Message).where(Message.channel == MessageChannel.TEXT, Message.state.in_(ARRIVED))
    return db.session.scalars(query.order_by(Message.id.desc()).limit(limit)).all()


def texts_of_ticket(code: str) -> Sequence[Message]:
    """What was sent about one case, oldest first."""
    return db.session.scalars(select(Message).where(Message.ticket_code == code).order_by(Message.id)).all()


def is_opted_out(number: str) -> bool:
    """Whether this number wants no invitations."""
    return db.session.get(OptOut, number) is not None


def delivered_at_by_key(keys: Collection[str] | Select[str | None]) -> dict[str, datetime]:
    """When the texts of these keys arrived, of those that did; with the console gateway sent is delivered.

    `keys` may be a query, so that the database looks for a few texts among many without being told all the keys.
    """
    query = select(Message).where(Message.dedupe_key.in_(keys), Message.state.in_(ARRIVED))
    found = {}
    for message in db.session.scalars(query):
        at = message.delivered_at or (message.sent_at if message.provider == "console" else None)
        if at is not None:
            found[message.dedupe_key] = at
    return found
