"""The switchboard: raw events as they came, calls folded from them, and the tickets a call led to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, coded
from hotline.phone import PhoneKind
from hotline.staff.models import User
from hotline.tickets.models import Ticket


class CallState(StrEnum):
    """Where a call stands now, folded from its events."""

    RINGING = "ringing"
    WAITING = "waiting"
    TALKING = "talking"
    ENDED = "ended"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {
            CallState.RINGING: _l("Ringing"),
            CallState.WAITING: _l("Waiting"),
            CallState.TALKING: _l("In conversation"),
            CallState.ENDED: _lp("call", "Ended"),
        }[self]


class CallResult(StrEnum):
    """How a call ended for the caller. Derived from the operator's leg and the queue, never from the caller's leg."""

    ANSWERED = "answered"
    MISSED = "missed"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    VOICEMAIL = "voicemail"
    BY_KEYS = "by_keys"
    LOGGED = "logged"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {
            CallResult.ANSWERED: _lp("call", "Answered"),
            CallResult.MISSED: _l("Missed"),
            CallResult.ABANDONED: _l("Caller gave up"),
            CallResult.OVERFLOWED: _l("Left the queue"),
            CallResult.VOICEMAIL: _l("Voicemail"),
            CallResult.BY_KEYS: _l("Served by keys"),
            CallResult.LOGGED: _l("Logged by hand"),
        }[self]


class CallEvent(Base):
    """One raw event of one leg. The unique key holds the status: a later status is news, the same one is not."""

    __tablename__ = "call_events"
    __table_args__ = (
        UniqueConstraint("provider", "sid", "kind", "status", "sequence"),
        Index("ix_call_events_call_sid", "provider", "call_sid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(16))
    sid: Mapped[str] = mapped_column(String(64))
    call_sid: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(32), default="")
    sequence: Mapped[str] = mapped_column(String(64), default="")
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]


class Call(Base):
    """A telephone call as the caller lived it. Recomputed from its events whenever one arrives."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("provider", "sid"),
        CheckConstraint("(state = 'ended') = (result IS NOT NULL)", name="ended_has_a_result"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_has_a_time"),
        CheckConstraint(
            "result IS NULL OR result <> 'answered' OR answered_at IS NOT NULL", name="answered_has_a_time"
        ),
        Index("ix_calls_offered_at", "offered_at"),
        Index("ix_calls_from_e164", "from_e164"),
        Index("ix_calls_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(16))
    sid: Mapped[str] = mapped_column(String(64))
    direction: Mapped[str] = mapped_column(String(8), default="in")
    from_raw: Mapped[str] = mapped_column(String(40), default="")
    from_e164: Mapped[str | None] = mapped_column(String(20))
    from_kind: Mapped[PhoneKind] = mapped_column(coded(PhoneKind, "from_kind"))
    to_number: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[CallState] = mapped_column(coded(CallState, "state"))
    result: Mapped[CallResult | None] = mapped_column(coded(CallResult, "result"))
    offered_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    wait_seconds: Mapped[int | None]
    talk_seconds: Mapped[int | None]
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    operator_number: Mapped[str] = mapped_column(String(40), default="")
    recording_sid: Mapped[str] = mapped_column(String(64), default="")
    is_flagged: Mapped[bool] = mapped_column(default=False)
    operator: Mapped[User | None] = relationship()
    tickets: Mapped[list[Ticket]] = relationship(secondary="call_tickets", order_by="Ticket.id", viewonly=True)


class CallTicket(Base):
    """A call and a ticket that belong together: opened by it, or asked about in it."""

    __tablename__ = "call_tickets"
    __table_args__ = (
        CheckConstraint("reason IN ('opened', 'asked_about')", name="reason"),
        Index("ix_call_tickets_ticket_id", "ticket_id"),
    )

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    call: Mapped[Call] = relationship()
    ticket: Mapped[Ticket] = relationship()


class NuisanceNumber(Base):
    """A number from which people play tricks or abuse: still answered, but never invited to rate."""

    __tablename__ = "nuisance_numbers"
    __table_args__ = (CheckConstraint("length(reason) > 0", name="has_a_reason"),)

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    by: Mapped[User | None] = relationship()
