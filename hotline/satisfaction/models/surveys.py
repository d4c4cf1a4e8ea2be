"""One survey for every stopped cycle of a ticket, at most one rating for each survey."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models import Area, Category, Department
from hotline.db import Base, coded
from hotline.staff.models import User
from hotline.tickets.models import CallerKind, Channel, Ticket, TicketEvent


class Solved(StrEnum):
    """The citizen's answer to the first question; unsaid where only a score came, by reply to a text."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNSAID = "unsaid"

    @property
    def label(self) -> Any:
        """The word on the page."""
        return {
            Solved.YES: _l("Solved"),
            Solved.PARTLY: _l("Partly"),
            Solved.NO: _l("Not solved"),
            Solved.UNSAID: _lp("solved", "not said"),
        }[self]


class Suppression(StrEnum):
    """Why a citizen is not invited by text. Departments never choose."""

    NO_NUMBER = "no_number"
    NOT_MOBILE = "not_mobile"
    OPTED_OUT = "opted_out"
    FATIGUE = "fatigue"
    DUPLICATE = "duplicate"
    NUISANCE = "nuisance"
    STAFF_NUMBER = "staff_number"
    SENSITIVE = "sensitive"
    IMPORTED = "imported"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            Suppression.NO_NUMBER: _l("no number known"),
            Suppression.NOT_MOBILE: _l("not a mobile number"),
            Suppression.OPTED_OUT: _l("asked not to be invited"),
            Suppression.FATIGUE: _l("invited often enough lately"),
            Suppression.DUPLICATE: _l("invited about the same incident already"),
            Suppression.NUISANCE: _l("number on the nuisance list"),
            Suppression.STAFF_NUMBER: _l("number of a member of staff"),
            Suppression.SENSITIVE: _l("sensitive case"),
            Suppression.IMPORTED: _l("imported case"),
        }[self]


class Mode(StrEnum):
    """How a rating reached us. Modes are reported apart and together."""

    LINK = "link"
    QR = "qr"
    KEYPAD = "keypad"
    CALL_BACK = "call_back"
    REPLY = "reply"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            Mode.LINK: _l("link in the text"),
            Mode.QR: _l("code followed on the web page"),
            Mode.KEYPAD: _l("keys on a call to the hotline"),
            Mode.CALL_BACK: _l("asked by the hotline's call"),
            Mode.REPLY: _l("reply to the text"),
        }[self]


class Reason(StrEnum):
    """Why somebody was not happy: tags a citizen may tick, several at once."""

    TIME = "time"
    ATTITUDE = "attitude"
    RESULT = "result"
    INFORMATION = "information"
    CALLED_AGAIN = "called_again"

    @property
    def label(self) -> Any:
        """The words on the page."""
        return {
            Reason.TIME: _lp("reason", "It took too long"),
            Reason.ATTITUDE: _lp("reason", "The manner of those who handled it"),
            Reason.RESULT: _lp("reason", "The result is not right"),
            Reason.INFORMATION: _lp("reason", "The answer is unclear or incomplete"),
            Reason.CALLED_AGAIN: _lp("reason", "I had to call again"),
        }[self]


class Survey(Base):
    """The question put, or not put, to one citizen about one stopped cycle.

    Unit, people and kind of case are frozen to that closing. `expires_at` ends every way of rating it; `token_hash`
    belongs to its link (none for surveys made before links led there from a case's page). `remind_at` is set while a
    reminder is still to be sent; `opened_at` is the first sign of the page's own beacon.
    """

    __tablename__ = "surveys"
    __table_args__ = (
        UniqueConstraint("ticket_id", "cycle"),
        CheckConstraint("suppressed_as IS NOT NULL OR token_hash IS NOT NULL", name="asked_has_a_link"),
        CheckConstraint("suppressed_as IS NULL OR remind_at IS NULL", name="only_asked_are_reminded"),
        CheckConstraint("expires_at > closed_at", name="expires_after_closing"),
        Index("ix_surveys_department_id", "department_id", "closed_at"),
        Index("ix_surveys_closed_at", "closed_at"),
        Index("ix_surveys_expires_at", "expires_at"),
        Index(
            "ix_surveys_remind_at",
            "remind_at",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
        Index(
            "ix_surveys_to_number",
            "to_number",
            sqlite_where=text("to_number IS NOT NULL"),
            postgresql_where=text("to_number IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    cycle: Mapped[int]
    closing_event_id: Mapped[int] = mapped_column(ForeignKey("ticket_events.id"), unique=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    channel: Mapped[Channel] = mapped_column(coded(Channel, "channel"))
    caller_kind: Mapped[CallerKind] = mapped_column(coded(CallerKind, "caller_kind"))
    closed_at: Mapped[datetime]
    to_number: Mapped[str | None] = mapped_column(String(20))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    suppressed_as: Mapped[Suppression | None] = mapped_column(coded(Suppression, "suppressed_as"))
    expires_at: Mapped[datetime]
    remind_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    ticket: Mapped[Ticket] = relationship()
    closing_event: Mapped[TicketEvent] = relationship()
    department: Mapped[Department | None] = relationship()
    category: Mapped[Category | None] = relationship()
    area: Mapped[Area | None] = relationship()
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    written_by: Mapped[User | None] = relationship(foreign_keys=[written_by_id])
    rating: Mapped[Rating | None] = relationship(back_populates="survey")


class Rating(Base):
    """What the citizen said. The first answer is kept; an edit within 72 hours stands beside it.

    `receipt` is the citizen's proof that it was counted: the same word stands in the open ledger. `network` is a keyed
    hash of the network it came from, `is_from_office` whether that is one of the offices' own.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score_in_range"),
        CheckConstraint("first_score BETWEEN 1 AND 5", name="first_score_in_range"),
        CheckConstraint("length(comment) <= 500", name="comment_is_short"),
        CheckConstraint("(mode = 'call_back') = (taken_by_id IS NOT NULL)", name="call_backs_name_who_asked"),
        CheckConstraint(
            "mode = 'reply' OR (solved <> 'unsaid' AND first_solved <> 'unsaid')", name="only_replies_leave_it_unsaid"
        ),
        Index("ix_ratings_rated_at", "rated_at"),
        Index(
            "ix_ratings_unhappy",
            "rated_at",
            sqlite_where=text("score <= 2 OR solved = 'no'"),
            postgresql_where=text("score <= 2 OR solved = 'no'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), unique=True)
    solved: Mapped[Solved] = mapped_column(coded(Solved, "solved"))
    score: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    comment: Mapped[str] = mapped_column(String(500), default="")
    mode: Mapped[Mode] = mapped_column(coded(Mode, "mode"), default=Mode.LINK)
    first_solved: Mapped[Solved] = mapped_column(coded(Solved, "first_solved"))
    first_score: Mapped[int]
    receipt: Mapped[str] = mapped_column(String(20), unique=True)
    network: Mapped[str] = mapped_column(String(32), default="")
    is_from_office: Mapped[bool] = mapped_column(default=False)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    rated_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    survey: Mapped[Survey] = relationship(back_populates="rating")
