"""What the administrator decided for a day: done on the day."""

from __future__ import annotations

from datetime import datetime

from hotline.actor import SYSTEM
from hotline.admin import reorganising
from hotline.catalogue.actions.area_ends import hand_on_areas, is_area_to_hand_on
from hotline.db import transaction
from hotline.web.formats import local


def reorganise(now: datetime) -> int:
    """Move what belongs to units and areas that have ended, whenever their day has come."""
    moved, today = 0, local(now).date()
    if is_area_to_hand_on(today):
        with transaction():
            moved = hand_on_areas(today, by=SYSTEM, now=now)
    return moved + reorganising.carry_out(now)
