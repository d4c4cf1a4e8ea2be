"""Sealing a month: its root is written once, and the audit keeps it too."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from hotline import audit
from hotline.actor import Actor
from hotline.db import db, insert_once
from hotline.satisfaction.models import SealedMonth
from hotline.satisfaction.queries import ledger
from hotline.satisfaction.rules.ledger import seal


def seal_month(month_on: date, *, by: Actor, now: datetime) -> bool:
    """Seal the ratings of a local month behind those before; False when somebody else has done it already."""
    before = select(SealedMonth.root).where(SealedMonth.month_on < month_on).order_by(SealedMonth.month_on.desc())
    found = seal(ledger.entries_of(month_on), month_on, db.session.scalar(before.limit(1)) or "")
    is_news = insert_once(
        SealedMonth,
        month_on=month_on,
        ratings=found.ratings,
        satisfied=found.satisfied,
        root=found.root,
        previous_root=found.previous_root,
        sealed_at=now,
    )
    if is_news:
        audit.record(
            ledger.SEAL_DEED,
            by=by,
            now=now,
            object_kind=ledger.SEAL_OBJECT,
            object_id=f"{month_on:%Y-%m}",
            root=found.root,
        )
    return is_news
