"""Keeping the sums: months in which something changed are summed anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hotline.db import db, transaction
from hotline.satisfaction import actions
from hotline.satisfaction.models import ScoreChange


def sum_scores(now: datetime) -> int:
    """Settle the changes noted so far, month by month; how many notes that settled."""
    settled = 0
    for month_on in db.session.scalars(select(ScoreChange.month_on).distinct().order_by(ScoreChange.month_on)).all():
        done = 1
        while done:
            with transaction():
                done = actions.sum_month(month_on)
            settled += done
    return settled
