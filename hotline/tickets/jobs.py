"""Timers of tickets: deadlines that pass, waits that end, windows that close. Safe to run twice and side by side."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from hotline.actor import SYSTEM
from hotline.db import db, transaction
from hotline.tickets import actions
from hotline.tickets.models import Clock, Pause, Ticket
from hotline.tickets.rules.guards import REOPEN_WINDOW
from hotline.tickets.rules.lifecycle import STOPPED

BATCH = 200
RESUMED_BY_TIME = "Hết thời hạn chờ, tự động xử lý tiếp."


def mark_breaches(now: datetime) -> int:
    """Mark every running clock whose deadline lies behind `now`, once; a notice for each. Returns how many."""
    done = 0
    while True:
        batch = _mark_batch(now)
        done += batch
        if batch < BATCH:
            return done


def _mark_batch(now: datetime) -> int:
    due = (
        select(Clock)
        .where(Clock.deadline_at < now, Clock.stopped_at.is_(None), Clock.breached_at.is_(None))
        .order_by(Clock.deadline_at)
    )
    with transaction():
        found = db.session.scalars(due.limit(BATCH).with_for_update(skip_locked=True)).all()
        for clock in found:
            actions.breach(clock, by=SYSTEM, now=now)
        return len(found)


def end_pauses(now: datetime) -> int:
    """End waits and holds whose time is over: back to the state they left. Returns how many."""
    ids = db.session.scalars(
        select(Pause.ticket_id).where(Pause.ended_at.is_(None), Pause.until_at <= now).limit(BATCH)
    ).all()
    done = 0
    for ticket_id in ids:
        with transaction() as session:
            ticket = session.get_one(Ticket, ticket_id, with_for_update=True)
            if ticket.status.is_paused:
                actions.resume(ticket, note=RESUMED_BY_TIME, by=SYSTEM, now=now)
                done += 1
    return done


def close_settled(now: datetime) -> int:
    """Close what was answered more than 14 days ago: the window for rating and reopening is over. Returns how many."""
    limit = now - REOPEN_WINDOW
    done = 0
    while True:
        with transaction():
            tickets = db.session.scalars(
                select(Ticket)
                .where(Ticket.status.in_(sorted(STOPPED)), Ticket.stopped_at < limit)
                .order_by(Ticket.id)
                .limit(BATCH)
                .options(selectinload(Ticket.clocks), selectinload(Ticket.legs))
                .with_for_update(skip_locked=True)
            ).all()
            for ticket in tickets:
                actions.close(ticket, by=SYSTEM, now=now)
        done += len(tickets)
        if len(tickets) < BATCH:
            return done
