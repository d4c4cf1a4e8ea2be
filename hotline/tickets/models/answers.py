"""What the citizen is answered: by whom written, by whom passed, with which document, or who answers instead."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models import Authority
from hotline.db import Base, coded

if TYPE_CHECKING:
    from hotline.tickets.models.cases import Ticket


class RefusalReason(StrEnum):
    """Why a report is outside the hotline's scope."""

    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    EMERGENCY = "emergency"
    COURT = "court"
    CIVIL_DISPUTE = "civil_dispute"
    OTHER_PLACE = "other_place"
    NOTHING_TO_ANSWER = "nothing_to_answer"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            RefusalReason.COMPLAINT: _l("A complaint under the law on complaints"),
            RefusalReason.DENUNCIATION: _l("A denunciation under the law on denunciations"),
            RefusalReason.EMERGENCY: _l("An emergency for 112, 113, 114 or 115"),
            RefusalReason.COURT: _l("Before a court or an investigating body"),
            RefusalReason.CIVIL_DISPUTE: _l("A civil dispute between people"),
            RefusalReason.OTHER_PLACE: _l("In another province"),
            RefusalReason.NOTHING_TO_ANSWER: _l("Nothing that could be answered"),
        }[self]


class Answer(Base):
    """An answer written for one cycle. Nobody approves an own answer: the database holds that too.

    An official answer also has its document: number, date and who signed. A refusal has a reason, and like a referral
    names who is responsible instead.
    """

    __tablename__ = "answers"
    __table_args__ = (
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> written_by_id", name="approved_by_another"),
        CheckConstraint("length(body) BETWEEN 1 AND 20000", name="body_has_a_length"),
        CheckConstraint("(document_number = '') = (document_on IS NULL)", name="document_is_whole"),
        Index("ix_answers_ticket_id", "ticket_id"),
        Index(
            "uq_answers_published",
            "ticket_id",
            "cycle",
            unique=True,
            sqlite_where=text("published_at IS NOT NULL"),
            postgresql_where=text("published_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    cycle: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None]
    document_number: Mapped[str] = mapped_column(String(60), default="")
    document_on: Mapped[date | None]
    signatory: Mapped[str] = mapped_column(String(120), default="")
    refused_because: Mapped[RefusalReason | None] = mapped_column(coded(RefusalReason, "refused_because"))
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("authorities.id"))
    authority: Mapped[Authority | None] = relationship()
    ticket: Mapped[Ticket] = relationship(back_populates="answers")
