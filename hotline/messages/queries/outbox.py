"""Looks at the outbox as a list: by how messages stand, with counts, and how the way out itself stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import ColumnElement, func, literal, select

from hotline.catalogue.settings import Province
from hotline.db import db
from hotline.errors import NotFound
from hotline.messages.models import Message, MessageChannel, MessageState, Sender
from hotline.web.formats import local
from hotline.web.paging import ROWS_A_PAGE, Page

MOST_COUNTED = 1_000


class Standing(StrEnum):
    """How messages stand, as the list is divided; every message is in exactly one part."""

    WAITING = "waiting"
    UNKNOWN = "unknown"
    FAILED = "failed"
    EXPIRED = "expired"
    SENT = "sent"
    NO_RECEIPT = "no-receipt"
    DELIVERED = "delivered"
    SUPPRESSED = "suppressed"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            Standing.WAITING: _lp("text", "Waiting"),
            Standing.UNKNOWN: _l("Outcome unknown"),
            Standing.FAILED: _l("Failed"),
            Standing.EXPIRED: _l("Expired unsent"),
            Standing.SENT: _l("Sent"),
            Standing.NO_RECEIPT: _l("Sent, no receipt"),
            Standing.DELIVERED: _lp("text", "Delivered"),
            Standing.SUPPRESSED: _l("Not sent"),
        }[self]


STATES = {
    Standing.WAITING: (MessageState.NEW, MessageState.CLAIMED),
    Standing.UNKNOWN: (MessageState.UNKNOWN,),
    Standing.FAILED: (MessageState.FAILED, MessageState.UNDELIVERED),
    Standing.EXPIRED: (MessageState.EXPIRED,),
    Standing.SENT: (MessageState.SENT,),
    Standing.NO_RECEIPT: (MessageState.SENT,),
    Standing.DELIVERED: (MessageState.DELIVERED,),
    Standing.SUPPRESSED: (MessageState.SUPPRESSED,),
}


@dataclass(frozen=True)
class WayOut:
    """How the way out for texts stands: stopped since when and why, and what of today's budget is used."""

    name: str
    stopped_at: datetime | None
    stop_reason: str
    segments: int
    segments_a_day: int

    @property
    def is_spent(self) -> bool:
        """Whether only the most urgent texts leave until midnight."""
        return self.segments >= self.segments_a_day


def standing_of(message: Message, house: Province, now: datetime) -> Standing:
    """In which part of the list a message is."""
    if _is_without_receipt(message.state, message.provider, message.sent_at, _receipts_due(house, now)):
        return Standing.NO_RECEIPT
    return next(standing for standing, states in STATES.items() if message.state in states)


def outbox(
    channel: MessageChannel, after: int | None, standing: Standing | None, *, house: Province, now: datetime
) -> Page[Message]:
    """Texts or e-mail of one standing or all, newest first; `after` is the id of the last row of the page before."""
    query = select(Message).where(Message.channel == channel, *_which(standing, house, now))
    query = query.order_by(Message.id.desc()).limit(ROWS_A_PAGE + 1)
    if after is not None:
        query = query.where(Message.id < after)
    rows = db.session.scalars(query).all()
    more = str(rows[ROWS_A_PAGE - 1].id) if len(rows) > ROWS_A_PAGE else None
    return Page(rows[:ROWS_A_PAGE], more, after is None)


def standing_counts(channel: MessageChannel, *, house: Province, now: datetime) -> dict[Standing, int]:
    """How many messages are in each part, counted up to a thousand."""
    counts = {}
    for standing in Standing:
        some = select(literal(1)).where(Message.channel == channel, *_which(standing, house, now)).limit(MOST_COUNTED)
        counts[standing] = db.session.scalar(select(func.count()).select_from(some.subquery())) or 0
    return counts


def way_out(name: str, house: Province, now: datetime) -> WayOut:
    """How the way out of that name stands today."""
    row = db.session.get(Sender, name) or Sender(name=name, stop_reason="", day_segments=0)
    is_today = row.day_on == local(now).date()
    return WayOut(name, row.stopped_at, row.stop_reason, row.day_segments if is_today else 0, house.segments_a_day)


def text_for_change(message_id: int) -> Message:
    """One text as it stands now, locked. Raises NotFound."""
    found = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if found is None or found.channel is not MessageChannel.TEXT:
        raise NotFound(_l("There is no such text."))
    return found


def _receipts_due(house: Province, now: datetime) -> datetime:
    return now - timedelta(hours=house.receipt_hours)


def _is_without_receipt(state: MessageState, provider: str, sent_at: datetime | None, due: datetime) -> bool:
    return state is MessageState.SENT and provider != "console" and sent_at is not None and sent_at <= due


def _which(standing: Standing | None, house: Province, now: datetime) -> list[ColumnElement[bool]]:
    if standing is None:
        return []
    which: list[ColumnElement[bool]] = [Message.state.in_(STATES[standing])]
    # The console gateway is never told of receipts, and e-mail has none.
    waits_for_receipt = (Message.provider != "console") & (Message.channel == MessageChannel.TEXT)
    without = waits_for_receipt & (Message.sent_at <= _receipts_due(house, now))
    if standing is Standing.NO_RECEIPT:
        which.append(without)
    elif standing is Standing.SENT:
        which.append(~without)
    return which
