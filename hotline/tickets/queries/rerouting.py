"""What another set of routing rules would do: to the last cases, and to one that is tried out. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Area, Category, Department, Hours, RoutingRule
from hotline.db import db
from hotline.tickets.models import Ticket
from hotline.tickets.queries.planning import facts_of, rule_of, sentence
from hotline.tickets.rules import routing
from hotline.tickets.rules.routing import Condition
from hotline.web.formats import local

LAST = 1_000


@dataclass(frozen=True)
class Change:
    """Cases that would go elsewhere: from which unit to which (None: the switchboard sorts it), and their codes."""

    before: Department | None
    after: Department | None
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Two sets of rules over the last cases: how many cases, and which would go elsewhere."""

    cases: int
    changes: Sequence[Change] = field(default_factory=tuple)

    @property
    def moved(self) -> int:
        """How many would go elsewhere."""
        return sum(len(change.codes) for change in self.changes)


def compare(before: Sequence[RoutingRule], after: Sequence[RoutingRule], now: datetime) -> Comparison:
    """Ask both sets about the facts of the last 1,000 cases as they were reported."""
    rows = db.session.execute(
        select(
            Ticket.code, Ticket.category_id, Ticket.area_id, Area.code, Ticket.caller_kind, Ticket.content,
            Ticket.received_at,
        )
        .outerjoin(Area, Area.id == Ticket.area_id)
        .order_by(Ticket.received_at.desc(), Ticket.id.desc())
        .limit(LAST)
    ).all()  # fmt: skip
    asks_hours = any(rule.hours is not Hours.ALWAYS for rule in (*before, *after))
    offices = catalogue.work_calendar(catalogue.OFFICE_CALENDAR)[1]
    old, new = _by_category(before), _by_category(after)
    elsewhere: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for code, category_id, area_id, area_code, caller_kind, content, received_at in rows:
        office = not asks_hours or offices.is_working(received_at)
        facts = routing.Facts(category_id, area_id, area_code, caller_kind.value, content, office)
        was, becomes = _destination(old, facts), _destination(new, facts)
        if was != becomes:
            elsewhere[was, becomes].append(code)
    units = _units({code for pair in elsewhere for code in pair if code}, now)
    merged: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for (was, becomes), codes in elsewhere.items():
        merged[was if was in units else None, becomes if becomes in units else None] += codes
    changes = [
        Change(units.get(was or ""), units.get(becomes or ""), tuple(codes))
        for (was, becomes), codes in merged.items()
        if was != becomes
    ]
    return Comparison(len(rows), sorted(changes, key=lambda change: -len(change.codes)))


def _by_category(rows: Sequence[RoutingRule]) -> dict[int | None, list[routing.Rule]]:
    """The rules that each category can meet, in order; under None those for every category."""
    rules = [rule_of(row) for row in rows]
    named = {rule.category_id for rule in rules} | {None}
    return {one: [rule for rule in rules if rule.category_id in (None, one)] for one in named}


def _destination(rules: dict[int | None, list[routing.Rule]], facts: routing.Facts) -> str | None:
    decision = routing.route(rules.get(facts.category_id, rules[None]), facts)
    return decision.department_code if decision else None


def _units(codes: set[str], now: datetime) -> dict[str, Department]:
    found = {code: catalogue.department_by_code(code, local(now).date()) for code in codes}
    return {code: unit for code, unit in found.items() if unit is not None}


@dataclass(frozen=True)
class Passed:
    """A rule that was asked before and does not decide, because of these conditions."""

    rule: RoutingRule
    missed: tuple[Condition, ...]


@dataclass(frozen=True)
class Trial:
    """Which rule decides a case that is tried out and why, and which were asked in vain."""

    rule: RoutingRule | None
    department: Department | None
    reason: str
    passed: Sequence[Passed]
    for_others: int  # rules before it that are for other categories


def trial(
    category: Category | None, area: Area | None, at: datetime, *, caller_kind: str, content: str, now: datetime
) -> Trial:
    """Ask the rules in force about a case that does not exist: received `at`, saved `now` or then if that is later."""
    rows = list(catalogue.routing_rules())
    facts = facts_of(category, area, at, caller_kind=caller_kind, content=content, rules=rows)
    decision = routing.route([rule_of(row) for row in rows], facts)
    chosen = next((row for row in rows if decision and row.id == decision.rule.id), None)
    department = (
        catalogue.department_by_code(decision.department_code, local(max(at, now)).date()) if decision else None
    )
    asked = rows[: rows.index(chosen)] if chosen else rows
    passed = [Passed(row, routing.missed(rule_of(row), facts)) for row in asked]
    mine = [one for one in passed if Condition.CATEGORY not in one.missed]
    reason = sentence(decision, department, category, area, caller_kind)
    return Trial(chosen, department, reason, mine, len(passed) - len(mine))
