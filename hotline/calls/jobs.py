"""Timers of the switchboard. Safe to run twice and side by side."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.calls import actions
from hotline.calls.models import Call, CallState
from hotline.db import db, transaction

LONGEST_CALL = timedelta(hours=4)
BATCH = 100


def close_stale(now: datetime) -> int:
    """End calls whose end was never reported, four hours after they came in. Returns how many."""
    stale = select(Call.id).where(Call.state != CallState.ENDED, Call.offered_at < now - LONGEST_CALL)
    ids = db.session.scalars(stale.order_by(Call.offered_at).limit(BATCH)).all()
    done = 0
    for call_id in ids:
        with transaction() as session:
            call = session.get_one(Call, call_id, with_for_update={"of": Call})
            if call.state is not CallState.ENDED:
                actions.give_up(call, now=now)
                done += 1
    return done
