"""Many open cases at once, written in bulk: copies of one that the verbs made, each received at another instant."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from sqlalchemy import func, insert, select, text  # noqa: E402

from hotline.db import db, transaction  # noqa: E402
from hotline.tickets import courses  # noqa: E402
from hotline.tickets.models import Clock, ClockKind, Leg, Pause, Ticket  # noqa: E402
from hotline.tickets.rules import sla, thresholds  # noqa: E402
from hotline.tickets.rules.codes import ticket_code  # noqa: E402

COPIED = (Clock, Pause, Leg)
CASES_AT_ONCE = 5_000
LONG_AGO = 1990  # a year whose codes no living case has

Row = dict[str, Any]


def copy_case(code: str, received: Sequence[datetime], *, unswept_since: datetime | None = None) -> range:
    """Copy the open case `code`, once for each instant of `received`, with clocks, waits and legs; the new ids.

    Deadlines are worked out anew. Thresholds before `unswept_since` are taken for crossed long ago; without it none is.
    """
    model = db.session.scalars(select(Ticket).where(Ticket.code == code)).one()
    made = _Copies(model, unswept_since)
    first = (db.session.scalar(select(func.max(Ticket.id))) or 0) + 1
    for start in range(0, len(received), CASES_AT_ONCE):
        batch = received[start : start + CASES_AT_ONCE]
        with transaction():
            made.write(batch, first + start)
    return range(first, first + len(received))


class _Copies:
    def __init__(self, model: Ticket, unswept_since: datetime | None):
        self._received_at, self._unswept_since = model.received_at, unswept_since
        self._ticket = _row_of(model)
        self._rows = {
            table: [_row_of(row) for row in db.session.scalars(select(table).where(table.ticket_id == model.id))]
            for table in COPIED
        }
        self._running = {clock.id: clock for clock in model.clocks if clock.stopped_at is None}
        self._facts = {clock_id: courses.facts_of(model, clock) for clock_id, clock in self._running.items()}
        self._steps = {
            clock_id: courses.steps_of(clock.policy, clock.kind) for clock_id, clock in self._running.items()
        }

    def write(self, received: Sequence[datetime], first_id: int) -> None:
        """One batch, in the running transaction."""
        tickets: list[Row] = []
        rows: dict[Any, list[Row]] = {table: [] for table in COPIED}
        for ticket_id, at in enumerate(received, first_id):
            later = at - self._received_at
            clocks = [self._clock(row, later) for row in self._rows[Clock]]
            running = [row for row in clocks if row["stopped_at"] is None and row["deadline_at"] is not None]
            answers = [row["deadline_at"] for row in running if row["kind"] is ClockKind.RESOLUTION]
            tickets.append(
                _shifted(self._ticket, later)
                | {
                    "id": ticket_id,
                    "code": ticket_code(LONG_AGO, ticket_id),
                    "due_at": answers[-1] if answers else None,
                    "next_due_at": min((row["deadline_at"] for row in running), default=None),
                }
            )
            rows[Clock] += [_of(ticket_id, row) for row in clocks]
            for table in COPIED[1:]:
                rows[table] += [_of(ticket_id, _shifted(row, later)) for row in self._rows[table]]
        connection = db.session.connection()
        connection.execute(insert(Ticket), tickets)
        for table, some in rows.items():
            if some:
                connection.execute(insert(table), some)
        if db.engine.dialect.name == "postgresql":  # ids that were given move no sequence
            connection.execute(text("SELECT setval(pg_get_serial_sequence('tickets', 'id'), max(id)) FROM tickets"))

    def _clock(self, row: Row, later: timedelta) -> Row:
        moved = _shifted(row, later)
        facts = self._facts.get(row["id"])
        if facts is None:
            return moved
        waits = tuple((began + later, ended + later if ended else None) for began, ended in facts.pauses)
        facts = replace(facts, started_at=facts.started_at + later, pauses=waits)
        plan = sla.plan_of(facts)
        due = thresholds.schedule(self._steps[row["id"]], facts, plan)
        armed = thresholds.first_armed(due, after=self._unswept_since)
        return moved | {
            "deadline_at": plan.deadline_at,
            "first_promise_at": plan.first_promise_at,
            "bare_deadline_at": plan.bare_deadline_at,
            "next_step": armed.step.at if armed else None,
            "fires_at": armed.at if armed else None,
        }


def _row_of(one: Any) -> Row:
    return {column.key: getattr(one, column.key) for column in type(one).__table__.columns if column.computed is None}


def _shifted(row: Row, later: timedelta) -> Row:
    return {name: value + later if isinstance(value, datetime) else value for name, value in row.items()}


def _of(ticket_id: int, row: Row) -> Row:
    mine = {name: value for name, value in row.items() if name != "id"} | {"ticket_id": ticket_id}
    return mine | {"text_key": f"copy:{ticket_id}"} if mine.get("text_key") else mine
