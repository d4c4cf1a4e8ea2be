"""Calendars and policies, in versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.catalogue.models.categories import Priority
from hotline.catalogue.models.naming import Named
from hotline.db import Base, coded


class Calendar(Named, Base):
    """One version of a working calendar. `definition` is for `WorkCalendar.from_dict`; `day_names` names its days."""

    __tablename__ = "calendars"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        Index(
            "uq_calendars_current",
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
    definition: Mapped[dict[str, Any]]
    day_names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]


class Policy(Named, Base):
    """One version of a rule about deadlines (R6, R9): asked in `position` order, the first that matches is taken.

    An empty condition matches everything; an empty target means the category's own. `thresholds` is for
    `tickets.rules.thresholds`, `extension_approvers` names the roles that decide the first, the second … extension,
    the shares (percent) are the parts of the time that each pair of hands is allotted (R7).
    """

    __tablename__ = "policies"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        CheckConstraint(
            "switchboard_share >= 0 AND unit_share >= 0 AND approval_share >= 0 "
            "AND switchboard_share + unit_share + approval_share = 100",
            name="shares_make_a_whole",
        ),
        Index(
            "uq_policies_current",
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
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    priority: Mapped[Priority | None] = mapped_column(coded(Priority, "priority"))
    channel: Mapped[str | None] = mapped_column(String(16))
    caller_kind: Mapped[str | None] = mapped_column(String(16))
    calendar_code: Mapped[str] = mapped_column(String(32))
    acceptance_target: Mapped[str] = mapped_column(String(8))
    first_response_target: Mapped[str | None] = mapped_column(String(8))
    next_response_target: Mapped[str] = mapped_column(String(8), default="8wh")
    resolve_target: Mapped[str | None] = mapped_column(String(8))
    thresholds: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    is_round_the_clock: Mapped[bool] = mapped_column(default=False)
    switchboard_share: Mapped[int] = mapped_column(default=10)
    unit_share: Mapped[int] = mapped_column(default=80)
    approval_share: Mapped[int] = mapped_column(default=10)
    extension_approvers: Mapped[list[str]] = mapped_column(default=lambda: ["head", "lead"])
    made_at: Mapped[datetime]
