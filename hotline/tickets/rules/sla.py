"""Deadlines from facts (R1 to R6, R8): nothing is accumulated, every deadline is recomputed from what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import cast

from hotline.worktime import Target, WorkCalendar

DUE_SOON_SHARE = 0.75
LONGEST_PAUSE_DAYS = 10
LONGEST_EXTENSION_DAYS = 90
REOPENED_FLOOR_SECONDS = 4 * 3600
REPLANNED_FLOOR_PERCENT = 25

PauseSpan = tuple[datetime, datetime | None]
ROUND_THE_CLOCK = WorkCalendar.from_dict(
    {"tz": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}
)


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
    """A policy's conditions as the choice needs them; None matches everything."""

    id: int
    category_id: int | None = None
    priority: str | None = None
    channel: str | None = None
    caller_kind: str | None = None


@dataclass(frozen=True)
class Wish:
    """What a ticket is, as far as policies ask."""

    category_id: int | None
    priority: str
    channel: str = "phone"
    caller_kind: str = "citizen"


def choose_policy(policies: Iterable[PolicyRow], wish: Wish) -> PolicyRow | None:
    """The first policy in order whose conditions all match (R9)."""
    for policy in policies:
        if (
            policy.category_id in (None, wish.category_id)
            and policy.priority in (None, wish.priority)
            and policy.channel in (None, wish.channel)
            and policy.caller_kind in (None, wish.caller_kind)
        ):
            return policy
    return None


@lru_cache(maxsize=1_024)
def _target(text: str) -> Target:
    """A target read once: a sweep or a re-planning asks for the same few a hundred thousand times."""
    return Target.parse(text)


@dataclass(frozen=True)
class Facts:
    """All that decides a clock's deadline.

    `pauses` are half-open and may be open-ended; `earlier` are the (start, stop, pauses) of the cycles before this one
    (R8); `floor_from_at` is the instant of a change that would have tightened the deadline (R6); an extension granted
    at `granted_at` runs until `granted_until`.
    """

    target: str
    calendar: WorkCalendar
    started_at: datetime
    pauses: tuple[PauseSpan, ...] = ()
    earlier: tuple[tuple[datetime, datetime, tuple[PauseSpan, ...]], ...] = ()
    floor_from_at: datetime | None = None
    granted_at: datetime | None = None
    granted_until: datetime | None = None

    @property
    def goal(self) -> Target:
        """The target: working hours, clock hours or working days."""
        return _target(self.target)

    @property
    def pace(self) -> WorkCalendar:
        """What time counts by: the working calendar, or round the clock for a target in clock hours."""
        return ROUND_THE_CLOCK if self.goal.unit == "h" else self.calendar

    def running(self) -> Facts:
        """The same facts as if an open pause had ended the moment it began."""
        if not self.pauses:
            return self
        return replace(self, pauses=tuple((began, began if ended is None else ended) for began, ended in self.pauses))


@dataclass(frozen=True)
class Plan:
    """What follows from the facts, in UTC; None while a pause is open and time is left.

    `deadline_at` is the promise that counts, `first_promise_at` the one without extensions, `bare_deadline_at` the one
    without extensions and without pauses.
    """

    deadline_at: datetime | None
    first_promise_at: datetime | None
    bare_deadline_at: datetime


def plan_of(facts: Facts) -> Plan:
    """The deadlines of a clock: R3 and R5 from its start, R8 in a later cycle, R4 pauses, R6 floor, extension."""
    bare = cast(datetime, _promise(replace(facts, pauses=()) if facts.pauses else facts))
    first = _promise(facts) if facts.pauses else bare
    if facts.granted_until is None or facts.granted_at is None:
        return Plan(first, first, bare)
    granted_at = facts.granted_at
    later = [(max(began, granted_at), ended) for began, ended in facts.pauses if ended is None or ended > granted_at]
    granted = _after_pauses(facts.granted_until, facts.pace, granted_at, later)
    if granted is None or first is None:
        return Plan(None, first, bare)
    return Plan(max(granted, first), first, bare)


def _promise(facts: Facts) -> datetime | None:
    """The deadline without extensions: as the target says, but never before the floor of a change (R6)."""
    if facts.earlier:
        deadline = facts.pace.deadline(facts.started_at, _left_of(facts), facts.pauses)
    else:
        deadline = _due(facts.goal, facts, facts.started_at)
    if facts.floor_from_at is None or deadline is None:
        return deadline
    floor = facts.pace.deadline(facts.floor_from_at, _floor_seconds(facts), facts.pauses)
    return None if floor is None else max(deadline, floor)


def _due(goal: Target, facts: Facts, start: datetime) -> datetime | None:
    if goal.unit == "wd":
        return _after_pauses(facts.calendar.deadline_days(start, goal.amount), facts.calendar, start, facts.pauses)
    return facts.pace.deadline(start, goal.amount * 3600, facts.pauses)


def _whole_seconds(facts: Facts, start: datetime) -> int:
    """The target in seconds that count; a target in days has as many as lie between `start` and its end."""
    if facts.goal.unit != "wd":
        return facts.goal.amount * 3600
    return facts.calendar.elapsed(start, facts.calendar.deadline_days(start, facts.goal.amount))


def _floor_seconds(facts: Facts) -> int:
    return -(-_whole_seconds(facts, facts.started_at) * REPLANNED_FLOOR_PERCENT // 100)


def _left_of(facts: Facts) -> int:
    """R8: what the earlier cycles left of the target, but four hours at least, or all of a shorter target."""
    whole = _whole_seconds(facts, facts.earlier[0][0])
    used = sum(facts.pace.elapsed(start, stop, pauses) for start, stop, pauses in facts.earlier)
    return max(whole - used, min(whole, REOPENED_FLOOR_SECONDS))


def _after_pauses(
    deadline: datetime, pace: WorkCalendar, start: datetime, pauses: Sequence[PauseSpan]
) -> datetime | None:
    """R4: a pause that begins before the deadline hands its remainder to the resumption; a later one moves nothing."""
    for began_at, ended_at in sorted(pauses, key=lambda pause: pause[0]):
        began_at = max(began_at, start)
        if began_at >= deadline or (ended_at is not None and ended_at <= began_at):
            continue
        if ended_at is None:
            return None
        deadline = pace.deadline(ended_at, pace.elapsed(began_at, deadline)) or deadline
    return deadline.astimezone(UTC)


def replanned(before: Facts, after: Facts, change_at: datetime) -> Facts:
    """R6: the facts after a change of target, policy or calendar at `change_at`; the floor holds where it tightens."""
    unfloored = after.running() if after.floor_from_at is None else replace(after.running(), floor_from_at=None)
    old, new = plan_of(before.running()).deadline_at, plan_of(unfloored).deadline_at
    tighter = old is not None and new is not None and new < old
    return replace(after, floor_from_at=change_at if tighter else before.floor_from_at)


def is_floored(facts: Facts) -> bool:
    """Whether the quarter that a change leaves (R6), not the target alone, makes the promise of a clock."""
    running = facts.running()
    unfloored = replace(running, floor_from_at=None)
    return facts.floor_from_at is not None and plan_of(running).first_promise_at != plan_of(unfloored).first_promise_at


def keeps_extension(before: Facts, after: Facts) -> bool:
    """Whether an extension outlives other terms: not where they promise the answer earlier than the old ones (R6)."""
    unfloored = replace(after.running(), floor_from_at=None)
    old, new = plan_of(before.running()).first_promise_at, plan_of(unfloored).first_promise_at
    return old is None or new is None or new >= old


def effective_seconds(facts: Facts) -> int:
    """W(start, deadline) without pauses (R6): what percentages are taken of, as if an open pause had just ended."""
    deadline = plan_of(facts.running()).deadline_at
    return facts.pace.elapsed(facts.started_at, cast(datetime, deadline), facts.running().pauses)


def used_seconds(facts: Facts, until: datetime) -> int:
    """W(start, until) without pauses, in seconds that count for this target."""
    return facts.pace.elapsed(facts.started_at, until, facts.pauses)


def is_on_time(stopped_at: datetime, deadline: datetime) -> bool:
    """On time if and only if the stop is not after the deadline (R3)."""
    return stopped_at <= deadline


def timeliness(
    *, started_at: datetime, deadline: datetime | None, stopped_at: datetime | None, was_late: bool, now: datetime
) -> Timeliness:
    """How a clock stands at `now`: by what is past when stopped, by the share of time used when running."""
    if stopped_at is not None:
        return Timeliness.LATE if was_late else Timeliness.ON_TIME
    if was_late:
        return Timeliness.OVERDUE
    if deadline is None:
        return Timeliness.PAUSED
    if now > deadline:
        return Timeliness.OVERDUE
    used = (now - started_at).total_seconds()
    whole = (deadline - started_at).total_seconds()
    return Timeliness.DUE_SOON if whole <= 0 or used >= DUE_SOON_SHARE * whole else Timeliness.IN_TIME


def pause_until(calendar: WorkCalendar, asked_at: datetime) -> datetime:
    """The latest end of a pause: ten working days after its begin (R4)."""
    return calendar.deadline_days(asked_at, LONGEST_PAUSE_DAYS)


def pause_begin(delivered_at: datetime | None, confirmed_at: datetime | None) -> datetime | None:
    """A wait counts from the later of the question's delivery and the switchboard's confirmation (R4)."""
    return max(delivered_at, confirmed_at) if delivered_at and confirmed_at else None


def end_of_working_day(calendar: WorkCalendar, on: date) -> datetime | None:
    """The end of the last shift of a local date (UTC), what an extension "until" that date means; None on a day off."""
    shifts = calendar.shifts_on(on)
    return shifts[-1][1] if shifts else None


def start_of(received_at: datetime, now: datetime, *, furthest: timedelta = timedelta(hours=24)) -> datetime | None:
    """The start of a ticket's clocks: the instant of the call (R2). None when it lies ahead, or too far back."""
    if received_at > now + timedelta(minutes=1) or received_at < now - furthest:
        return None
    return min(received_at, now)
