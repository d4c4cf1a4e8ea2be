"""Looks at many cases at once, for overviews: what each unit has on its desk, and how a week went."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, case, cast, func, select

from hotline.catalogue import queries as catalogue
from hotline.db import db
from hotline.tickets.models import Ticket
from hotline.tickets.queries.tasks import owed_by_unit
from hotline.tickets.rules.lifecycle import Status
from hotline.web.formats import local

Load = dict[str, int]


def workload(now: datetime) -> tuple[dict[int | None, Load], Load]:
    """By unit (None: the switchboard) and in all: overdue, due today and on the next working day, not accepted; and the
    contributions owed to other units' cases, where there are any."""
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    following = catalogue.work_calendar("VN-OFFICE")[1].next_open(midnight)
    end_of_following = local(following).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    columns = {
        "overdue": Ticket.due_at < now,
        "due_today": (Ticket.due_at >= now) & (Ticket.due_at < midnight),
        "due_tomorrow": (Ticket.due_at >= midnight) & (Ticket.due_at < end_of_following),
        "new": Ticket.status == Status.ROUTED,
    }
    sums = [func.coalesce(func.sum(_one_where(condition)), 0).label(name) for name, condition in columns.items()]
    rows = db.session.execute(select(Ticket.department_id, *sums).where(Ticket.is_open).group_by(Ticket.department_id))
    by_unit = {row[0]: dict(zip(columns, (int(number) for number in row[1:]), strict=True)) for row in rows}
    whole = {name: sum(load[name] for load in by_unit.values()) for name in columns}
    for department_id, number in owed_by_unit().items():
        by_unit.setdefault(department_id, dict.fromkeys(columns, 0))["contributions"] = number
        whole["contributions"] = whole.get("contributions", 0) + number
    return by_unit, whole


def _one_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(case((condition, 1), else_=0), Integer)


def week(begin: datetime, end: datetime, now: datetime) -> dict[str, int | float | None]:
    """How many were answered in [begin, end), what per cent of them on time, and how many are overdue at `now`."""
    answered = (Ticket.stopped_at >= begin, Ticket.stopped_at < end, Ticket.status != Status.WITHDRAWN)
    closed = db.session.scalar(select(func.count()).select_from(Ticket).where(*answered)) or 0
    late = db.session.scalar(select(func.count()).select_from(Ticket).where(*answered, Ticket.is_late)) or 0
    overdue = db.session.scalar(select(func.count()).select_from(Ticket).where(Ticket.is_open, Ticket.due_at < now))
    return {"closed": closed, "on_time": 100 * (closed - late) / closed if closed else None, "overdue": overdue or 0}
