"""Sub-tasks: what the lead unit asks other units to contribute to its answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models import Department
from hotline.db import Base

if TYPE_CHECKING:
    from hotline.tickets.models.cases import Ticket


class SubTask(Base):
    """One co-ordinating unit's part of a case: what is asked of it, by when, and what it contributed.

    It is open until it is done (`done_at`, `report`) or the lead unit does without it (`released_at`, a reason). Its
    deadline is never later than the case's own; `told_late_at` is when its unit was told that the time had passed.
    """

    __tablename__ = "sub_tasks"
    __table_args__ = (
        CheckConstraint("done_at IS NULL OR released_at IS NULL", name="ends_one_way"),
        CheckConstraint("(done_at IS NOT NULL) = (report <> '')", name="done_with_a_report"),
        CheckConstraint("(released_at IS NOT NULL) = (release_reason <> '')", name="released_with_a_reason"),
        CheckConstraint("due_at > asked_at", name="has_time"),
        Index("ix_sub_tasks_ticket_id", "ticket_id"),
        Index(
            "ix_sub_tasks_open",
            "department_id",
            "due_at",
            "id",
            sqlite_where=text("done_at IS NULL AND released_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND released_at IS NULL"),
        ),
        Index(
            "ix_sub_tasks_to_be_told",
            "due_at",
            sqlite_where=text("done_at IS NULL AND released_at IS NULL AND told_late_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND released_at IS NULL AND told_late_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    cycle: Mapped[int]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    question: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_by_name: Mapped[str] = mapped_column(String(200))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_by_name: Mapped[str] = mapped_column(String(200), default="")
    report: Mapped[str] = mapped_column(Text, default="")
    released_at: Mapped[datetime | None]
    released_by_name: Mapped[str] = mapped_column(String(200), default="")
    release_reason: Mapped[str] = mapped_column(String(500), default="")
    told_late_at: Mapped[datetime | None]
    ticket: Mapped[Ticket] = relationship(back_populates="sub_tasks")
    department: Mapped[Department] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether the unit still owes its part."""
        return self.done_at is None and self.released_at is None

    @property
    def name(self) -> str:
        """What it is called in a choice: its unit."""
        return self.department.name
