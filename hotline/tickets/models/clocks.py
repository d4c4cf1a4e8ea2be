"""Clocks and what moves them: promises, past plans, thresholds crossed, waits, extensions, re-planning."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models import Calendar, Policy
from hotline.db import Base, coded
from hotline.tickets.rules.lifecycle import Status

if TYPE_CHECKING:
    from hotline.tickets.models.cases import Ticket


class ClockKind(StrEnum):
    """Which promise a clock keeps (R1)."""

    ACCEPTANCE = "acceptance"
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            ClockKind.ACCEPTANCE: _l("Acceptance"),
            ClockKind.FIRST_RESPONSE: _l("First response"),
            ClockKind.NEXT_RESPONSE: _l("Reply to a later question"),
            ClockKind.RESOLUTION: _l("Answer"),
        }[self]


class PlanCause(StrEnum):
    """Why a clock was planned anew."""

    WAITED = "waited"
    CLASSIFIED = "classified"
    POLICY = "policy"
    CALENDAR = "calendar"
    EXTENDED = "extended"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            PlanCause.WAITED: _l("waiting for the person who reported"),
            PlanCause.CLASSIFIED: _l("category or priority changed"),
            PlanCause.POLICY: _l("policy changed"),
            PlanCause.CALENDAR: _l("working calendar changed"),
            PlanCause.EXTENDED: _l("extension granted"),
        }[self]


class Clock(Base):
    """One promise (R1): start, target, calendar, policy, plan, deadline, stop. Deadlines come from these facts alone.

    `deadline_at` is empty while the clock is paused. `first_promise_at` is the deadline without extensions,
    `bare_deadline_at` the one without extensions and pauses. `breached_at` is the deadline that passed, never the
    moment somebody noticed. `next_step` is the threshold that is due next, at `fires_at` (R11).
    """

    __tablename__ = "clocks"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind", "cycle", "leg_no"),
        CheckConstraint("stopped_at IS NULL OR stopped_at >= started_at", name="stops_after_its_start"),
        CheckConstraint("(breached_at IS NULL) = (noticed_at IS NULL)", name="breach_was_noticed"),
        CheckConstraint("plan_no >= 1", name="plans_count_from_one"),
        CheckConstraint("(next_step IS NULL) = (fires_at IS NULL)", name="next_step_has_a_time"),
        CheckConstraint("stopped_at IS NULL OR fires_at IS NULL", name="stopped_clock_is_silent"),
        CheckConstraint("(granted_until IS NULL) = (granted_at IS NULL)", name="extension_was_granted"),
        Index(
            "ix_clocks_fires_at",
            "fires_at",
            sqlite_where=text("fires_at IS NOT NULL"),
            postgresql_where=text("fires_at IS NOT NULL"),
        ),
        Index(
            "ix_clocks_running",
            "calendar_id",
            "id",
            sqlite_where=text("stopped_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[ClockKind] = mapped_column(coded(ClockKind, "kind"))
    cycle: Mapped[int] = mapped_column(default=1)
    leg_no: Mapped[int] = mapped_column(default=0)
    target: Mapped[str] = mapped_column(String(8))
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policies.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    plan_no: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime]
    planned_at: Mapped[datetime]
    floor_from_at: Mapped[datetime | None]
    granted_at: Mapped[datetime | None]
    granted_until: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]
    first_promise_at: Mapped[datetime | None]
    bare_deadline_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime | None]
    next_step: Mapped[str | None] = mapped_column(String(8))
    fires_at: Mapped[datetime | None]
    ticket: Mapped[Ticket] = relationship(back_populates="clocks")
    policy: Mapped[Policy | None] = relationship()
    calendar: Mapped[Calendar | None] = relationship()
    past_plans: Mapped[list[PastPlan]] = relationship(order_by="PastPlan.plan_no", back_populates="clock")
    crossings: Mapped[list[Crossing]] = relationship(order_by="Crossing.id", back_populates="clock")


class PastPlan(Base):
    """What a clock promised before it was planned anew: the history that "Cách tính hạn xử lý" shows."""

    __tablename__ = "past_plans"
    __table_args__ = (UniqueConstraint("clock_id", "plan_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clocks.id"))
    plan_no: Mapped[int]
    target: Mapped[str] = mapped_column(String(8))
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policies.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    planned_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime]
    cause: Mapped[PlanCause] = mapped_column(coded(PlanCause, "plan_cause"))
    by_name: Mapped[str] = mapped_column(String(200))
    clock: Mapped[Clock] = relationship(back_populates="past_plans")


class Crossing(Base):
    """A threshold of a plan that was crossed, once (R11): when it was due, when it was noticed.

    The crossing of `100%` is the breach. A lead may waive it, a corrected calendar voids it; neither erases it.
    """

    __tablename__ = "crossings"
    __table_args__ = (
        UniqueConstraint("clock_id", "plan_no", "step"),
        CheckConstraint("fired_at >= due_at", name="fires_after_it_is_due"),
        CheckConstraint("(waived_at IS NULL) = (waive_reason = '')", name="waived_with_a_reason"),
        CheckConstraint("(waived_at IS NULL) = (waived_by_id IS NULL)", name="waived_by_somebody"),
        CheckConstraint("step = '100%' OR (waived_at IS NULL AND voided_at IS NULL)", name="only_breaches_are_lifted"),
        Index("ix_crossings_fired_at", "fired_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clocks.id"))
    plan_no: Mapped[int]
    step: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime]
    fired_at: Mapped[datetime]
    has_alerted: Mapped[bool] = mapped_column(default=False)
    waived_at: Mapped[datetime | None]
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    waive_reason: Mapped[str] = mapped_column(String(500), default="")
    voided_at: Mapped[datetime | None]
    clock: Mapped[Clock] = relationship(back_populates="crossings")


class Pause(Base):
    """A wait for the citizen or a hold: reason, when it must end at the latest, when it ended (R4).

    A wait counts only from `began_at`: the later of the question's delivery and the switchboard's confirmation.
    """

    __tablename__ = "pauses"
    __table_args__ = (
        CheckConstraint("kind IN ('waiting_citizen', 'on_hold')", name="kind"),
        CheckConstraint("ended_at IS NULL OR ended_at >= asked_at", name="ends_after_its_begin"),
        CheckConstraint("began_at IS NULL OR began_at >= asked_at", name="begins_after_the_question"),
        CheckConstraint(
            "kind = 'on_hold' OR began_at IS NULL OR (delivered_at IS NOT NULL AND confirmed_at IS NOT NULL)",
            name="wait_counts_once_delivered_and_confirmed",
        ),
        CheckConstraint("kind = 'waiting_citizen' OR began_at IS NOT NULL", name="hold_counts_at_once"),
        Index("ix_pauses_ticket_id", "ticket_id"),
        Index(
            "ix_pauses_undelivered",
            "ticket_id",
            sqlite_where=text("ended_at IS NULL AND delivered_at IS NULL"),
            postgresql_where=text("ended_at IS NULL AND delivered_at IS NULL"),
        ),
        Index(
            "ix_pauses_running",
            "until_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[Status] = mapped_column(coded(Status, "pause_kind"))
    reason: Mapped[str] = mapped_column(String(500))
    text_key: Mapped[str | None] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    began_at: Mapped[datetime | None]
    until_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ticket: Mapped[Ticket] = relationship(back_populates="pauses")


class Extension(Base):
    """More time, asked before the deadline with a reason and a date; granted or declined by somebody else (gia hạn)."""

    __tablename__ = "extensions"
    __table_args__ = (
        UniqueConstraint("ticket_id", "cycle", "number"),
        CheckConstraint("number >= 1", name="counts_from_one"),
        CheckConstraint("(decided_at IS NULL) = (is_granted IS NULL)", name="decision_has_a_time"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="decided_by_another"),
        CheckConstraint("wanted_until > deadline_before", name="asks_for_more_time"),
        Index(
            "uq_extensions_open",
            "ticket_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    cycle: Mapped[int]
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_by_name: Mapped[str] = mapped_column(String(200))
    deadline_before: Mapped[datetime]
    wanted_until: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_by_name: Mapped[str] = mapped_column(String(200), default="")
    is_granted: Mapped[bool | None]
    decision_reason: Mapped[str] = mapped_column(String(500), default="")
    ticket: Mapped[Ticket] = relationship(back_populates="extensions")


class ReplanRun(Base):
    """The re-planning of all open clocks after an edit, in batches: how far it got, so that a restart goes on (R9)."""

    __tablename__ = "replan_runs"
    __table_args__ = (
        CheckConstraint("(calendar_id IS NULL) <> (policy_id IS NULL)", name="one_cause"),
        CheckConstraint("done >= 0 AND moved >= 0 AND moved <= done", name="counts_make_sense"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policies.id"))
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    last_clock_id: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    by_name: Mapped[str] = mapped_column(String(200))
    calendar: Mapped[Calendar | None] = relationship()
    policy: Mapped[Policy | None] = relationship()
