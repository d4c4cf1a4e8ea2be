"""What the administrator decided for a day: done on the day."""

from __future__ import annotations

from datetime import datetime

from hotline.admin import reorganising


def reorganise(now: datetime) -> int:
    """Move what belongs to units that have ended, whenever their day has come."""
    return reorganising.carry_out(now)
