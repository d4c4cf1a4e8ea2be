"""Looks at calls that rate by keys."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hotline.db import db
from hotline.satisfaction.models import KeypadEntry, Survey
from hotline.satisfaction.rules.keypad import Entry
from hotline.tickets.models import Ticket


def entries_of(call_sid: str) -> list[Entry]:
    """What was keyed in during a call."""
    rows = db.session.scalars(select(KeypadEntry).where(KeypadEntry.call_sid == call_sid))
    return [Entry(row.step.value, row.try_no, row.meaning) for row in rows]


def ticket_of_code(code: str) -> Ticket | None:
    """The case with this code, for a caller who has yet to prove that it is theirs."""
    return db.session.scalar(select(Ticket).where(Ticket.code == code))


def latest_survey(ticket: Ticket) -> Survey | None:
    """The survey of the last closing of a case."""
    return db.session.scalar(
        select(Survey)
        .options(joinedload(Survey.rating))
        .where(Survey.ticket_id == ticket.id)
        .order_by(Survey.cycle.desc())
        .limit(1)
    )
