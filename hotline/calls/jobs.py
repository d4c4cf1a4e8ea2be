"""Calls whose end nobody reported are closed, so that the console shows only people who are there."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.calls import actions
from hotline.calls.models import Call, CallState
from hotline.db import db, transaction

LONGEST_CALL = timedelta(hours=4)


def close_stale(now: datetime) -> int:
    """Close calls that began more than four hours ago and have no end. Returns how many."""
    ids = db.session.scalars(
        select(Call.id).where(Call.state != CallState.ENDED, Call.offered_at < now - LONGEST_CALL)
    ).all()
    for call_id in ids:
        with transaction() as session:
            actions.give_up(session.get_one(Call, call_id, with_for_update=True), now=now)
    return len(ids)
