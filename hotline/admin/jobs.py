"""What this room does by itself: what was decided for a day, and the reminder to look through answers.

The reminder stands here because it needs the catalogue and the alerts: the catalogue may not know of messages.
"""

from __future__ import annotations

from datetime import datetime

from hotline.actor import SYSTEM
from hotline.admin import reorganising
from hotline.catalogue.actions.area_ends import hand_on_areas, is_area_to_hand_on
from hotline.catalogue.queries import knowledge, work_calendar
from hotline.db import transaction
from hotline.messages.actions import NewAlert, alert_many
from hotline.messages.queries import is_told, reachability
from hotline.messages.rules.alerts import AlertKind
from hotline.staff.queries import colleagues
from hotline.web.formats import local

OFFICE = "VN-OFFICE"


def reorganise(now: datetime) -> int:
    """Move what belongs to units and areas that have ended, whenever their day has come."""
    moved, today = 0, local(now).date()
    if is_area_to_hand_on(today):
        with transaction():
            moved = hand_on_areas(today, by=SYSTEM, now=now)
    return moved + reorganising.carry_out(now)


def remind_of_reviews(now: datetime) -> int:
    """Tell each unit once a week, in office hours, how many of its answers must be looked through.

    All its people are told: answers belong to the unit, and whoever knows the matter looks. Returns how many were told.
    """
    shifts = work_calendar(OFFICE)[1].shifts_on(local(now).date())
    if not shifts or not shifts[0][0] <= now < shifts[-1][1]:
        return 0
    week = local(now).date().isocalendar()
    with transaction():
        alerts = []
        for unit_id, number in knowledge.reviews_due_by_unit(now).items():
            key = f"review:{unit_id}:{week.year}-{week.week:02}"
            people = tuple(user.id for user in colleagues(unit_id))
            if people and not is_told(key):
                params = {"answers": number}
                alerts.append(NewAlert(people, AlertKind.REVIEW_DUE, params, dedupe_key=key, not_before_at=now))
        told = {user_id for one in alerts for user_id in one.user_ids}
        return alert_many(alerts, reachability(told, local(now).date()), now=now) if told else 0
