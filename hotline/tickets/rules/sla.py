"""Deadlines from facts: target, calendar, start and pauses (R2 to R5). Nothing is accumulated, all is recomputed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from hotline.worktime import Target, WorkCalendar

DUE_SOON_SHARE = 0.75
LONGEST_PAUSE_DAYS = 10
REOPENED_FLOOR_SECONDS = 4 * 3600

PauseSpan = tuple[datetime, datetime | None]


class Timeliness(StrEnum):
    """Derived from deadline and stop, never stored as a state."""

    IN_TIME = "in_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    ON_TIME = "on_time"
    LATE = "late"


@dataclass(frozen=True)
class PolicyRow:
    """A policy as the choice needs it; None matches everything."""

    id: int
    category_id: int | None = None
    priority: str | None = None


def choose_policy(policies: Iterable[PolicyRow], *, category_id: int | None, priority: str) -> PolicyRow | None:
    """The first policy in order whose conditions all match (R9)."""
    for policy in policies:
        if policy.category_id in (None, category_id) and policy.priority in (None, priority):
            return policy
    return None


def deadline_of(
    target: str, calendar: WorkCalendar, start: datetime, pauses: Sequence[PauseSpan] = ()
) -> datetime | None:
    """The instant (UTC) by which `target` must be met; None while a pause is open and time is left.

    Working hours count in shifts (R3), clock hours round the clock, working days end with the last shift of the n-th
    day after receipt (R5).
    """
    goal = Target.parse(target)
    return _after_pauses(goal.due(calendar, start), goal, calendar, start, pauses)


def reopened_deadline_of(
    target: str,
    calendar: WorkCalendar,
    first_cycle: tuple[datetime, datetime],
    reopened_at: datetime,
    pauses: Sequence[PauseSpan] = (),
) -> datetime | None:
    """The deadline of a later cycle (R8): what the first one (start, stop) left of its target, but at least four hours,
    or the whole target where that is shorter; the time between stop and reopening is not counted."""
    goal = Target.parse(target)
    start, stop = first_cycle
    whole = _counted_seconds(goal, calendar, start, goal.due(calendar, start))
    used = _counted_seconds(goal, calendar, start, stop)
    left = max(whole - used, min(whole, REOPENED_FLOOR_SECONDS))
    if goal.unit == "h":
        deadline = reopened_at + timedelta(seconds=left)
    else:
        deadline = calendar.deadline(reopened_at, left) or reopened_at
    return _after_pauses(deadline, goal, calendar, reopened_at, pauses)


def _counted_seconds(goal: Target, calendar: WorkCalendar, a: datetime, b: datetime) -> int:
    if b <= a:
        return 0
    return int((b - a).total_seconds()) if goal.unit == "h" else calendar.elapsed(a, b)


def _after_pauses(
    deadline: datetime, goal: Target, calendar: WorkCalendar, start: datetime, pauses: Sequence[PauseSpan]
) -> datetime | None:
    """R4: a pause that begins before the deadline hands its remainder to the resumption; a later one moves nothing."""
    for began_at, ended_at in sorted(pauses, key=lambda pause: pause[0]):
        began_at = max(began_at, start)
        if began_at >= deadline or (ended_at is not None and ended_at <= began_at):
            continue
        if ended_at is None:
            return None
        if goal.unit == "h":
            deadline += ended_at - began_at
        else:
            deadline = calendar.deadline(ended_at, calendar.elapsed(began_at, deadline)) or deadline
    return deadline.astimezone(UTC)


def is_on_time(stopped_at: datetime, deadline: datetime) -> bool:
    """On time if and only if the stop is not after the deadline (R3)."""
    return stopped_at <= deadline


def timeliness(
    *, started_at: datetime, deadline: datetime | None, stopped_at: datetime | None, was_late: bool, now: datetime
) -> Timeliness:
    """How a clock stands at `now`: by what is past when stopped, by the share of time used when running."""
    if stopped_at is not None:
        return Timeliness.LATE if was_late else Timeliness.ON_TIME
    if deadline is None:
        return Timeliness.PAUSED
    if now > deadline:
        return Timeliness.OVERDUE
    used = (now - started_at).total_seconds()
    whole = (deadline - started_at).total_seconds()
    return Timeliness.DUE_SOON if whole <= 0 or used >= DUE_SOON_SHARE * whole else Timeliness.IN_TIME


def pause_until(calendar: WorkCalendar, began_at: datetime) -> datetime:
    """The latest end of a pause: ten working days after its begin (R4)."""
    return calendar.deadline_days(began_at, LONGEST_PAUSE_DAYS)


def start_of(received_at: datetime, now: datetime, *, furthest: timedelta = timedelta(hours=24)) -> datetime | None:
    """The start of a ticket's clocks: the instant of the call (R2). None when it lies ahead, or too far back."""
    if received_at > now + timedelta(minutes=1) or received_at < now - furthest:
        return None
    return min(received_at, now)
