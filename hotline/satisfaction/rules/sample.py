"""The call-back sample: which month is drawn when, who is drawn, when an unanswered call is tried again. No chance."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from hotline.satisfaction.rules.months import months_before

MOST_TRIES = 3
LEASE = timedelta(minutes=30)  # how long a taken call belongs to one operator
REST = timedelta(days=30)  # nobody is drawn twice within it
NOON, AFTERNOON_HOUR = 12, 13


def months_to_draw(today: date, rating_days: int) -> tuple[date, date]:
    """The first days of the months that are due, the older first.

    The later is the last one all of whose surveys have had their `rating_days`. The one before is drawn only where it
    was missed: nothing ran while it was due. What is older still nobody remembers well enough to be asked.
    """
    all_over = (today - timedelta(days=rating_days)).replace(day=1)
    due = months_before(all_over, 1)
    return months_before(due, 1), due


def seed_of(secret: str, month_on: date, unit_key: int) -> str:
    """The seed of a draw, hex. Nobody can wish for another one: it follows from the month, the unit and the secret."""
    return hmac.new(secret.encode(), f"sample:{month_on:%Y-%m}:{unit_key}".encode(), hashlib.sha256).hexdigest()


def draw(seed: str, ids: Iterable[int], number: int) -> list[int]:
    """`number` of the ids, in the order in which they are called. The same seed and ids give the same sample."""
    return sorted(set(ids), key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())[:number]


def next_half_day(tried_at: datetime, begin_hour: int) -> datetime:
    """When to try again, on the same clock as `tried_at` (local): after a morning the afternoon, else tomorrow."""
    if tried_at.hour < NOON:
        return datetime.combine(tried_at.date(), time(AFTERNOON_HOUR), tried_at.tzinfo)
    return datetime.combine(tried_at.date() + timedelta(days=1), time(begin_hour), tried_at.tzinfo)


def may_call(at: datetime, begin_hour: int, end_hour: int) -> bool:
    """Whether citizens may be rung at this local time: the hours in which they are texted."""
    return begin_hour <= at.hour < end_hour
