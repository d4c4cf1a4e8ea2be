"""What belongs to a person at the desk: lists they saved, and what they have typed but not yet sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base
from hotline.staff.models import User


class SavedView(Base):
    """A list of the queue with its filters under a name; `filters` are the arguments of its address."""

    __tablename__ = "saved_views"
    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        CheckConstraint("length(name) BETWEEN 1 AND 60", name="name_has_a_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class Draft(Base):
    """What somebody has typed into a verb's form on a case: it outlives a lost session, and tells who is writing."""

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_ticket_id", "ticket_id", "saved_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    verb: Mapped[str] = mapped_column(String(32), primary_key=True)
    fields: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    user: Mapped[User] = relationship()
