"""The to-do list of satisfaction: closing notices without a survey row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hotline.db import db, transaction
from hotline.satisfaction import actions
from hotline.satisfaction.models import Survey
from hotline.tickets.models import TicketEvent

BATCH = 200


def make_surveys(now: datetime) -> int:
    """Give every closing its survey, once, whoever else is at it. Returns how many were made."""
    made = 0
    while True:
        ids = db.session.scalars(
            select(TicketEvent.id)
            .outerjoin(Survey, Survey.closing_event_id == TicketEvent.id)
            .where(TicketEvent.stops_clock, Survey.id.is_(None))
            .order_by(TicketEvent.id)
            .limit(BATCH)
        ).all()
        for event_id in ids:
            try:
                with transaction() as session:
                    known = session.scalar(select(Survey.id).where(Survey.closing_event_id == event_id))
                    if known is None:
                        actions.make_survey(session.get_one(TicketEvent, event_id), now=now)
                        made += 1
            except IntegrityError:
                continue  # another process was faster: the unique key kept the closing single
        if len(ids) < BATCH:
            return made
