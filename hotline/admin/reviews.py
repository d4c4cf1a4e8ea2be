"""The reminder to look through answers. It stands here because it needs both the catalogue and the alerts.

The catalogue may not know of messages, and messages say what others have found; this room has the editors' screens.
"""

from __future__ import annotations

from datetime import datetime

from hotline.catalogue.queries import knowledge, work_calendar
from hotline.db import transaction
from hotline.messages.actions import NewAlert, alert_many
from hotline.messages.queries import is_told, reachability
from hotline.messages.rules.alerts import AlertKind
from hotline.staff.queries import colleagues
from hotline.web.formats import local

OFFICE = "VN-OFFICE"


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
