"""What the switchboard must do about an unhappy citizen: one task of a kind for each survey."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, coded
from hotline.satisfaction.models.surveys import Survey
from hotline.staff.models import User
from hotline.tickets.models import Ticket

IS_OPEN = "done_at IS NULL"
IS_LINKED = "new_ticket_id IS NOT NULL"


class FollowUpKind(StrEnum):
    """Why somebody must act: dissatisfied although solved or partly so, or "not solved" too late to reopen."""

    CALL_BACK = "call_back"
    LATE_NO = "late_no"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            FollowUpKind.CALL_BACK: _l("Call back: not satisfied"),
            FollowUpKind.LATE_NO: _l("Not solved, too late to reopen"),
        }[self]


class FollowUpOutcome(StrEnum):
    """How a task ended."""

    EXPLAINED = "explained"
    REOPENED = "reopened"
    NEW_CASE = "new_case"
    UNREACHABLE = "unreachable"
    DECLINED = "declined"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            FollowUpOutcome.EXPLAINED: _l("Spoken to, matter explained"),
            FollowUpOutcome.REOPENED: _l("Case reopened"),
            FollowUpOutcome.NEW_CASE: _l("New case opened"),
            FollowUpOutcome.UNREACHABLE: _l("Not reached after several tries"),
            FollowUpOutcome.DECLINED: _l("The citizen does not wish to talk"),
        }[self]


class FollowUp(Base):
    """A task of a lead. `new_ticket_id` is the linked case it led to; `version` grows with every change."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("survey_id", "kind"),
        CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done_has_an_outcome"),
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_somebody"),
        CheckConstraint(
            "outcome IS NULL OR (outcome = 'new_case') = (new_ticket_id IS NOT NULL)", name="names_its_case"
        ),
        CheckConstraint("tries >= 0", name="tries_count_from_zero"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        Index(
            "ix_follow_ups_new_ticket_id",
            "new_ticket_id",
            sqlite_where=text(IS_LINKED),
            postgresql_where=text(IS_LINKED),
        ),
        Index("ix_follow_ups_open", "due_at", "id", sqlite_where=text(IS_OPEN), postgresql_where=text(IS_OPEN)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    kind: Mapped[FollowUpKind] = mapped_column(coded(FollowUpKind, "kind"))
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[FollowUpOutcome | None] = mapped_column(coded(FollowUpOutcome, "outcome"))
    note: Mapped[str] = mapped_column(Text, default="")
    new_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    survey: Mapped[Survey] = relationship()
    done_by: Mapped[User | None] = relationship()
    new_ticket: Mapped[Ticket | None] = relationship()
