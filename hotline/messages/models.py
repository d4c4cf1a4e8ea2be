"""Every word that leaves or arrives: the outbox of texts and e-mail, alerts, receipts, inbound texts, opt-outs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, coded
from hotline.messages.rules.alerts import AlertKind

# Written the same way in an index and in the query it serves, so that both databases see that they belong together.
WAITS_FOR_MAIL = "wants_email AND mailed_at IS NULL AND read_at IS NULL"
WAITS_FOR_TEXT = "wants_text AND texted_at IS NULL AND read_at IS NULL"


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
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("segments >= 1", name="has_segments"),
        CheckConstraint("(channel = 'text') = (to_number <> '')", name="text_has_a_number"),
        CheckConstraint("(channel = 'email') = (to_email <> '')", name="email_has_an_address"),
        CheckConstraint("(channel = 'email') = (subject <> '')", name="email_has_a_subject"),
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
    channel: Mapped[MessageChannel] = mapped_column(coded(MessageChannel, "channel"), default=MessageChannel.TEXT)
    to_number: Mapped[str] = mapped_column(String(20), default="")
    to_email: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text)
    ticket_code: Mapped[str] = mapped_column(String(16), default="")
    link_purpose: Mapped[str | None] = mapped_column(String(16))
    link_id: Mapped[int | None]
    segments: Mapped[int] = mapped_column(default=1)
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


class Alert(Base):
    """What one member of staff is told, in the app always; by e-mail or text when wanted, not before office hours.

    `params` holds what the sentence needs (see `messages.words`), and who it is meant for when a substitute gets it.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("user_id", "dedupe_key"),
        CheckConstraint("(kind IN ('digest', 'weekly')) = (ticket_code = '')", name="names_its_case"),
        CheckConstraint("is_urgent OR NOT wants_text", name="texts_are_urgent"),
        CheckConstraint("mailed_at IS NULL OR (wants_email AND mailed_at >= not_before_at)", name="mailed_as_wished"),
        CheckConstraint("texted_at IS NULL OR (wants_text AND texted_at >= not_before_at)", name="texted_as_wished"),
        Index(
            "ix_alerts_unread",
            "user_id",
            "id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_alerts_read",
            "user_id",
            "id",
            sqlite_where=text("read_at IS NOT NULL"),
            postgresql_where=text("read_at IS NOT NULL"),
        ),
        Index(
            "ix_alerts_waiting_for_mail",
            "user_id",
            "not_before_at",
            sqlite_where=text(WAITS_FOR_MAIL),
            postgresql_where=text(WAITS_FOR_MAIL),
        ),
        Index(
            "ix_alerts_waiting_for_text",
            "user_id",
            "not_before_at",
            sqlite_where=text(WAITS_FOR_TEXT),
            postgresql_where=text(WAITS_FOR_TEXT),
        ),
        Index(
            "ix_alerts_mailed",
            "user_id",
            "mailed_at",
            sqlite_where=text("mailed_at IS NOT NULL"),
            postgresql_where=text("mailed_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[AlertKind] = mapped_column(coded(AlertKind, "kind"))
    ticket_code: Mapped[str] = mapped_column(String(16), default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    not_before_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    wants_email: Mapped[bool] = mapped_column(default=False)
    wants_text: Mapped[bool] = mapped_column(default=False)
    mailed_at: Mapped[datetime | None]
    texted_at: Mapped[datetime | None]
    dedupe_key: Mapped[str] = mapped_column(String(160))


class AlertPreference(Base):
    """What a person chose for one kind of alert; without a row the defaults of `rules.alerts` hold."""

    __tablename__ = "alert_preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[AlertKind] = mapped_column(coded(AlertKind, "kind"), primary_key=True)
    by_email: Mapped[bool]
    by_text: Mapped[bool]


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
