"""Thresholds of a clock and the ladder after its deadline as data (R10): when each is due, which comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotline.tickets.rules.sla import ROUND_THE_CLOCK, Facts, Plan
from hotline.worktime import WorkCalendar

BREACH = "100%"
HIGHEST_PERCENT = 1_000
AUDIENCES = ("assignee", "head", "lead", "leader")
CLOCKS = ("acceptance", "first_response", "next_response", "resolution")
_PERCENT = re.compile(r"([1-9][0-9]{0,4})%")
_BEFORE = re.compile(r"-([1-9]|[12][0-9]|30)wd")
_AFTER = re.compile(r"\+([1-9][0-9]{0,2})(wh|h|m)")


@dataclass(frozen=True)
class Step:
    """A threshold: `75%` of the time, `-1wd` one working day before the deadline, `+4wh`, `+2h`, `+15m` after it.

    `alerts` names who is told: `assignee` (all of the unit's staff while nobody is), `head`, `lead`, `leader`.
    """

    clock: str
    at: str
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Due:
    """A step and the instant (UTC) at which it is crossed."""

    at: datetime
    step: Step


def read_steps(rows: Iterable[Mapping[str, Any]]) -> list[Step]:
    """The thresholds of a policy. Raises ValueError with a plain sentence where one cannot be meant."""
    steps: list[Step] = []
    for row in rows:
        step = Step(str(row.get("clock", "")), str(row.get("at", "")), tuple(row.get("alerts", ())))
        if step.clock not in CLOCKS:
            raise ValueError(f"“{step.clock}” is no clock.")
        if not set(step.alerts) <= set(AUDIENCES):
            raise ValueError("Alerts go to assignee, head, lead or leader.")
        percent = _PERCENT.fullmatch(step.at)
        if percent and int(percent[1]) > HIGHEST_PERCENT:
            raise ValueError(f"A threshold lies between 1 and {HIGHEST_PERCENT} %.")
        if not (percent or _BEFORE.fullmatch(step.at) or _AFTER.fullmatch(step.at)):
            raise ValueError("A threshold is written like 75%, -1wd, +4wh, +2h or +15m.")
        if (step.clock, step.at) in {(other.clock, other.at) for other in steps}:
            raise ValueError(f"{step.at} stands there twice.")
        steps.append(step)
    return steps


def schedule(steps: Sequence[Step], facts: Facts, plan: Plan) -> list[Due]:
    """When each of `steps` is due, in order; empty while the clock is paused.

    p % is due at E(start, ceil(effective * p / 100)) (R10), 100 % at the deadline itself. A step before the start of
    the clock does not exist for it.
    """
    deadline = plan.deadline_at
    if deadline is None:
        return []
    effective = facts.pace.elapsed(facts.started_at, deadline, facts.pauses)
    moments = [(_moment(step.at, facts, deadline, effective), rank, step) for rank, step in enumerate(steps)]
    found = [(at, rank, step) for at, rank, step in moments if at is not None]
    return [Due(at, step) for at, _rank, step in sorted(found, key=lambda one: one[:2])]


def _moment(at: str, facts: Facts, deadline: datetime, effective: int) -> datetime | None:
    if at == BREACH:
        return deadline
    percent = _PERCENT.fullmatch(at)
    if percent:
        wanted = -(-effective * int(percent[1]) // 100)
        if wanted > effective:  # beyond the deadline it belongs to the ladder, which no wait moves (R4)
            return facts.pace.deadline(deadline, wanted - effective)
        return facts.pace.deadline(facts.started_at, wanted, facts.pauses)
    before = _BEFORE.fullmatch(at)
    if before:
        moment = deadline
        for _day in range(int(before[1])):
            moment = facts.calendar.opening_of_day_before(moment)
        return moment if moment > facts.started_at else None
    after = _AFTER.fullmatch(at)
    if after is None:
        return None
    amount, unit = int(after[1]), after[2]
    if unit == "m":
        return deadline + timedelta(minutes=amount)
    pace: WorkCalendar = ROUND_THE_CLOCK if unit == "h" else facts.calendar
    return pace.deadline(deadline, amount * 3600)


def crossed(due: Sequence[Due], next_step: str, now: datetime) -> list[Due]:
    """The steps from `next_step` on that lie behind `now`, in order. A step is crossed only after its instant (R3)."""
    return [one for one in _from(due, next_step) if one.at < now]


def loudest(passed: Sequence[Due]) -> Due | None:
    """Of several steps crossed at once only the highest that names somebody alerts (R11)."""
    return next((one for one in reversed(passed) if one.step.alerts), None)


def following(due: Sequence[Due], next_step: str, passed: int) -> Due | None:
    """The step that comes after the `passed` first ones from `next_step` on."""
    rest = _from(due, next_step)[passed:]
    return rest[0] if rest else None


def first_armed(due: Sequence[Due], *, after: datetime | None) -> Due | None:
    """The step a plan begins with: all are armed in the first plan, in a later one those not behind `after` (R10)."""
    return next((one for one in due if after is None or one.at >= after), None)


def _from(due: Sequence[Due], next_step: str) -> list[Due]:
    places = [place for place, one in enumerate(due) if one.step.at == next_step]
    return list(due[places[0] :]) if places else []
