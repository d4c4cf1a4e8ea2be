"""The call-back sample: whom the system drew among those a text cannot reach or who kept silent, and how it went."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models import Department
from hotline.db import Base, coded
from hotline.satisfaction.models.surveys import Survey
from hotline.staff.models import User


class SampleOutcome(StrEnum):
    """How a drawn call ended. Nobody is skipped without one of these."""

    RATED = "rated"
    RATED_MEANWHILE = "rated_meanwhile"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    OUT_OF_SERVICE = "out_of_service"
    NOT_ABLE = "not_able"
    EXPIRED = "expired"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            SampleOutcome.RATED: _l("Answered both questions"),
            SampleOutcome.RATED_MEANWHILE: _l("Rated by another way meanwhile"),
            SampleOutcome.REFUSED: _l("Does not wish to answer"),
            SampleOutcome.NO_ANSWER: _l("Nobody answered"),
            SampleOutcome.WRONG_NUMBER: _l("Another person has this number"),
            SampleOutcome.OUT_OF_SERVICE: _l("Number not in service"),
            SampleOutcome.NOT_ABLE: _l("Not able to talk (illness, hearing, language)"),
            SampleOutcome.EXPIRED: _l("Time for the call ran out"),
        }[self]


class SampleDraw(Base):
    """One draw for one unit (none: the switchboard) and month of closing. The same seed draws the same people again.

    `population` is how many could have been drawn, `planned` how many were to be; `unit_key` is the unit's id, or 0.
    """

    __tablename__ = "sample_draws"
    __table_args__ = (
        UniqueConstraint("month_on", "unit_key"),
        CheckConstraint("unit_key = coalesce(department_id, 0)", name="unit_key_is_the_unit"),
        CheckConstraint("planned BETWEEN 0 AND population", name="plans_within_population"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month_on: Mapped[date]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    unit_key: Mapped[int]
    seed: Mapped[str] = mapped_column(String(64))
    population: Mapped[int]
    planned: Mapped[int]
    drawn_at: Mapped[datetime]
    department: Mapped[Department | None] = relationship()
    calls: Mapped[list[SampleCall]] = relationship(order_by="SampleCall.position", back_populates="draw")


class SampleCall(Base):
    """One citizen to be called, in the order of the draw."""

    __tablename__ = "sample_calls"
    __table_args__ = (
        UniqueConstraint("draw_id", "position"),
        CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done_has_an_outcome"),
        CheckConstraint("tries >= 0", name="tries_count_from_zero"),
        CheckConstraint("(taken_by_id IS NULL) = (taken_until IS NULL)", name="taken_for_a_time"),
        Index(
            "ix_sample_calls_open",
            "next_try_at",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("sample_draws.id"))
    position: Mapped[int]
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), unique=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[SampleOutcome | None] = mapped_column(coded(SampleOutcome, "outcome"))
    note: Mapped[str] = mapped_column(Text, default="")
    draw: Mapped[SampleDraw] = relationship(back_populates="calls")
    survey: Mapped[Survey] = relationship()
    taken_by: Mapped[User | None] = relationship(foreign_keys=[taken_by_id])
