"""What a call is about, and what the operator asks and reads out for it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models.naming import Named
from hotline.db import Base, coded


class Priority(StrEnum):
    """How pressing a category is."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {
            Priority.URGENT: _l("Urgent"),
            Priority.HIGH: _l("High"),
            Priority.NORMAL: _l("Normal"),
            Priority.LOW: _l("Low"),
        }[self]


class Evidence(StrEnum):
    """What an answer must come with before it can be submitted."""

    NONE = "none"
    PHOTO = "photo"
    DOCUMENT = "document"
    EITHER = "either"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            Evidence.NONE: _l("Nothing"),
            Evidence.PHOTO: _l("A photo"),
            Evidence.DOCUMENT: _l("A document (PDF)"),
            Evidence.EITHER: _l("A photo or a document"),
        }[self]


class Category(Named, Base):
    """What a call is about, with its default targets: `8wh` working hours, `24h` clock hours, `5wd` working days."""

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint("length(first_response_target) > 1", name="first_response_target_given"),
        CheckConstraint("length(resolve_target) > 1", name="resolve_target_given"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    group_vi: Mapped[str] = mapped_column(String(120))
    group_en: Mapped[str] = mapped_column(String(120))
    priority: Mapped[Priority] = mapped_column(coded(Priority, "priority"))
    first_response_target: Mapped[str] = mapped_column(String(8))
    resolve_target: Mapped[str] = mapped_column(String(8))
    keywords_vi: Mapped[str] = mapped_column(String(500), default="")
    live_transfer: Mapped[str] = mapped_column(String(16), default="")
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    asks_procedure: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[Evidence] = mapped_column(coded(Evidence, "evidence"), default=Evidence.NONE)
    script_vi: Mapped[str] = mapped_column(Text, default="")
    script_en: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    search_text: Mapped[str] = mapped_column(String(1000))
    version: Mapped[int] = mapped_column(default=1)
    questions: Mapped[list[CategoryQuestion]] = relationship(
        order_by="CategoryQuestion.position", back_populates="category"
    )

    @property
    def group(self) -> str:
        """The group (lĩnh vực) in the reader's language."""
        return self.group_en if str(get_locale()) == "en" and self.group_en else self.group_vi


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            QuestionKind.TEXT: _l("Text"),
            QuestionKind.CHOICE: _l("One of a list"),
            QuestionKind.YES_NO: _l("Yes or no"),
            QuestionKind.NUMBER: _l("Number"),
            QuestionKind.DATE: _l("Date"),
        }[self]


class CategoryQuestion(Named, Base):
    """What the operator asks for a category; `choices` are those of a list, in order. What was said is the ticket's."""

    __tablename__ = "category_questions"
    __table_args__ = (
        CheckConstraint("position >= 1", name="position_counts_from_one"),
        Index("ix_category_questions_category_id", "category_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(coded(QuestionKind, "kind"), default=QuestionKind.TEXT)
    choices: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_required: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    category: Mapped[Category] = relationship(back_populates="questions")
