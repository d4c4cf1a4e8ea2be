"""The to-do list of replies: texts of citizens of which nothing was made yet."""

from __future__ import annotations

from datetime import datetime

from hotline.db import db, transaction
from hotline.messages.queries import unread_inbound, unread_inbound_for_change
from hotline.satisfaction import actions

BATCH = 100


def read_replies(now: datetime) -> int:
    """Read each text once, whoever else is at it. Returns how many were read."""
    done = 0
    for message_id in unread_inbound(BATCH):
        with transaction():
            message = unread_inbound_for_change(message_id)
            if message is not None:
                actions.read_reply(message, now=now)
                done += 1
    db.session.rollback()
    return done
