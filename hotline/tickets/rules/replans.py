"""What an edit of a calendar or a policy does to a running clock (R6, R9): planned anew, or left as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.tickets.rules import sla
from hotline.tickets.rules.thresholds import Due


@dataclass(frozen=True)
class NewPlan:
    """The facts and the plan after an edit; `voids`: the recorded breach was none by the corrected calendar."""

    facts: sla.Facts
    plan: sla.Plan
    voids: bool


def replan(
    before: sla.Facts,
    after: sla.Facts,
    *,
    deadline_at: datetime | None,
    breached_at: datetime | None,
    change_at: datetime,
    may_void: bool,
) -> NewPlan | None:
    """The plan after a change at `change_at` (UTC), with the floor of R6 where it tightens.

    None where the deadline had passed by then, noticed or not: a broken promise stays (R6), unless `may_void` (a
    calendar was corrected, R9) and by the new plan there was time left. A tighter plan undoes nothing: its floor is
    the change's, not the calendar's.
    """
    facts = sla.replanned(before, after, change_at)
    plan = sla.plan_of(facts)
    if breached_at is None and (deadline_at is None or deadline_at >= change_at):
        return NewPlan(facts, plan, voids=False)
    is_tighter = facts.floor_from_at != before.floor_from_at
    is_undone = may_void and not is_tighter and (plan.deadline_at is None or plan.deadline_at > change_at)
    return NewPlan(facts, plan, voids=breached_at is not None) if is_undone else None


def ahead(due: Sequence[Due], change_at: datetime) -> list[tuple[datetime, str]]:
    """The thresholds that are still to come, as (instant, step): what a plan is, besides its deadlines (R10)."""
    return [(one.at, one.step.at) for one in due if one.at >= change_at]
