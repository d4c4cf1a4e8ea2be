"""One reminder for each invitation that nobody has followed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from hotline.db import transaction
from hotline.satisfaction import actions
from hotline.satisfaction.models import Survey

BATCH = 100


def remind(now: datetime) -> int:
    """Remind those who were asked two days ago, once each, whoever else is at it. Returns how many were reminded."""
    reminded = 0
    due = select(Survey).where(Survey.remind_at.is_not(None), Survey.remind_at <= now).order_by(Survey.remind_at)
    # The case is locked with its survey: one that is just being reopened is left for the next turn.
    due = due.join(Survey.ticket).options(contains_eager(Survey.ticket)).limit(BATCH).with_for_update(skip_locked=True)
    while True:
        with transaction() as session:
            surveys = session.scalars(due).all()
            reminded += sum(actions.remind(survey, now=now) for survey in surveys)
        if len(surveys) < BATCH:
            return reminded
