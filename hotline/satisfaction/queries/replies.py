"""Looks at who was invited, for texts that come back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from hotline.catalogue.settings import province
from hotline.db import db
from hotline.messages.models import Message, MessageState
from hotline.satisfaction.models import Rating, Survey
from hotline.satisfaction.rules import LINK_PURPOSE

# A reply proves that the invitation came, whatever the carriers reported of it.
LEFT = (MessageState.SENT, MessageState.DELIVERED, MessageState.UNDELIVERED, MessageState.UNKNOWN)


def open_invitation_of(number: str, received_at: datetime, now: datetime) -> Survey | None:
    """The latest invitation of this number that was out when the text came and still takes, or changes, a rating."""
    edited_since = now - timedelta(hours=province().edit_hours)
    invited = exists().where(
        Message.link_purpose == LINK_PURPOSE, Message.link_id == Survey.id, Message.state.in_(LEFT)
    )
    rated_lately = Survey.rating.has(Rating.rated_at > edited_since)
    return db.session.scalar(
        select(Survey)
        .options(joinedload(Survey.rating), joinedload(Survey.ticket))
        .where(
            Survey.to_number == number,
            Survey.suppressed_as.is_(None),
            Survey.made_at <= received_at,
            or_((Survey.expires_at > now) & ~Survey.rating.has(), rated_lately),
            invited,
        )
        .order_by(Survey.id.desc())
        .limit(1)
    )
