"""Looks at what citizens send us."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from hotline.db import db
from hotline.messages.models import InboundMessage


def unread_inbound(limit: int) -> Sequence[int]:
    """Ids of texts of which nothing was made yet, oldest first."""
    unread = select(InboundMessage.id).where(InboundMessage.handled_at.is_(None))
    return db.session.scalars(unread.order_by(InboundMessage.id).limit(limit)).all()


def unread_inbound_for_change(message_id: int) -> InboundMessage | None:
    """The text, locked; None when it was read meanwhile or another process is reading it."""
    mine = (InboundMessage.id == message_id) & InboundMessage.handled_at.is_(None)
    return db.session.scalar(select(InboundMessage).where(mine).with_for_update(skip_locked=True))
