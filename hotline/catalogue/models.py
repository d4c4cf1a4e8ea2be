"""What the province configures: units, areas, categories, policies, routing rules, calendars. All of it data."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, coded


class Level(StrEnum):
    """Level of government. Districts ended on 1 July 2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


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


class Named:
    """Two names; `name` is the one in the reader's language."""

    name_vi: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))

    @property
    def name(self) -> str:
        """The name in the reader's language, Vietnamese where the other is missing."""
        return self.name_en if str(get_locale()) == "en" and self.name_en else self.name_vi


class Department(Named, Base):
    """A unit that owes answers. It stands from `valid_from` until the day before `valid_to`."""

    __tablename__ = "departments"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="stands_some_time"),
        CheckConstraint("length(sms_name) <= 25", name="sms_name_is_short"),
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
    area: Mapped[Area | None] = relationship()


class DepartmentSuccession(Base):
    """`successor` took over the duties of `predecessor`."""

    __tablename__ = "department_successions"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)


class Area(Base):
    """A place: province, former district, commune or ward. Codes are reused, so a code is unique only with its date."""

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="stands_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    name_vi: Mapped[str] = mapped_column(String(120))
    level: Mapped[Level] = mapped_column(coded(Level, "level"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    search_text: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    @property
    def name(self) -> str:
        """Place names are not translated."""
        return self.name_vi


class AreaSuccession(Base):
    """All or part of `predecessor` is now in `successor`: old place names find the new ones."""

    __tablename__ = "area_successions"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)


class Category(Named, Base):
    """What a call is about, with its default targets: `8wh` working hours, `24h` clock hours, `5wd` working days."""

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint("length(first_response_target) > 1", name="first_response_target_given"),
        CheckConstraint("length(resolve_target) > 1", name="resolve_target_given"),
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
    is_active: Mapped[bool] = mapped_column(default=True)
    search_text: Mapped[str] = mapped_column(String(1000))

    @property
    def group(self) -> str:
        """The group (lĩnh vực) in the reader's language."""
        return self.group_en if str(get_locale()) == "en" and self.group_en else self.group_vi


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


class RoutingRule(Base):
    """Which unit is responsible. Asked in `position` order; the first whose conditions all match decides.

    `to_area_committee` means the People's Committee of the ticket's area.
    """

    __tablename__ = "routing_rules"
    __table_args__ = (CheckConstraint("(department_code IS NULL) = to_area_committee", name="one_destination"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    department_code: Mapped[str | None] = mapped_column(String(32))
    to_area_committee: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)


class Setting(Base):
    """One decision of the province without a table of its own (brand, host, hours). See `catalogue.settings`."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
