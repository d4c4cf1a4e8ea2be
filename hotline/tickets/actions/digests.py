"""The morning's overview for everybody who owes answers, and the week's for the province's leaders (R10)."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotline.catalogue import queries as catalogue
from hotline.messages.actions import NewAlert, alert_many
from hotline.messages.queries import is_told, reachability
from hotline.messages.rules.alerts import AlertKind
from hotline.staff import queries as staff
from hotline.staff.permissions import Role
from hotline.tickets import summaries
from hotline.web.formats import local

OFFICE = "VN-OFFICE"
MONDAY = 0


def send_digests(now: datetime) -> int:
    """Tell each person once a working morning what is overdue and due; nobody whose desk is clear. Returns how many.

    Leaders hear once a week, on its first working day.
    """
    work = catalogue.work_calendar(OFFICE)[1]
    today = local(now).date()
    shifts = work.shifts_on(today)
    if not shifts or not shifts[0][0] <= now < shifts[-1][1]:
        return 0
    alerts = []
    if not is_told(key := f"digest:{today}"):
        alerts += _mornings(key, now)
    week = today.isocalendar()
    if not is_told(key := f"weekly:{week.year}-{week.week:02}"):
        alerts += _weeks(key, now)
    people = {user_id for one in alerts for user_id in one.user_ids}
    return alert_many(alerts, reachability(people, today), now=now) if people else 0


def _mornings(key: str, now: datetime) -> list[NewAlert]:
    by_unit, whole = summaries.workload(now)
    alerts = []
    for user_id, role, department_id in staff.enabled_people():
        load = whole if role is Role.LEAD else by_unit.get(department_id) if role.belongs_to_department else None
        if load is not None and any(load.values()):
            alerts.append(NewAlert((user_id,), AlertKind.DIGEST, load, dedupe_key=key, not_before_at=now))
    return alerts


def _weeks(key: str, now: datetime) -> list[NewAlert]:
    there = local(now)
    monday = there.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=there.weekday() - MONDAY)
    figures = summaries.week(monday - timedelta(days=7), monday, now)
    leaders = tuple(user_id for user_id, role, _unit in staff.enabled_people() if role is Role.LEADER)
    return [NewAlert(leaders, AlertKind.WEEKLY, figures, dedupe_key=key, not_before_at=now)] if leaders else []
