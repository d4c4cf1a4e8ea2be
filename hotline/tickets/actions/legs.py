"""Legs: who holds the ticket from when to when. The next begins at the instant the last one ends (R7)."""

from __future__ import annotations

from datetime import datetime

from hotline.db import db
from hotline.tickets import queries
from hotline.tickets.models import Holder, Leg, Pause, Ticket
from hotline.tickets.rules.lifecycle import Status


def settle_hands(ticket: Ticket, *, at: datetime) -> None:
    """Give the ticket to whom its state says it belongs, from `at` on; to nobody when nobody owes anything."""
    if not ticket.status.is_open:
        lay_down(ticket, at=at)
    else:
        holder, department_id = _hands(ticket)
        hand_over(ticket, holder, department_id, at=at)


def settle_joined(main: Ticket, *, at: datetime) -> None:
    """Who holds the main case holds what joined it."""
    for child in queries.attached_to(main):
        settle_hands(child, at=at)


def _hands(ticket: Ticket) -> tuple[Holder, int | None]:
    wait = running_pause(ticket)
    if ticket.status is Status.WAITING_CITIZEN and wait is not None and wait.began_at is not None:
        return Holder.CITIZEN, None
    owner = ticket.parent.department_id if ticket.status is Status.ATTACHED and ticket.parent else ticket.department_id
    if owner is None or ticket.status.is_with_switchboard:
        return Holder.SWITCHBOARD, None
    if ticket.status is Status.AWAITING_APPROVAL:
        return Holder.APPROVER, owner
    return Holder.UNIT, owner


def running_pause(ticket: Ticket) -> Pause | None:
    """The wait or hold that has not ended."""
    return next((row for row in ticket.pauses if row.ended_at is None), None)


def hand_over(ticket: Ticket, holder: Holder, department_id: int | None, *, at: datetime) -> None:
    """End the running leg and begin one of `holder`, unless the same hands keep the ticket."""
    running = running_leg(ticket)
    if running and (running.holder, running.department_id, running.cycle) == (holder, department_id, ticket.cycle):
        return
    if running:
        at = max(at, running.began_at)
        running.ended_at = at
        if running.id is not None:
            db.session.flush()  # the database holds one running leg: the old one must end before the new one is written
    is_sent = holder is Holder.UNIT and department_id == ticket.department_id  # not where its main case was sent
    rule_id = ticket.routing_rule_id if is_sent else None
    leg = Leg(cycle=ticket.cycle, holder=holder, department_id=department_id, routing_rule_id=rule_id, is_hop=False)
    leg.began_at = ticket.held_since_at = at
    ticket.legs.append(leg)


def lay_down(ticket: Ticket, *, at: datetime) -> None:
    """End the running leg: nobody owes anything any more."""
    running = running_leg(ticket)
    ticket.held_since_at = None
    if running:
        running.ended_at = max(at, running.began_at)


def mark_hop(ticket: Ticket) -> None:
    """The unit's leg that just ended was a hop: returned within its acceptance time, charged to the routing (R7)."""
    ended = [leg for leg in ticket.legs if leg.holder is Holder.UNIT and leg.ended_at is not None]
    if ended:
        ended[-1].is_hop = True


def running_leg(ticket: Ticket) -> Leg | None:
    """The leg that has not ended."""
    return next((leg for leg in ticket.legs if leg.ended_at is None), None)
