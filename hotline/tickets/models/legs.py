"""Legs: who held a ticket from when to when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models import Department
from hotline.db import Base, coded

if TYPE_CHECKING:
    from hotline.tickets.models.cases import Ticket


class Holder(StrEnum):
    """Who has the ticket in their hands during a leg."""

    SWITCHBOARD = "switchboard"
    UNIT = "unit"
    APPROVER = "approver"
    CITIZEN = "citizen"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {
            Holder.SWITCHBOARD: _l("Switchboard"),
            Holder.UNIT: _l("Unit"),
            Holder.APPROVER: _l("Approval"),
            Holder.CITIZEN: _l("Person who reported"),
        }[self]


class Leg(Base):
    """An interval in which one unit, the switchboard or the citizen held the ticket. Legs tile its life (R7).

    `is_hop`: it ended by a return within the acceptance time, so its time counts for the routing, not for the unit;
    `routing_rule_id` is the rule that had sent it there.
    """

    __tablename__ = "legs"
    __table_args__ = (
        CheckConstraint("(holder IN ('unit', 'approver')) = (department_id IS NOT NULL)", name="unit_leg_has_a_unit"),
        CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="ends_after_its_begin"),
        CheckConstraint("NOT is_hop OR (holder = 'unit' AND ended_at IS NOT NULL)", name="hop_is_a_units_past"),
        Index("ix_legs_ticket_id", "ticket_id"),
        Index("ix_legs_began_at", "began_at"),
        Index(
            "ix_legs_hops",
            "ended_at",
            sqlite_where=text("is_hop"),
            postgresql_where=text("is_hop"),
        ),
        Index(
            "uq_legs_running",
            "ticket_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    cycle: Mapped[int]
    holder: Mapped[Holder] = mapped_column(coded(Holder, "holder"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    routing_rule_id: Mapped[int | None] = mapped_column(ForeignKey("routing_rules.id"))
    is_hop: Mapped[bool] = mapped_column(default=False)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ticket: Mapped[Ticket] = relationship(back_populates="legs")
    department: Mapped[Department | None] = relationship()
