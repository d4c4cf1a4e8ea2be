"""Sums of surveys and ratings by month, always equal to counting anew; and months sealed for everybody to check."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, coded

FIRST_CYCLE = 1  # the rating of this cycle ranks; later ones stand beside it


class Cut(StrEnum):
    """By what a month of a unit is broken down; WHOLE is the month itself."""

    WHOLE = "whole"
    CATEGORY = "category"
    AREA = "area"
    CHANNEL = "channel"
    CALLER_KIND = "caller_kind"
    MODE = "mode"


class ScoreSum(Base):
    """Counts of one unit (`unit_key` 0: the switchboard), one local month of closing and one line of a breakdown.

    `key` is the id or code of that line, empty for the whole and where the case has none. The lines of MODE count
    ratings only. A reply by text leaves unsaid whether it is solved: it is in `rated` and in no `solved_…`. `is_first`
    tells first cycles from later ones.
    """

    __tablename__ = "score_sums"
    __table_args__ = (
        CheckConstraint("rated = score_1 + score_2 + score_3 + score_4 + score_5", name="scores_add_up"),
        CheckConstraint("rated >= solved_yes + solved_partly + solved_no", name="solved_within_rated"),
        CheckConstraint("asked <= closed", name="asked_within_closed"),
        CheckConstraint("rated_asked <= rated", name="rated_asked_within_rated"),
        CheckConstraint("satisfied_asked <= rated_asked", name="satisfied_asked_within_rated_asked"),
        CheckConstraint("unhappy <= rated", name="unhappy_within_rated"),
        Index("ix_score_sums_cut", "cut", "is_first", "month_on"),
    )

    month_on: Mapped[date] = mapped_column(primary_key=True)
    unit_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cut: Mapped[Cut] = mapped_column(coded(Cut, "cut"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    is_first: Mapped[bool] = mapped_column(primary_key=True)
    closed: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    rated: Mapped[int] = mapped_column(default=0)
    rated_asked: Mapped[int] = mapped_column(default=0)
    satisfied_asked: Mapped[int] = mapped_column(default=0)
    unhappy: Mapped[int] = mapped_column(default=0)
    score_1: Mapped[int] = mapped_column(default=0)
    score_2: Mapped[int] = mapped_column(default=0)
    score_3: Mapped[int] = mapped_column(default=0)
    score_4: Mapped[int] = mapped_column(default=0)
    score_5: Mapped[int] = mapped_column(default=0)
    solved_yes: Mapped[int] = mapped_column(default=0)
    solved_partly: Mapped[int] = mapped_column(default=0)
    solved_no: Mapped[int] = mapped_column(default=0)


class ScoreChange(Base):
    """A note that one month of one unit is to be summed anew. Appended, never updated: two writers never wait."""

    __tablename__ = "score_changes"
    __table_args__ = (Index("ix_score_changes_month_on", "month_on", "unit_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month_on: Mapped[date]
    unit_key: Mapped[int]


class SealedMonth(Base):
    """The root over all ratings of a local month, once none can be edited any more; each names the one before."""

    __tablename__ = "sealed_months"
    __table_args__ = (CheckConstraint("satisfied BETWEEN 0 AND ratings", name="satisfied_within_ratings"),)

    month_on: Mapped[date] = mapped_column(primary_key=True)
    ratings: Mapped[int]
    satisfied: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    previous_root: Mapped[str] = mapped_column(String(64), default="")
    sealed_at: Mapped[datetime]
