"""Units that owe answers, places, and what each became: codes are reused, so every row has its dates."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models.naming import Level, Named
from hotline.db import Base, coded


class Department(Named, Base):
    """A unit that owes answers. It stands from `valid_from` until the day before `valid_to`."""

    __tablename__ = "departments"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="stands_some_time"),
        CheckConstraint("length(sms_name) <= 25", name="sms_name_is_short"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    sms_name: Mapped[str] = mapped_column(String(25))
    level: Mapped[Level] = mapped_column(coded(Level, "level"))
    kind: Mapped[str] = mapped_column(String(32))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    is_switchboard: Mapped[bool] = mapped_column(default=False)
    duty_number: Mapped[str] = mapped_column(String(20), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    area: Mapped[Area | None] = relationship()


class DepartmentSuccession(Base):
    """`successor` took over the duties of `predecessor`; where there are several, one takes over the open work."""

    __tablename__ = "department_successions"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)
    takes_open_work: Mapped[bool] = mapped_column(default=True)


class Area(Base):
    """A place: province, former district, commune or ward. Codes are reused, so a code is unique only with its date."""

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="stands_some_time"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    name_vi: Mapped[str] = mapped_column(String(120))
    level: Mapped[Level] = mapped_column(coded(Level, "level"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    search_text: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def name(self) -> str:
        """Place names are not translated."""
        return self.name_vi

    def stands_on(self, day: date) -> bool:
        """Whether it is there on a day; an end that is planned for later does not matter."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to > day)


class AreaSuccession(Base):
    """All or part of `predecessor` is now in `successor`: old place names find the new ones."""

    __tablename__ = "area_successions"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
