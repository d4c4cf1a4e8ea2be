"""Rating by keypad: what was keyed in during a call, kept once; where the call stands is folded from it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, coded


class KeypadStep(StrEnum):
    """What the caller was asked for."""

    CODE = "code"
    FOLLOW_CODE = "follow_code"
    SOLVED = "solved"
    SCORE = "score"


class KeypadEntry(Base):
    """One entry of keys. `meaning` is what it was taken for (empty: nothing usable); secrets are not kept.

    The same entry told twice is one row: the try's number is part of the key.
    """

    __tablename__ = "keypad_entries"
    __table_args__ = (
        UniqueConstraint("call_sid", "step", "try_no"),
        CheckConstraint("try_no BETWEEN 1 AND 3", name="three_tries"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_sid: Mapped[str] = mapped_column(String(64))
    step: Mapped[KeypadStep] = mapped_column(coded(KeypadStep, "step"))
    try_no: Mapped[int]
    meaning: Mapped[str] = mapped_column(String(16), default="")
    survey_id: Mapped[int | None] = mapped_column(ForeignKey("surveys.id"))
    at: Mapped[datetime]
