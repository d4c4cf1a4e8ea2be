"""What becomes of a citizen's text."""

from __future__ import annotations

from datetime import datetime

from hotline.db import db
from hotline.messages.models import InboundMessage


def settle_inbound(message: InboundMessage, outcome: str, *, now: datetime) -> None:
    """Note what was made of a text: a word of at most 16 letters. The text itself stays as it came."""
    message.handled_at, message.outcome = now, outcome
    db.session.flush()
