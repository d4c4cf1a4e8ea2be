"""Timers of tickets: deadlines that pass, waits that end, windows that close. Safe to run twice and side by side."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from hotline.actor import SYSTEM
from hotline.db import db, transaction
from hotline.messages.queries import delivered_at_by_key
from hotline.tickets import actions, queries
from hotline.tickets.actions import replanning, searching
from hotline.tickets.models import Pause, SubTask, Ticket
from hotline.tickets.rules.guards import REOPEN_WINDOW
from hotline.tickets.rules.lifecycle import STOPPED

BATCH = 200
SWEEP_BATCH = 60  # some 15 ms: on SQLite nobody who saves a case waits longer, and 2,500 clocks a second are swept
SWEEP_REST_SECONDS = 0.01
REPLAN_BATCH = 500
FILED_AT_ONCE = 200
LONGEST_SWEEP_SECONDS, LONGEST_REPLAN_SECONDS, LONGEST_FILING_SECONDS = (
    20.0,
    5.0,
    5.0,
)  # then the other jobs get their turn
RESUMED_BY_TIME = "Hết thời hạn chờ, tự động xử lý tiếp."


def escalate(now: datetime) -> int:
    """Cross every threshold that lies behind `now`, exactly once (R11). Returns how many clocks were dealt with.

    A question whose text has arrived meanwhile stops its clock first: the wait may have begun before the deadline.
    What takes longer than the other jobs can wait is left to the next turn.
    """
    note_deliveries(now)
    began, done = time.monotonic(), 0
    while True:
        with transaction():
            batch = actions.escalate_due(now, at_most=SWEEP_BATCH)
        done += batch
        if not batch or time.monotonic() - began > LONGEST_SWEEP_SECONDS:
            return done
        _give_way()


def replan(now: datetime) -> int:
    """Go on with the re-planning that an edit of a calendar or a policy asked for (R9). Returns how many clocks."""
    began, done = time.monotonic(), 0
    while time.monotonic() - began < LONGEST_REPLAN_SECONDS:
        with transaction():
            run = replanning.unfinished_run()
            batch = replanning.replan_batch(run, at_most=REPLAN_BATCH, now=now) if run else 0
            is_over = run is None or (not batch and run.finished_at is None)
        done += batch
        if is_over:
            break
        _give_way()
    return done


def _give_way() -> None:
    """On SQLite one writes at a time: others get their turn. On PostgreSQL nobody waits for more than a row."""
    if db.engine.dialect.name == "sqlite":
        time.sleep(SWEEP_REST_SECONDS)


def note_deliveries(now: datetime) -> int:
    """Let waits count whose question has arrived by text. Returns how many."""
    arrived = delivered_at_by_key(_unheard(Pause.text_key))
    if not arrived:
        db.session.rollback()
        return 0
    found = db.session.execute(_unheard(Pause.ticket_id, Pause.id, Pause.text_key).where(Pause.text_key.in_(arrived)))
    ids = [(row.ticket_id, row.id, arrived[row.text_key]) for row in found]
    db.session.rollback()
    for ticket_id, pause_id, delivered_at in ids:
        with transaction() as session:
            ticket = session.get_one(Ticket, ticket_id, with_for_update=True)
            pause = session.get_one(Pause, pause_id)
            if pause.ended_at is None and pause.delivered_at is None:
                actions.note_delivery(ticket, pause, delivered_at, now=now)
    return len(ids)


def _unheard(*columns: Any) -> Select[*tuple[Any, ...]]:
    """`columns` of the running waits whose question went by text and has not arrived as far as we know."""
    query = select(*columns).where(Pause.ended_at.is_(None), Pause.delivered_at.is_(None), Pause.text_key.is_not(None))
    return query.where(Pause.ticket_id > 0)  # of two indexes SQLite then takes the small one


def end_pauses(now: datetime) -> int:
    """End waits and holds whose time is over, as of the instant it was. Returns how many."""
    done = 0
    while True:
        ids = db.session.scalars(
            select(Pause.ticket_id).where(Pause.ended_at.is_(None), Pause.until_at <= now).limit(BATCH)
        ).all()
        db.session.rollback()
        before = done
        for ticket_id in ids:
            with transaction() as session:
                ticket = session.get_one(Ticket, ticket_id, with_for_update=True)
                over = [row for row in ticket.pauses if row.ended_at is None and row.until_at <= now]
                if over and ticket.status.is_paused:
                    actions.resume(ticket, note=RESUMED_BY_TIME, by=SYSTEM, now=now, at=over[0].until_at)
                    done += 1
        if len(ids) < BATCH or done == before:
            return done


def tell_late_tasks(now: datetime) -> int:
    """Tell each unit once that its contribution to another unit's case is overdue. Returns how many were told of."""
    ids = queries.late_untold(now, BATCH)
    db.session.rollback()
    done = 0
    for task_id in ids:
        with transaction() as session:
            done += actions.tell_late(session.get_one(SubTask, task_id), now=now)
    return done


def send_digests(now: datetime) -> int:
    """The overviews of the morning and of the week, once each. Returns how many people were told."""
    with transaction():
        return actions.send_digests(now)


def file_again(now: datetime) -> int:
    """File for the search what was filed by earlier rules or has other names by now. Returns how many cases."""
    began, done = time.monotonic(), 0
    while True:
        with transaction():
            batch = searching.file_again(FILED_AT_ONCE)
        done += batch
        if not batch or time.monotonic() - began > LONGEST_FILING_SECONDS:
            return done
        _give_way()


def drop_old_drafts(now: datetime) -> int:
    """Forget what was typed a week ago and never sent. Returns how many."""
    with transaction():
        return actions.drop_old_drafts(now, at_most=BATCH)


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
