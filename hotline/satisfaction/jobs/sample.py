"""Draw the call-back sample once a unit and month, and close the calls that need not be made any more."""

from __future__ import annotations

from datetime import datetime

from hotline.catalogue.settings import province
from hotline.db import db, transaction
from hotline.satisfaction import actions, queries
from hotline.satisfaction.models import SampleCall
from hotline.satisfaction.rules import sample
from hotline.web.formats import local

BATCH = 200


def draw_samples(now: datetime) -> int:
    """Draw the samples of the month that is due, and of the one before where it was missed. Returns how many units."""
    done = 0
    for month_on in sample.months_to_draw(local(now).date(), province().rating_days):
        for unit in queries.units_to_draw(month_on):
            with transaction():
                done += actions.draw_sample(month_on, unit, now=now)
    db.session.rollback()
    return done


def settle_samples(now: datetime) -> int:
    """Close drawn calls that were rated, expired or declined meanwhile. Returns how many."""
    done = 0
    for call_id in queries.hindered_calls(now, BATCH):
        with transaction() as session:
            call = session.get_one(SampleCall, call_id, with_for_update={"of": SampleCall})
            if call.done_at is None and actions.settle(call, now=now):
                done += 1
    db.session.rollback()
    return done
