"""Months whose ratings can no longer be changed are sealed for everybody to check."""

from __future__ import annotations

from datetime import datetime

from hotline.actor import SYSTEM
from hotline.db import db, transaction
from hotline.satisfaction.actions.sealing import seal_month
from hotline.satisfaction.queries.ledger import altered_seals, next_to_seal


def seal_months(now: datetime) -> int:
    """Seal every month that is ready, oldest first, each once whoever else is at it. Returns how many were sealed.

    Raises RuntimeError, after sealing, while the audit knows another seal of a month than the one that is shown.
    """
    sealed = 0
    while (month_on := next_to_seal(now)) is not None:
        with transaction():
            sealed += seal_month(month_on, by=SYSTEM, now=now)
    altered = altered_seals()
    db.session.rollback()
    if altered:
        months = ", ".join(f"{month_on:%Y-%m}" for month_on in altered)
        raise RuntimeError(f"The seals of these months are not those that the audit noted: {months}")
    return sealed
