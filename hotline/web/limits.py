"""Limits that protect (sign-in, links, codes): counted in the database, so they hold across processes and restarts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, db, insert_once
from hotline.errors import TooMany


class RateLimit(Base):
    """How often `subject` did something in the window that began at `began_at`."""

    __tablename__ = "rate_limits"

    subject: Mapped[str] = mapped_column(String(160), primary_key=True)
    began_at: Mapped[datetime]
    hits: Mapped[int]


def check(subject: str, *, limit: int, window_seconds: int, now: datetime) -> None:
    """Raise TooMany (429, Retry-After) when `subject` has used up its `limit` in the running window. Writes nothing."""
    row = db.session.get(RateLimit, subject)
    if row is not None and row.hits >= limit:
        left = int((row.began_at + timedelta(seconds=window_seconds) - now).total_seconds())
        if left > 0:
            raise TooMany(retry_after=left)


def hit(subject: str, *, window_seconds: int, now: datetime) -> int:
    """Count one more in the running transaction and return the count of this window."""
    insert_once(RateLimit, subject=subject, began_at=now, hits=0)  # of two first ones at once the second waits for it
    counted = select(RateLimit).where(RateLimit.subject == subject).with_for_update()
    row = db.session.scalars(counted.execution_options(populate_existing=True)).one()
    if row.began_at + timedelta(seconds=window_seconds) <= now:
        row.began_at, row.hits = now, 0
    row.hits += 1
    db.session.flush()
    return row.hits


def forget(subject: str) -> None:
    """Start afresh, e.g. after the right password."""
    db.session.execute(delete(RateLimit).where(RateLimit.subject == subject))
