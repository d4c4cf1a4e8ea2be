"""Which unit is responsible: ordered rules, in versions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models.categories import Category
from hotline.catalogue.models.units import Area
from hotline.db import Base, coded


class Hours(StrEnum):
    """When a rule applies: by the office calendar, at the time of the call."""

    ALWAYS = "always"
    OFFICE = "office"
    OUTSIDE = "outside"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            Hours.ALWAYS: _l("At any time"),
            Hours.OFFICE: _l("In office hours"),
            Hours.OUTSIDE: _l("Outside office hours"),
        }[self]


class RoutingRule(Base):
    """One version of a rule. Rules are asked in `position` order; the first whose conditions all match decides.

    An empty condition matches everything. `keywords` are as people write them; one of them must stand in what was
    reported, with or without its marks. `to_area_committee` means the People's Committee of the ticket's area.
    """

    __tablename__ = "routing_rules"
    __table_args__ = (
        CheckConstraint("(department_code IS NULL) = to_area_committee", name="one_destination"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        UniqueConstraint("code", "version"),
        Index(
            "uq_routing_rules_current",
            "code",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(default=1)
    is_current: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    caller_kind: Mapped[str | None] = mapped_column(String(16))
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    hours: Mapped[Hours] = mapped_column(coded(Hours, "hours"), default=Hours.ALWAYS)
    department_code: Mapped[str | None] = mapped_column(String(32))
    to_area_committee: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime]
    category: Mapped[Category | None] = relationship()
    area: Mapped[Area | None] = relationship()
