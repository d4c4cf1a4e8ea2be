"""What citizens send us, and the numbers that want no invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base


class InboundMessage(Base):
    """A text that a citizen sent us, kept whole, once; `outcome` says what was made of it, once it was read."""

    __tablename__ = "inbound_messages"
    __table_args__ = (
        UniqueConstraint("provider", "sid"),
        CheckConstraint("(handled_at IS NULL) = (outcome = '')", name="handled_has_an_outcome"),
        Index(
            "ix_inbound_messages_unread",
            "id",
            sqlite_where=text("handled_at IS NULL"),
            postgresql_where=text("handled_at IS NULL"),
        ),
        Index("ix_inbound_messages_from_number", "from_number", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(16))
    sid: Mapped[str] = mapped_column(String(64))
    from_number: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16), default="")


class OptOut(Base):
    """A number that wants no invitations to rate. Erased when it wants them again."""

    __tablename__ = "opt_outs"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    how: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
