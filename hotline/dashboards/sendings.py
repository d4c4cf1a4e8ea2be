"""A case on its way to the right unit: predicates over `Leg`, from which numbers and the lists behind them are made.

All are counted by the instant at which the case was sent, so what was returned is a part of what was sent, and a share
never exceeds the whole. The sums equal those of `tickets.rules.legs.misrouting` over all legs of all cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from hotline.tickets.models import Holder, Leg, Ticket, TicketEvent
from hotline.tickets.rules.guards import RETURNS_BEFORE_LEAD_DECIDES
from hotline.tickets.rules.lifecycle import Verb

if TYPE_CHECKING:
    from hotline.dashboards.figures import Scope


class Sending(StrEnum):
    """What is counted: cases sent and cases returned by case, the others by leg."""

    SENT = "sent"
    BY_SILENCE = "by_silence"
    RETURNED = "returned"
    RETURNS = "returns"
    HAND_OVERS = "hand_overs"
    LEAD_DECIDED = "lead_decided"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            Sending.SENT: _l("Cases sent to a unit"),
            Sending.BY_SILENCE: _l("Accepted by silence"),
            Sending.RETURNED: _l("Cases returned"),
            Sending.RETURNS: _l("Returns"),
            Sending.HAND_OVERS: _l("Hand-overs to another unit"),
            Sending.LEAD_DECIDED: _l("Cases the shift lead had to decide"),
        }[self]

    @property
    def is_of_cases(self) -> bool:
        """Whether each case counts once, however many of its legs do."""
        return self in (Sending.SENT, Sending.BY_SILENCE, Sending.RETURNED)


class By(StrEnum):
    """What the numbers are broken down by."""

    CATEGORY = "category"
    RULE = "rule"
    UNIT = "unit"

    @property
    def column(self) -> Any:
        """The column (of `Leg` or its `Ticket`) whose values are the lines; empty means no category, or no rule."""
        return {
            By.CATEGORY: Ticket.category_id,
            By.RULE: Leg.routing_rule_id,
            By.UNIT: Leg.department_id,
        }[self]


@dataclass(frozen=True)
class Cut:
    """One line of a breakdown: the id of its category, rule or unit; None is the line without one."""

    by: By
    key: int | None


def _began(scope: Scope, leg: Any = Leg) -> ColumnElement[bool]:
    return and_(leg.holder == Holder.UNIT, leg.began_at >= scope.begin, leg.began_at < scope.end)


def _returned(scope: Scope) -> ColumnElement[bool]:
    return and_(_began(scope), Leg.is_hop)


def _sent(scope: Scope) -> ColumnElement[bool]:
    """Legs that began by a sending; a leg that was returned was sent, whatever two machines' clocks said."""
    leg = aliased(Leg)
    routed = (
        select(leg.id)
        .join(TicketEvent, and_(TicketEvent.ticket_id == leg.ticket_id, TicketEvent.at == leg.began_at))
        .where(TicketEvent.verb == Verb.ROUTE, TicketEvent.at >= scope.begin, TicketEvent.at < scope.end)
    )
    returned = select(leg.id).where(leg.is_hop, _began(scope, leg))  # by the index of time, not over all hops ever
    return and_(_began(scope), Leg.id.in_(routed.union(returned)))


def _by_silence(scope: Scope) -> ColumnElement[bool]:
    during = and_(TicketEvent.at >= Leg.began_at, or_(Leg.ended_at.is_(None), TicketEvent.at <= Leg.ended_at))
    silent = and_(TicketEvent.verb == Verb.ACCEPT, TicketEvent.detail["by_silence"].as_boolean().is_(True))
    return and_(_sent(scope), exists().where(TicketEvent.ticket_id == Leg.ticket_id, silent, during))


def _handed_over(scope: Scope) -> ColumnElement[bool]:
    """Legs after which the next unit that had the case was another one; a successor in a reorganisation is none."""
    later = aliased(Leg)
    next_unit = (
        select(later.department_id)
        .where(later.ticket_id == Leg.ticket_id, later.holder == Holder.UNIT, later.id > Leg.id)
        .order_by(later.id)
        .limit(1)
        .correlate(Leg)
        .scalar_subquery()
    )
    reorganised = exists().where(
        TicketEvent.ticket_id == Leg.ticket_id, TicketEvent.verb == Verb.SUCCEED, TicketEvent.at == Leg.ended_at
    )
    return and_(_began(scope), next_unit != Leg.department_id, ~reorganised)


def _lead_decided(scope: Scope) -> ColumnElement[bool]:
    """Returns after which only the lead may say where the case goes: one a case."""
    earlier = aliased(Leg)
    before = (
        select(func.count())
        .where(earlier.ticket_id == Leg.ticket_id, earlier.is_hop, earlier.id < Leg.id)
        .correlate(Leg)
        .scalar_subquery()
    )
    return and_(_returned(scope), before == RETURNS_BEFORE_LEAD_DECIDES - 1)


PREDICATES: dict[Sending, Callable[[Scope], ColumnElement[bool]]] = {
    Sending.SENT: _sent,
    Sending.BY_SILENCE: _by_silence,
    Sending.RETURNED: _returned,
    Sending.RETURNS: _returned,
    Sending.HAND_OVERS: _handed_over,
    Sending.LEAD_DECIDED: _lead_decided,
}


def legs_of(which: Sending, scope: Scope, cut: Cut | None = None) -> ColumnElement[bool]:
    """The predicate over `Leg` joined with its `Ticket`; a unit in the scope is the one the case was sent to."""
    clauses = [PREDICATES[which](scope)]
    if scope.department_id is not None:
        clauses.append(Leg.department_id.in_(scope.units))
    if scope.caller_kind is not None:
        clauses.append(Ticket.caller_kind == scope.caller_kind)
    if cut is not None:
        clauses.append(cut.by.column.is_(None) if cut.key is None else cut.by.column == cut.key)
    return and_(*clauses)


def cases_of(which: Sending, scope: Scope, cut: Cut | None = None) -> ColumnElement[bool]:
    """The predicate over `Ticket`: cases with at least one such leg."""
    legs = select(Leg.ticket_id).join(Ticket, Ticket.id == Leg.ticket_id).where(legs_of(which, scope, cut))
    return Ticket.id.in_(legs.correlate(None))
