"""The wording of texts as versions: a draft, what is registered with the carriers, what was."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, coded


class WordingState(StrEnum):
    """Whether the carriers know a wording. Production sends only registered ones."""

    DRAFT = "draft"
    REGISTERED = "registered"
    RETIRED = "retired"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            WordingState.DRAFT: _l("Draft"),
            WordingState.REGISTERED: _l("Registered with the carriers"),
            WordingState.RETIRED: _l("Used earlier"),
        }[self]


class Wording(Base):
    """One version of one text in one style (`plain` or `diacritics`). An edit makes a draft; a registered one stays."""

    __tablename__ = "wordings"
    __table_args__ = (
        UniqueConstraint("name", "style", "version"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        CheckConstraint("length(body) BETWEEN 1 AND 1000", name="body_has_a_length"),
        CheckConstraint("state <> 'registered' OR registered_on IS NOT NULL", name="registered_has_a_date"),
        Index(
            "uq_wordings_registered",
            "name",
            "style",
            unique=True,
            sqlite_where=text("state = 'registered'"),
            postgresql_where=text("state = 'registered'"),
        ),
        Index(
            "uq_wordings_draft",
            "name",
            "style",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    style: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[WordingState] = mapped_column(coded(WordingState, "state"), default=WordingState.DRAFT)
    registered_on: Mapped[date | None]
    registered_as: Mapped[str] = mapped_column(String(80), default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
