"""Legs: who holds the ticket from when to when. The next begins at the instant the last one ends (R7)."""

from __future__ import annotations

from datetime import datetime

from hotline.db import db
from hotline.tickets.models import Holder, Leg, Ticket


def hand_over(ticket: Ticket, holder: Holder, department_id: int | None, *, at: datetime) -> None:
    """End the running leg and begin one of `holder`, unless the same hands keep the ticket."""
    running = _running(ticket)
    if running and (running.holder, running.department_id, running.cycle) == (holder, department_id, ticket.cycle):
        return
    if running:
        running.ended_at = max(at, running.began_at)
        if running.id is not None:
            db.session.flush()  # the database holds one running leg: the old one must end before the new one is written
    ticket.legs.append(Leg(cycle=ticket.cycle, holder=holder, department_id=department_id, began_at=at))


def lay_down(ticket: Ticket, *, at: datetime) -> None:
    """End the running leg: nobody owes anything any more."""
    running = _running(ticket)
    if running:
        running.ended_at = max(at, running.began_at)


def _running(ticket: Ticket) -> Leg | None:
    return next((leg for leg in ticket.legs if leg.ended_at is None), None)
