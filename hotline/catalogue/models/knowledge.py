"""Answers to common questions: what operators read out, who owns it, until when it holds, and what is missing."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models.categories import Category
from hotline.catalogue.models.units import Area, Department
from hotline.db import Base, coded


class AnswerKind(StrEnum):
    """What sort of entry it is."""

    QUESTION = "question"
    NOTICE = "notice"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {AnswerKind.QUESTION: _l("Question and answer"), AnswerKind.NOTICE: _l("Outage notice")}[self]


class CommonAnswer(Base):
    """A question people often ask, with its answer; or a notice (power cut, water off) that holds for some hours.

    It is shown while it is active and not past `valid_until_on`; a notice from `begins_at` to `ends_at`, in its area.
    `uses` counts how often it was read out; each reading is also a row of `answer_uses`.
    """

    __tablename__ = "common_answers"
    __table_args__ = (
        CheckConstraint("length(question) BETWEEN 1 AND 500", name="question_has_a_length"),
        CheckConstraint("length(answer) BETWEEN 1 AND 20000", name="answer_has_a_length"),
        CheckConstraint("(kind = 'notice') = (begins_at IS NOT NULL AND ends_at IS NOT NULL)", name="notice_has_times"),
        CheckConstraint("ends_at > begins_at", name="notice_lasts"),
        CheckConstraint("uses >= 0 AND version >= 1", name="counts_make_sense"),
        Index("ix_common_answers_department_id", "department_id"),
        Index("ix_common_answers_review_on", "review_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[AnswerKind] = mapped_column(coded(AnswerKind, "kind"), default=AnswerKind.QUESTION)
    question: Mapped[str] = mapped_column(String(500))
    answer: Mapped[str] = mapped_column(Text)
    fees: Mapped[str] = mapped_column(String(300), default="")
    papers: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[str] = mapped_column(String(300), default="")
    keywords: Mapped[str] = mapped_column(String(500), default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    valid_until_on: Mapped[date | None]
    review_on: Mapped[date | None]
    begins_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    uses: Mapped[int] = mapped_column(default=0)
    last_used_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    category: Mapped[Category | None] = relationship()
    area: Mapped[Area | None] = relationship()
    department: Mapped[Department | None] = relationship()


class AnswerUse(Base):
    """Somebody read an answer out to a caller."""

    __tablename__ = "answer_uses"
    __table_args__ = (Index("ix_answer_uses_common_answer_id", "common_answer_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    common_answer_id: Mapped[int] = mapped_column(ForeignKey("common_answers.id"))
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class MissingAnswer(Base):
    """A question for which the operator found no answer; it ends with one written, or set aside with a word why."""

    __tablename__ = "missing_answers"
    __table_args__ = (
        CheckConstraint("length(question) BETWEEN 1 AND 500", name="question_has_a_length"),
        CheckConstraint(
            "settled_at IS NULL OR common_answer_id IS NOT NULL OR set_aside_because <> ''", name="settled_somehow"
        ),
        Index(
            "ix_missing_answers_waiting",
            "asked_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(500))
    asked_at: Mapped[datetime]
    asked_by_name: Mapped[str] = mapped_column(String(200))
    settled_at: Mapped[datetime | None]
    settled_by_name: Mapped[str] = mapped_column(String(200), default="")
    common_answer_id: Mapped[int | None] = mapped_column(ForeignKey("common_answers.id"))
    set_aside_because: Mapped[str] = mapped_column(String(300), default="")
    common_answer: Mapped[CommonAnswer | None] = relationship()
