"""Legs: who holds the ticket from when to when. The next begins at the instant the last one ends (R7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hotline.db import db
from hotline.tickets.models import Holder, Leg, Ticket


def hand_over(ticket: Ticket, holder: Holder, department_id: int | None, *, at: datetime) -> None:
    """End the running leg and begin one of `holder`, unless the same hands keep the ticket."""
    running = _running(ticket)
    if running and (running.holder, running.department_id, running.cycle) == (holder, department_id, ticket.cycle):
        return
    if running:
        running.ended_at = max(at, running.began_at)
        db.session.flush()
    db.session.add(
        Leg(ticket_id=ticket.id, cycle=ticket.cycle, holder=holder, department_id=department_id, began_at=at)
    )
    db.session.flush()


def lay_down(ticket: Ticket, *, at: datetime) -> None:
    """End the running leg: nobody owes anything any more."""
    running = _running(ticket)
    if running:
        running.ended_at = max(at, running.began_at)


def _running(ticket: Ticket) -> Leg | None:
    return db.session.scalar(select(Leg).where(Leg.ticket_id == ticket.id, Leg.ended_at.is_(None)))
