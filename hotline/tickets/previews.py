"""What an edit of a calendar or a policy would do to cases that are open now. Looks only, writes nothing (R6, R9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any

from sqlalchemy import func, select

from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Policy
from hotline.catalogue.queries import conditions_of
from hotline.catalogue.rules import changed_dates, place_among
from hotline.db import db
from hotline.tickets import edits, running
from hotline.tickets.models import Clock, ClockKind, ReplanRun, Ticket
from hotline.tickets.queries import policy_for
from hotline.tickets.rules import sla
from hotline.tickets.rules.replans import NewPlan
from hotline.worktime import WorkCalendar

MOST_EXAMPLES = 10
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Example:
    """One deadline that would move: its case, which promise, from when to when (UTC; None while time stands still)."""

    ticket_code: str
    kind: ClockKind
    before: datetime
    after: datetime | None


@dataclass
class Moves:
    """What would happen to running clocks: how many are concerned, how many deadlines move, which way, how far."""

    clocks: int = 0
    voided: int = 0
    later: list[int] = field(default_factory=list)  # seconds
    earlier: list[int] = field(default_factory=list)
    _first: list[tuple[int, ClockKind, datetime, datetime | None]] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)

    @property
    def moved(self) -> int:
        """How many deadlines move."""
        return len(self.later) + len(self.earlier)

    @property
    def median_later(self) -> int | None:
        """By how many seconds half of those that move later do so at most."""
        return median_low(self.later) if self.later else None

    @property
    def median_earlier(self) -> int | None:
        """By how many seconds half of those that move earlier do so at most."""
        return median_low(self.earlier) if self.earlier else None

    def note(self, row: Any, new: NewPlan | None) -> None:
        """Count one clock."""
        if new is None or row.deadline_at is None:
            return
        self.voided += new.voids
        after = new.plan.deadline_at
        if after == row.deadline_at:
            return
        if after is not None:
            seconds = int((after - row.deadline_at).total_seconds())
            (self.later if seconds > 0 else self.earlier).append(abs(seconds))
        if len(self._first) < MOST_EXAMPLES:
            self._first.append((row.ticket_id, row.kind, row.deadline_at, after))

    def name_examples(self) -> Moves:
        """Look up the codes of the examples."""
        ids = {ticket_id for ticket_id, *_rest in self._first}
        codes = dict(db.session.execute(select(Ticket.id, Ticket.code).where(Ticket.id.in_(ids))).all())  # type: ignore[arg-type]
        self.examples = [Example(codes[ticket_id], kind, old, new) for ticket_id, kind, old, new in self._first]
        return self


def of_calendar(code: str, definition: Mapping[str, Any], arithmetic: WorkCalendar, now: datetime) -> Moves:
    """What saving `definition` (checked; `arithmetic` is its own) as the next version of a calendar would move."""
    versions = catalogue.calendar_versions(code)
    changed = {row.id: changed_dates(row.definition, definition) for row in versions}
    moves = Moves()
    for rows in running.in_turns(edits.under_calendar(versions)):
        moves.clocks += len(rows)
        touched = [row for row in rows if _is_touched(row, changed.get(row.calendar_id))]
        before = running.facts_of(touched)
        for row in touched:
            moves.note(row, edits.under_new_calendar(row, before[row.id], arithmetic, now))
    return moves.name_examples()


def _is_touched(row: Any, changed: Sequence[date] | None) -> bool:
    """Whether a date that changes can matter to a clock; cheap, and never no where the deadline would move."""
    if changed is None or row.deadline_at is None or row.cycle > 1:
        return True
    begin = (row.started_at - ONE_DAY).date()
    latest = max(at for at in (row.deadline_at, row.first_promise_at, row.bare_deadline_at) if at is not None)
    end = (latest + ONE_DAY).date()
    return any(begin <= day <= end for day in changed)


@dataclass
class PolicyPreview:
    """Which open cases an edited policy would be for, and what applying it to them would move."""

    cases_now: int
    cases_after: int
    gained: list[str]  # codes of up to ten cases
    lost: list[str]
    moves: Moves


def of_policy(code: str, draft: Policy | None, now: datetime) -> PolicyPreview:
    """What a policy's next version would mean; `draft` is not stored, None retires the policy."""
    in_force = list(catalogue.policies())
    edited = _with_draft(in_force, code, draft)
    now_its, after_its = _groups(in_force, code), _groups(edited, code)
    versions = catalogue.policy_versions(code)
    choice, moves = edits.choice_among(edited), Moves()
    known = {row.id for row in versions}
    condition = edits.under_policy(versions) if draft is None else edits.concerned_by(draft, versions)
    for rows in running.in_turns(condition):
        meant = [row for row in rows if row.policy_id in known or choice.terms(edits.wish_of(row)).policy is draft]
        before = running.facts_of(meant)
        moves.clocks += len(meant)
        for row in meant:
            terms = choice.terms(edits.wish_of(row))
            new = edits.under_new_terms(row, before[row.id], terms, catalogue.arithmetic(terms.calendar), now)
            moves.note(row, new)
    return PolicyPreview(
        cases_now=sum(now_its.values()),
        cases_after=sum(after_its.values()),
        gained=_codes_of(after_its.keys() - now_its.keys()),
        lost=_codes_of(now_its.keys() - after_its.keys()),
        moves=moves.name_examples(),
    )


def _with_draft(in_force: Sequence[Policy], code: str, draft: Policy | None) -> list[Policy]:
    """The policies in force as they would be asked, in order."""
    codes = [row.code for row in in_force]
    if draft is None:
        return [row for row in in_force if row.code != code]
    if code in codes:
        return [draft if row.code == code else row for row in in_force]
    place = place_among([conditions_of(row) for row in in_force], conditions_of(draft))
    return [*in_force[:place], draft, *in_force[place:]]


def _groups(policies: Sequence[Policy], code: str) -> dict[sla.Wish, int]:
    """The open cases that would find this policy, counted by what policies ask about them."""
    asked = (Ticket.category_id, Ticket.priority, Ticket.channel, Ticket.caller_kind)
    counts = db.session.execute(select(*asked, func.count()).where(Ticket.is_open).group_by(*asked))
    wishes = {sla.Wish(*row[:4]): row[4] for row in counts}
    return {wish: number for wish, number in wishes.items() if policy_for(policies, wish).code == code}


def _codes_of(wishes: Iterable[sla.Wish]) -> list[str]:
    """The codes of up to ten open cases among these, newest first."""
    found: list[str] = []
    for wish in sorted(wishes, key=str):
        is_such = (
            Ticket.category_id.is_(None) if wish.category_id is None else Ticket.category_id == wish.category_id,
            Ticket.priority == wish.priority,
            Ticket.channel == wish.channel,
            Ticket.caller_kind == wish.caller_kind,
        )
        query = select(Ticket.code).where(Ticket.is_open, *is_such).order_by(Ticket.id.desc())
        found += db.session.scalars(query.limit(MOST_EXAMPLES - len(found)))
        if len(found) == MOST_EXAMPLES:
            break
    return found


def open_cases_by_policy() -> dict[str, int]:
    """How many open cases are under each policy, by its code, whichever version."""
    query = select(Policy.code, func.count()).join(Ticket, Ticket.policy_id == Policy.id).where(Ticket.is_open)
    return dict(db.session.execute(query.group_by(Policy.code)).all())  # type: ignore[arg-type]


def running_clocks_by_calendar() -> dict[int, int]:
    """How many running clocks follow each version of a calendar, by its id."""
    query = select(Clock.calendar_id, func.count()).where(Clock.stopped_at.is_(None), Clock.calendar_id.is_not(None))
    return dict(db.session.execute(query.group_by(Clock.calendar_id)).all())  # type: ignore[arg-type]


def run_by_id(run_id: int) -> ReplanRun | None:
    """One re-planning."""
    return db.session.get(ReplanRun, run_id)


def unfinished_runs() -> Sequence[ReplanRun]:
    """The re-plannings that still have work, oldest first."""
    return db.session.scalars(select(ReplanRun).where(ReplanRun.finished_at.is_(None)).order_by(ReplanRun.id)).all()
