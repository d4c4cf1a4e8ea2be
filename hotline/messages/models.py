"""Every word that leaves or arrives: the outbox, receipts, inbound texts, opt-outs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, coded


class MessageState(StrEnum):
    """Where a text stands on its way out."""

    NEW = "new"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {
            MessageState.NEW: _l("waiting to be sent"),
            MessageState.CLAIMED: _l("being sent"),
            MessageState.SENT: _l("sent"),
            MessageState.DELIVERED: _l("delivered"),
            MessageState.UNDELIVERED: _l("not delivered"),
            MessageState.UNKNOWN: _l("outcome unknown"),
            MessageState.FAILED: _l("failed"),
            MessageState.EXPIRED: _l("expired unsent"),
            MessageState.SUPPRESSED: _l("not sent"),
        }[self]


class Message(Base):
    """One text to one number. `dedupe_key` says what it is for, so that it can exist only once.

    A link to a citizen's page is a placeholder in `body`; `link_purpose` and `link_id` let the sender render it.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("segments >= 1", name="has_segments"),
        CheckConstraint("(link_purpose IS NULL) = (link_id IS NULL)", name="link_is_whole"),
        CheckConstraint("state NOT IN ('sent', 'delivered') OR sent_at IS NOT NULL", name="sent_has_a_time"),
        Index(
            "ix_messages_waiting",
            "next_attempt_at",
            sqlite_where=text("state IN ('new', 'claimed')"),
            postgresql_where=text("state IN ('new', 'claimed')"),
        ),
        Index("ix_messages_to_number", "to_number"),
        Index("ix_messages_ticket_code", "ticket_code"),
        Index("ix_messages_provider_sid", "provider_sid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    template: Mapped[str] = mapped_column(String(40))
    to_number: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    ticket_code: Mapped[str] = mapped_column(String(16), default="")
    link_purpose: Mapped[str | None] = mapped_column(String(16))
    link_id: Mapped[int | None]
    segments: Mapped[int]
    state: Mapped[MessageState] = mapped_column(coded(MessageState, "state"), default=MessageState.NEW)
    reason: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_no: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    provider: Mapped[str] = mapped_column(String(16), default="")
    provider_sid: Mapped[str | None] = mapped_column(String(64))
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class MessageReceipt(Base):
    """What a provider reported about a text, kept as it came, once."""

    __tablename__ = "message_receipts"
    __table_args__ = (UniqueConstraint("provider", "sid", "status", "error_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(16))
    sid: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(32))
    error_code: Mapped[str] = mapped_column(String(16), default="")
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]


class InboundMessage(Base):
    """A text that a citizen sent us, kept whole, once."""

    __tablename__ = "inbound_messages"
    __table_args__ = (UniqueConstraint("provider", "sid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(16))
    sid: Mapped[str] = mapped_column(String(64))
    from_number: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]


class OptOut(Base):
    """A number that wants no invitations to rate. Erased when it wants them again."""

    __tablename__ = "opt_outs"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    how: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
