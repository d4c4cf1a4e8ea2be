"""Who said "not solved" and left without the words that reopen the case is called by a lead."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from hotline.db import transaction
from hotline.satisfaction import actions
from hotline.satisfaction.models import FollowUp, Rating, Solved, Survey
from hotline.satisfaction.rules import WORDS_WITHIN
from hotline.tickets.models import Ticket

BATCH, LOOKED_BACK = 100, timedelta(days=30)


def follow_wordless(now: datetime) -> int:
    """A task for each, once, whoever else is at it. Returns how many were new."""
    said_at = func.coalesce(Rating.edited_at, Rating.rated_at)
    waiting = (
        select(Survey)
        .join(Survey.rating)
        .join(Survey.ticket)
        .options(contains_eager(Survey.rating), contains_eager(Survey.ticket))
        .where(Rating.solved == Solved.NO, Rating.rated_at > now - LOOKED_BACK, said_at <= now - WORDS_WITHIN)
        .where(Ticket.cycle == Survey.cycle, ~Ticket.is_open)
        .where(~select(FollowUp.id).where(FollowUp.survey_id == Survey.id).exists())
        .order_by(Survey.id)
        .limit(BATCH)
        .with_for_update(of=Survey, skip_locked=True)
    )
    with transaction() as session:
        return sum(actions.follow_wordless(survey, now=now) for survey in session.scalars(waiting).all())
