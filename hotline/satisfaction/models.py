"""Did it help: one survey for every stopped cycle of a ticket, at most one rating for each survey."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models import Department
from hotline.db import Base, coded
from hotline.tickets.models import Ticket, TicketEvent


class Solved(StrEnum):
    """The citizen's answer to the first question."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"

    @property
    def label(self) -> Any:
        """The word on the page."""
        return {Solved.YES: _l("Solved"), Solved.PARTLY: _l("Partly"), Solved.NO: _l("Not solved")}[self]


class Suppression(StrEnum):
    """Why a citizen is not asked. Departments never choose."""

    NO_NUMBER = "no_number"
    NOT_MOBILE = "not_mobile"
    OPTED_OUT = "opted_out"
    FATIGUE = "fatigue"
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
            Suppression.SENSITIVE: _l("sensitive case"),
            Suppression.IMPORTED: _l("imported case"),
        }[self]


class Survey(Base):
    """The question put, or not put, to one citizen about one closing. Attribution is frozen to that closing."""

    __tablename__ = "surveys"
    __table_args__ = (
        UniqueConstraint("ticket_id", "cycle"),
        CheckConstraint("(suppressed_as IS NULL) = (expires_at IS NOT NULL)", name="asked_or_suppressed"),
        CheckConstraint("(suppressed_as IS NULL) = (token_hash IS NOT NULL)", name="asked_has_a_link"),
        Index("ix_surveys_department_id", "department_id", "closed_at"),
        Index("ix_surveys_closed_at", "closed_at"),
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
    closed_at: Mapped[datetime]
    to_number: Mapped[str | None] = mapped_column(String(20))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    suppressed_as: Mapped[Suppression | None] = mapped_column(coded(Suppression, "suppressed_as"))
    expires_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    ticket: Mapped[Ticket] = relationship()
    closing_event: Mapped[TicketEvent] = relationship()
    department: Mapped[Department | None] = relationship()
    rating: Mapped[Rating | None] = relationship(back_populates="survey")


class Rating(Base):
    """What the citizen said. The first answer is kept; an edit within 72 hours stands beside it."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score_in_range"),
        CheckConstraint("first_score BETWEEN 1 AND 5", name="first_score_in_range"),
        CheckConstraint("length(comment) <= 500", name="comment_is_short"),
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
    comment: Mapped[str] = mapped_column(String(500), default="")
    mode: Mapped[str] = mapped_column(String(16), default="link")
    first_solved: Mapped[Solved] = mapped_column(coded(Solved, "first_solved"))
    first_score: Mapped[int]
    rated_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    survey: Mapped[Survey] = relationship(back_populates="rating")
