"""Looks at a case's time: why each deadline lies where it lies, who used how much, who bears what was too late.

Everything is worked out anew from the rows by the same pure rules that set the deadlines; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import get_locale

from hotline.tickets import courses
from hotline.tickets.models import Clock, ClockKind, Leg, PastPlan, SubTask, Ticket
from hotline.tickets.rules import ledger as ledger_rules
from hotline.tickets.rules import legs as leg_rules
from hotline.tickets.rules import sla, strip
from hotline.tickets.rules.lifecycle import Status
from hotline.tickets.rules.thresholds import Due
from hotline.web.formats import province_zone


@dataclass(frozen=True)
class ClockAccount:
    """One clock: how it stands, its ledger day by day, and whether the ledger's sums agree with the arithmetic.

    Lengths are in seconds that count for its target; `until` is where the ledger ends: the deadline, or now while
    time stands still. `ahead` are the thresholds that are still to come. `floored_from` is when the terms were
    tightened so late that a quarter of the new time, counted from then, makes the deadline (R6).
    """

    clock: Clock
    state: sla.Timeliness
    used_seconds: int
    effective_seconds: int
    until: datetime
    ledger: ledger_rules.Ledger
    agrees: bool
    ahead: tuple[Due, ...]
    floored_from: datetime | None

    @property
    def left_seconds(self) -> int:
        """What is left of the time; below zero what is over."""
        return self.effective_seconds - self.used_seconds

    @property
    def past_plans(self) -> list[PastPlan]:
        """What the clock promised before it was planned anew, oldest first."""
        return self.clock.past_plans


@dataclass(frozen=True)
class HandsAccount:
    """Who used the time of the present cycle: the parts of the bar, and each party's share in a breach (R7)."""

    parts: tuple[strip.StripPart, ...]
    charges: tuple[leg_rules.Charge, ...]
    unit_names: dict[int | None, str]


def clock_accounts(ticket: Ticket, now: datetime) -> list[ClockAccount]:
    """The accounts of all clocks that count for somebody: the answer's first, then the others, latest first."""
    rows = sorted(ticket.clocks, key=lambda c: (c.kind is not ClockKind.RESOLUTION, -c.cycle, -c.id))
    return [_account(ticket, clock, now) for clock in rows]


def _account(ticket: Ticket, clock: Clock, now: datetime) -> ClockAccount:
    course = courses.course_of(ticket, clock)
    facts = course.facts
    end = min(clock.stopped_at or now, now)
    until = clock.deadline_at or end
    # A reopened case counts in seconds from its reopening (R8): hours, whatever the unit of its target.
    target = "1wh" if clock.cycle > 1 and facts.goal.unit == "wd" else clock.target
    book = ledger_rules.ledger(
        facts.calendar,
        target=target,
        start=clock.started_at,
        until=until,
        pauses=facts.pauses,
        zone=province_zone(),
        name_of=day_names(clock),
    )
    return ClockAccount(
        clock=clock,
        state=clock_standing(clock, now),
        used_seconds=sla.used_seconds(facts, end),
        effective_seconds=sla.effective_seconds(facts),
        until=until,
        ledger=book,
        agrees=ledger_rules.checks(book),
        ahead=tuple(due for due in course.due if clock.fires_at is not None and due.at >= clock.fires_at),
        floored_from=facts.floor_from_at if sla.is_floored(facts) else None,
    )


def day_names(clock: Clock) -> Callable[[date], str]:
    """The names of the calendar's special days in the reader's language."""
    known, language = (clock.calendar.day_names if clock.calendar else {}), str(get_locale())

    def name_of(on: date) -> str:
        names = known.get(on.isoformat(), {})
        return str(names.get(language) or names.get("vi") or "")

    return name_of


def hands_account(ticket: Ticket, now: datetime) -> HandsAccount | None:
    """Who used how much of the time of the present cycle; None for a case without a clock."""
    own = [c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION and c.cycle == ticket.cycle]
    if not own:
        return None
    clock = own[-1]
    facts = courses.facts_of(ticket, clock)
    until = min(clock.stopped_at or now, now)
    spans = [_span(leg) for leg in ticket.legs if leg.cycle == ticket.cycle]
    effective = sla.effective_seconds(facts)
    policy = clock.policy
    shares = (
        leg_rules.Shares(policy.switchboard_share, policy.unit_share, policy.approval_share)
        if policy
        else leg_rules.Shares()
    )
    charged = leg_rules.charges(
        spans,
        effective_seconds=effective,
        shares=shares,
        worked=facts.pace.elapsed,
        until=until,
        held=[(row.began_at, row.ended_at) for row in ticket.pauses if row.kind is Status.ON_HOLD and row.began_at],
        is_breached=clock.breached_at is not None or (clock.deadline_at is not None and until > clock.deadline_at),
    )
    parts = strip.strip(spans, effective_seconds=effective, worked=facts.pace.elapsed, until=until)
    names = {leg.department_id: leg.department.name for leg in ticket.legs if leg.department}
    return HandsAccount(tuple(parts), tuple(charged), dict(names))


def _span(leg: Leg) -> leg_rules.LegSpan:
    return leg_rules.LegSpan(leg.holder.value, leg.department_id, leg.began_at, leg.ended_at, leg.is_hop)


def clock_standing(row: Clock, now: datetime) -> sla.Timeliness:
    """How one clock stands at `now`."""
    return sla.timeliness(
        started_at=row.started_at,
        deadline=row.deadline_at,
        stopped_at=row.stopped_at,
        was_late=row.breached_at is not None,
        now=now,
    )


def standing(ticket: Ticket, now: datetime) -> sla.Timeliness | None:
    """How the answer's clock of the present cycle stands."""
    own = [c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION and c.cycle == ticket.cycle]
    return clock_standing(own[-1], now) if own else None


def due_next(ticket: Ticket) -> Clock | None:
    """The running clock whose deadline comes first: what the queue sorts by."""
    running = [c for c in ticket.clocks if c.stopped_at is None and c.deadline_at == ticket.next_due_at]
    return running[0] if ticket.is_open and ticket.next_due_at is not None and running else None


def task_standing(task: SubTask, now: datetime) -> sla.Timeliness:
    """How a sub-task stands at `now`."""
    return sla.timeliness(
        started_at=task.asked_at,
        deadline=task.due_at,
        stopped_at=task.done_at or task.released_at,
        was_late=task.done_at is not None and task.done_at > task.due_at,
        now=now,
    )
