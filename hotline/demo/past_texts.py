"""Texts of the past: long arrived, some of them nowhere; nothing of it may go out now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, update

from hotline.db import db
from hotline.messages.models import Message, MessageState


def let_texts_arrive(*which: ColumnElement[bool]) -> None:
    """What waited to be sent has left when it was due; one in about sixty was not delivered."""
    gone = Message.id % 61 == 0
    values: Sequence[tuple[ColumnElement[bool], dict[str, object]]] = (
        (gone, {"state": MessageState.UNDELIVERED, "error_code": "30003", "sent_at": Message.made_at}),
        (~gone, {"state": MessageState.DELIVERED, "sent_at": Message.made_at, "delivered_at": Message.made_at}),
    )
    for whose, what in values:
        query = update(Message).where(Message.state == MessageState.NEW, whose, *which)
        db.session.connection().execute(query.values(provider="console", attempts=1, **what))
