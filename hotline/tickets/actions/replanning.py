"""Running clocks planned anew after an edit of a calendar or a policy, in batches, each clock once a run (R6, R9).

A run is a row: how far it got is written in the transaction that got there, so a kill at any point loses nothing and
a restart goes on. It decides as of the instant of the edit, whenever a batch comes; stopped clocks never change. It
writes in bulk what `clocks.plan_anew` and `clocks.void_breach` write for one clock, from the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, insert, or_, select, update

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Calendar, Policy
from hotline.db import db
from hotline.tickets import edits, running
from hotline.tickets.actions import task_ends
from hotline.tickets.courses import steps_of
from hotline.tickets.models import Clock, ClockKind, Crossing, PastPlan, PlanCause, ReplanRun, Ticket
from hotline.tickets.queries import Terms
from hotline.tickets.rules import sla, thresholds
from hotline.tickets.rules.replans import NewPlan, ahead
from hotline.worktime import WorkCalendar

CLOCKS: Any = Clock.__table__


def begin_replan(
    *, calendar: Calendar | None = None, policy: Policy | None = None, by: Actor, now: datetime
) -> ReplanRun:
    """Order the re-planning that this new version asks for; the job does it. One of the two is given."""
    run = ReplanRun(
        calendar_id=calendar.id if calendar else None,
        calendar=calendar,
        policy_id=policy.id if policy else None,
        policy=policy,
        total=0,
        done=0,
        moved=0,
        last_clock_id=0,
        began_at=now,
        by_name=by.name,
    )
    run.total = running.counted(_edit_of(run).concerned)
    db.session.add(run)
    db.session.flush()
    edited = calendar or policy
    audit.record(
        "tickets:replan",
        by=by,
        now=now,
        object_kind="calendar" if calendar else "policy",
        object_id=edited.code if edited else "",
        run=run.id,
        total=run.total,
    )
    return run


def unfinished_run() -> ReplanRun | None:
    """The oldest run with work left, locked; None when there is none or another process has it."""
    query = select(ReplanRun).where(ReplanRun.finished_at.is_(None)).order_by(ReplanRun.id).limit(1)
    locked = query.with_for_update(skip_locked=True)
    return db.session.scalar(locked.execution_options(populate_existing=True))  # as it stands, not as it was last seen


def replan_batch(run: ReplanRun, *, at_most: int, now: datetime) -> int:
    """Plan the next clocks of a locked run anew, at most `at_most`; how many were dealt with.

    0 with `run.finished_at` set: the run is done. 0 without: somebody is changing the next case just now.
    """
    edit = _edit_of(run)
    wanted = _wanted(edit.concerned, after_id=run.last_clock_id, at_most=at_most)
    if not wanted:
        # A clock that was being written while the run passed it still follows the old version.
        wanted = _wanted(edit.left_behind, after_id=0, at_most=at_most)
    if not wanted:
        run.finished_at = now
        return 0
    rows = _locked(wanted)
    if not rows:
        return 0
    before, writings = running.facts_of(rows), _Writings(run, now)
    for row in rows:
        edit.replan(row, before[row.id], writings)
    writings.write()
    edit.update_tickets(writings)
    run.last_clock_id = max(run.last_clock_id, rows[-1].id)
    run.done += len(rows)
    run.total = max(run.total, run.done)
    run.moved += writings.moved
    db.session.flush()
    return len(rows)


def _wanted(condition: ColumnElement[bool], *, after_id: int, at_most: int) -> Sequence[int]:
    found = running.selected(condition, after_id=after_id, at_most=at_most).with_only_columns(Clock.id)
    return db.session.scalars(found).all()


def _locked(wanted: Sequence[int]) -> list[Any]:
    """The rows of these clocks, with their cases, up to the first that somebody else holds: a run waits for nobody."""
    query = running.selected(Clock.id.in_(wanted), after_id=0, at_most=len(wanted))
    rows = db.session.execute(query.with_for_update(of=(Ticket, Clock), skip_locked=True)).all()
    ours = []
    for clock_id, row in zip(wanted, rows, strict=False):
        if row.id != clock_id:
            break
        ours.append(row)
    return ours


class _Writings:
    """What one batch writes, gathered so that each table is written once."""

    def __init__(self, run: ReplanRun, now: datetime) -> None:
        self.run, self.now = run, now
        self.cause = PlanCause.CALENDAR if run.calendar_id is not None else PlanCause.POLICY
        self.moved = 0
        self.planned: list[dict[str, Any]] = []
        self.past: list[dict[str, Any]] = []
        self.following: dict[tuple[int | None, int], list[int]] = defaultdict(list)  # (policy, calendar): clocks
        self.silenced: list[dict[str, Any]] = []
        self.voided: list[int] = []
        self.tickets_seen: list[Any] = []
        self.tickets_moved: set[int] = set()
        self.tickets_voided: set[int] = set()
        self._steps: dict[tuple[int | None, ClockKind], list[thresholds.Step]] = {}

    def steps(self, policy_id: int | None, kind: ClockKind) -> list[thresholds.Step]:
        """The thresholds of a policy version and clock, read once a batch."""
        if (policy_id, kind) not in self._steps:
            policy = catalogue.policy_version(policy_id) if policy_id is not None else None
            self._steps[policy_id, kind] = steps_of(policy, kind)
        return self._steps[policy_id, kind]

    def plan(self, row: Any, before: sla.Facts, new: NewPlan, *, policy_id: int | None, calendar_id: int) -> None:
        """Put a clock under its new plan; where that promises the same at the same times, only under its versions."""
        due = thresholds.schedule(self.steps(policy_id, row.kind), new.facts, new.plan)
        if not new.voids and self._is_the_same(row, before, new, due):
            self.following[policy_id, calendar_id].append(row.id)
            return
        if row.deadline_at is not None:
            self.past.append(self._past_plan(row))
        first = thresholds.first_armed(due, after=self.run.began_at)
        self.planned.append(
            {
                "clock": row.id,
                "target": new.facts.target,
                "policy_id": policy_id,
                "calendar_id": calendar_id,
                "plan_no": row.plan_no + (row.deadline_at is not None),
                "planned_at": self.now,
                "floor_from_at": new.facts.floor_from_at,
                "deadline_at": new.plan.deadline_at,
                "first_promise_at": new.plan.first_promise_at,
                "bare_deadline_at": new.plan.bare_deadline_at,
                "next_step": first.step.at if first else None,
                "fires_at": first.at if first else None,
            }
        )
        if new.plan.deadline_at != row.deadline_at:
            self.moved += 1
            self.tickets_moved.add(row.ticket_id)
        if new.voids:
            self.voided.append(row.id)
            if row.kind is ClockKind.RESOLUTION:
                self.tickets_voided.add(row.ticket_id)

    def _is_the_same(self, row: Any, before: sla.Facts, new: NewPlan, due: list[thresholds.Due]) -> bool:
        promised = (row.target, row.deadline_at, row.first_promise_at, row.bare_deadline_at)
        plan = new.plan
        if promised != (new.facts.target, plan.deadline_at, plan.first_promise_at, plan.bare_deadline_at):
            return False
        so_far = thresholds.schedule(self.steps(row.policy_id, row.kind), before, sla.plan_of(before))
        return ahead(so_far, self.run.began_at) == ahead(due, self.run.began_at)

    def _past_plan(self, row: Any) -> dict[str, Any]:
        return {
            "clock_id": row.id,
            "plan_no": row.plan_no,
            "target": row.target,
            "policy_id": row.policy_id,
            "calendar_id": row.calendar_id,
            "planned_at": row.planned_at,
            "deadline_at": row.deadline_at,
            "replaced_at": self.now,
            "cause": self.cause,
            "by_name": self.run.by_name,
        }

    def hush(self, row: Any, before: sla.Facts, policy_id: int) -> None:
        """A late clock of a retired policy keeps its deadline; from now on another policy says who is told (R9)."""
        due = thresholds.schedule(self.steps(policy_id, row.kind), before, sla.plan_of(before))
        first = thresholds.first_armed(due, after=self.now) if row.next_step else None
        self.silenced.append(
            {
                "clock": row.id,
                "policy_id": policy_id,
                "next_step": first.step.at if first else None,
                "fires_at": first.at if first else None,
            }
        )

    def write(self) -> None:
        """Write clocks, past plans and voided breaches, then what their cases show."""
        connection = db.session.connection()
        if self.past:
            connection.execute(insert(PastPlan), self.past)
        for rows in (self.planned, self.silenced):
            if rows:
                values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "clock"}
                if rows is self.planned:
                    values |= {"breached_at": None, "noticed_at": None}  # a clock that is planned anew is not late
                statement = update(CLOCKS).where(CLOCKS.c.id == bindparam("clock")).values(**values)
                connection.execute(statement, [_renamed(row) for row in rows])
        for (policy_id, calendar_id), ids in self.following.items():
            values = {"policy_id": policy_id, "calendar_id": calendar_id}
            connection.execute(update(CLOCKS).where(CLOCKS.c.id.in_(ids)).values(**values))
        if self.voided:
            unvoided = and_(Crossing.step == thresholds.BREACH, Crossing.voided_at.is_(None))
            connection.execute(
                update(Crossing).where(Crossing.clock_id.in_(self.voided), unvoided).values(voided_at=self.now)
            )
        if self.tickets_moved:
            _show_deadlines(self.tickets_moved)
            task_ends.keep_all_within(self.tickets_moved)
        if self.tickets_voided:
            _judge_anew(self.tickets_voided)


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    """Bound names that cannot be mistaken for columns."""
    return {name if name == "clock" else f"new_{name}": value for name, value in row.items()}


def _show_deadlines(ticket_ids: set[int]) -> None:
    """The same as `clocks.show_deadlines`, for many cases."""
    running_ones = (Clock.ticket_id == Ticket.id, Clock.stopped_at.is_(None), Clock.deadline_at.is_not(None))
    of_answer = select(Clock.deadline_at).where(*running_ones, Clock.kind == ClockKind.RESOLUTION)
    shown = {
        "due_at": of_answer.order_by(Clock.id.desc()).limit(1).correlate(Ticket).scalar_subquery(),
        "next_due_at": select(func.min(Clock.deadline_at)).where(*running_ones).correlate(Ticket).scalar_subquery(),
    }
    db.session.connection().execute(update(Ticket).where(Ticket.id.in_(ticket_ids)).values(**shown))


def _judge_anew(ticket_ids: set[int]) -> None:
    """The same as `clocks.judge`, for many cases."""
    of_breach = and_(Crossing.clock_id == Clock.id, Crossing.step == thresholds.BREACH, Crossing.voided_at.is_(None))
    breach, waived = exists().where(of_breach), exists().where(of_breach, Crossing.waived_at.is_not(None))
    answers = select(Clock.id).where(Clock.ticket_id == Ticket.id, Clock.kind == ClockKind.RESOLUTION, ~waived)
    is_late = answers.where(breach).correlate(Ticket).exists()
    missed = answers.where(Clock.stopped_at > Clock.first_promise_at).correlate(Ticket).exists()
    missed_bare = answers.where(Clock.stopped_at > Clock.bare_deadline_at).correlate(Ticket).exists()
    judged = {
        "is_late": is_late,
        "is_late_by_first_promise": or_(is_late, missed),
        "is_late_without_pauses": missed_bare,
    }
    db.session.connection().execute(update(Ticket).where(Ticket.id.in_(ticket_ids)).values(**judged))


@dataclass
class _CalendarEdit:
    """A new version of a calendar: all clocks that follow an older one, with their cases."""

    run: ReplanRun
    calendar: Calendar

    def __post_init__(self) -> None:
        versions = catalogue.calendar_versions(self.calendar.code)
        older = [row for row in versions if row.version < self.calendar.version]
        self._older = [row.id for row in older]
        self.concerned: ColumnElement[bool] = edits.under_calendar(older)
        self.left_behind: ColumnElement[bool] = and_(self.concerned, _is_not_past(self.run.began_at))

    def replan(self, row: Any, before: sla.Facts, writings: _Writings) -> None:
        """One clock; a late one that the correction does not undo stays as it is."""
        new = edits.under_new_calendar(row, before, catalogue.arithmetic(self.calendar), self.run.began_at)
        writings.tickets_seen.append(row.ticket_id)
        if new is not None:
            writings.plan(row, before, new, policy_id=row.policy_id, calendar_id=self.calendar.id)

    def update_tickets(self, writings: _Writings) -> None:
        """Clocks that these cases begin from now on follow the new version."""
        seen = and_(Ticket.id.in_(set(writings.tickets_seen)), Ticket.calendar_id.in_(self._older))
        db.session.connection().execute(update(Ticket).where(seen).values(calendar_id=self.calendar.id))


@dataclass
class _PolicyEdit:
    """A new version of a policy, applied to open cases: those under it so far and those that are its own now."""

    run: ReplanRun
    policy: Policy
    _choice: edits.Choice | None = None
    _arithmetic: dict[int, WorkCalendar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        versions = catalogue.policy_versions(self.policy.code)
        self._versions = {row.id for row in versions}
        older = edits.under_policy([row for row in versions if row.version < self.policy.version])
        self.concerned: ColumnElement[bool] = edits.concerned_by(self.policy, versions)
        self.left_behind: ColumnElement[bool] = and_(older, _is_not_past(self.run.began_at))
        self._terms: dict[int, Terms] = {}

    def replan(self, row: Any, before: sla.Facts, writings: _Writings) -> None:
        """One clock, under the policy that its case finds now; a late one stays as it is (R6)."""
        self._choice = self._choice or edits.choice_among(catalogue.policies())
        terms = self._choice.terms(edits.wish_of(row))
        if row.policy_id not in self._versions and terms.policy.code != self.policy.code:
            return
        self._terms[row.ticket_id] = terms
        new = edits.under_new_terms(row, before, terms, catalogue.arithmetic(terms.calendar), self.run.began_at)
        if new is not None:
            writings.plan(row, before, new, policy_id=terms.policy.id, calendar_id=terms.calendar.id)
        elif row.breached_at is not None and not self.policy.is_active:
            writings.hush(row, before, terms.policy.id)

    def update_tickets(self, _writings: _Writings) -> None:
        """Clocks that these cases begin from now on follow the policy they have now."""
        groups: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for ticket_id, terms in self._terms.items():
            groups[terms.policy.id, terms.policy.version, terms.calendar.id].append(ticket_id)
        for (policy_id, version, calendar_id), ids in groups.items():
            values = {"policy_id": policy_id, "policy_version": version, "calendar_id": calendar_id}
            db.session.connection().execute(update(Ticket).where(Ticket.id.in_(ids)).values(**values))


def _edit_of(run: ReplanRun) -> _CalendarEdit | _PolicyEdit:
    if run.calendar is not None:
        return _CalendarEdit(run, run.calendar)
    if run.policy is not None:
        return _PolicyEdit(run, run.policy)
    raise ValueError("a run has a calendar or a policy")


def _is_not_past(at: datetime) -> ColumnElement[bool]:
    """The clocks whose deadline had not passed by `at`: what a run must not leave behind."""
    return and_(Clock.breached_at.is_(None), or_(Clock.deadline_at.is_(None), Clock.deadline_at >= at))
