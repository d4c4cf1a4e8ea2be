"""The outbox: texts and e-mail on their way out, what providers said of them, and the ways out themselves."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, coded

# Written the same way in the index and in the query it serves, so that both databases see that they belong together.
IS_WAITING = "state IN ('new', 'claimed', 'unknown')"
# Why a text was kept back: its wording is not registered with the carriers, or something newer said it better.
UNREGISTERED, TAKEN_BACK = "unregistered", "taken_back"
IS_UNREGISTERED = f"error_code = '{UNREGISTERED}'"


class MessageChannel(StrEnum):
    """By which way it leaves."""

    TEXT = "text"
    EMAIL = "email"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {MessageChannel.TEXT: _l("Text messages"), MessageChannel.EMAIL: _l("E-mail")}[self]


class MessageState(StrEnum):
    """Where a message stands on its way out."""

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
    """One text to one number, or one e-mail. `dedupe_key` says what it is for, so that it can exist only once.

    A link to a citizen's page is a placeholder in `body`; `link_purpose` and `link_id` let the sender render it.
    `precedence` 0 leaves before 1 and so on; `is_daytime_only` waits for the hours in which citizens are texted.
    `attempted_at` is when the provider was last asked to send it, `error_code` the provider's, `text_version` the
    version of the wording; `params` fill it, kept only while no registered one exists.
    `unwanted_because` says why it must not leave (again), whatever becomes of an attempt that is on its way;
    `earlier_sids` are the provider's ids of attempts before the present one.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("segments >= 1", name="has_segments"),
        CheckConstraint("(channel = 'text') = (to_number <> '')", name="text_has_a_number"),
        CheckConstraint("(channel = 'email') = (to_email <> '')", name="email_has_an_address"),
        CheckConstraint("(channel = 'email') = (subject <> '')", name="email_has_a_subject"),
        CheckConstraint("(link_purpose IS NULL) = (link_id IS NULL)", name="link_is_whole"),
        CheckConstraint("state NOT IN ('sent', 'delivered') OR sent_at IS NOT NULL", name="sent_has_a_time"),
        CheckConstraint("precedence BETWEEN 0 AND 3", name="precedence_in_range"),
        Index(
            "ix_messages_waiting",
            "channel",
            "state",
            "precedence",
            "next_attempt_at",
            "id",
            sqlite_where=text(IS_WAITING),
            postgresql_where=text(IS_WAITING),
        ),
        Index(
            "ix_messages_expires_at",
            "expires_at",
            sqlite_where=text(IS_WAITING),
            postgresql_where=text(IS_WAITING),
        ),
        Index("ix_messages_state", "channel", "state", "id"),
        Index("ix_messages_to_number", "to_number", "sent_at"),
        Index(
            "ix_messages_link_id",
            "link_id",
            sqlite_where=text("link_id IS NOT NULL"),
            postgresql_where=text("link_id IS NOT NULL"),
        ),
        Index("ix_messages_ticket_code", "ticket_code"),
        Index("ix_messages_provider_sid", "provider_sid"),
        Index(
            "ix_messages_unregistered",
            "template",
            sqlite_where=text(IS_UNREGISTERED),
            postgresql_where=text(IS_UNREGISTERED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    template: Mapped[str] = mapped_column(String(40))
    channel: Mapped[MessageChannel] = mapped_column(coded(MessageChannel, "channel"), default=MessageChannel.TEXT)
    to_number: Mapped[str] = mapped_column(String(20), default="")
    to_email: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text)
    ticket_code: Mapped[str] = mapped_column(String(16), default="")
    link_purpose: Mapped[str | None] = mapped_column(String(16))
    link_id: Mapped[int | None]
    text_version: Mapped[int | None]
    params: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    segments: Mapped[int] = mapped_column(default=1)
    precedence: Mapped[int] = mapped_column(SmallInteger, default=1)
    is_daytime_only: Mapped[bool] = mapped_column(default=False)
    state: Mapped[MessageState] = mapped_column(coded(MessageState, "state"), default=MessageState.NEW)
    reason: Mapped[str] = mapped_column(String(200), default="")
    error_code: Mapped[str] = mapped_column(String(16), default="")
    unwanted_because: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_no: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    attempted_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    provider: Mapped[str] = mapped_column(String(16), default="")
    provider_sid: Mapped[str | None] = mapped_column(String(64))
    earlier_sids: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    @property
    def may_leave(self) -> bool:
        """Whether it waits, is on its way, or is kept back for its wording only."""
        waits = (MessageState.NEW, MessageState.CLAIMED, MessageState.UNKNOWN)
        return self.state in waits or self.error_code == UNREGISTERED


class Sender(Base):
    """A way out as all its processes share it: stopped or not, and how fast and how much it may send.

    `next_free_at` is when the rate allows the next text; `day_segments` were sent on `day_on` (local date).
    """

    __tablename__ = "senders"
    __table_args__ = (
        CheckConstraint("(stopped_at IS NULL) = (stop_reason = '')", name="stops_for_a_reason"),
        CheckConstraint("day_segments >= 0", name="counts_from_zero"),
    )

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str] = mapped_column(String(200), default="")
    next_free_at: Mapped[datetime | None]
    day_on: Mapped[date | None]
    day_segments: Mapped[int] = mapped_column(default=0)


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
