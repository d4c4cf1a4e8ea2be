"""The board of wrong doors: what returns and hand-overs cost, by category, routing rule and unit; what is behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, func, null, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Area, Category, Department, RoutingRule
from hotline.dashboards.figures import Scope
from hotline.dashboards.rules import Loss, Tally, lost
from hotline.dashboards.sendings import By, Cut, Sending, legs_of
from hotline.db import db
from hotline.errors import NotFound
from hotline.tickets.models import Holder, Leg, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Verb
from hotline.web.paging import ROWS_A_PAGE, Page


@dataclass(frozen=True)
class RuleNamed:
    """A routing rule as people read it: category and area (None: all), and the unit (None: the area's committee)."""

    rule: RoutingRule
    category: Category | None
    area: Area | None
    department: Department | None


Subject = Category | RuleNamed | Department | None


@dataclass(frozen=True)
class Line:
    """One line of a breakdown; `subject` is None for cases without a category, or without a rule."""

    cut: Cut
    subject: Subject
    tally: Tally


@dataclass(frozen=True)
class Board:
    """All numbers of a scope, in all and line by line: those that lost most time first."""

    total: Tally
    lines: dict[By, list[Line]]


def board(scope: Scope, breakdowns: Iterable[By], *, on: date) -> Board:
    """Returns, hand-overs, working time lost and shares of one scope; units are named as they stand on `on`."""
    total = _tallies(scope, None).get(None, Tally())
    return Board(total, {by: _lines(scope, by, on) for by in breakdowns})


def _lines(scope: Scope, by: By, on: date) -> list[Line]:
    tallies = {key: one for key, one in _tallies(scope, by).items() if one.returns or one.hand_overs}
    subjects = _subjects(by, [key for key in tallies if key is not None], on)
    lines = [Line(Cut(by, key), subjects.get(key), one) for key, one in tallies.items()]
    return sorted(lines, key=lambda line: (-line.tally.days_lost, -line.tally.returns, line.cut.key or 0))


def _tallies(scope: Scope, by: By | None) -> dict[int | None, Tally]:
    """The numbers of each value of the breakdown; without one, all under None."""
    losses: dict[int | None, list[Loss]] = defaultdict(list)
    for key, calendar_id, began_at, ended_at in db.session.execute(
        _of_legs(_key(by), Ticket.calendar_id, Leg.began_at, Leg.ended_at).where(legs_of(Sending.RETURNS, scope))
    ):
        losses[key].append(_loss(calendar_id, began_at, ended_at))
    counted = {which: _counts(which, scope, by) for which in Sending if which is not Sending.BY_SILENCE}
    tallies = {}
    for key in set().union(*counted.values()):
        seconds, days = lost(losses[key])
        tallies[key] = Tally(
            returns=counted[Sending.RETURNS].get(key, 0),
            hand_overs=counted[Sending.HAND_OVERS].get(key, 0),
            lead_decided=counted[Sending.LEAD_DECIDED].get(key, 0),
            cases_returned=counted[Sending.RETURNED].get(key, 0),
            cases_sent=counted[Sending.SENT].get(key, 0),
            lost_seconds=seconds,
            days_lost=days,
        )
    return tallies


def _key(by: By | None) -> Any:
    return by.column if by else null().label("whole")


def _of_legs(*columns: Any) -> Any:
    return select(*columns).select_from(Leg).join(Ticket, Ticket.id == Leg.ticket_id)


def _counts(which: Sending, scope: Scope, by: By | None) -> dict[int | None, int]:
    number = func.count(Leg.ticket_id.distinct()) if which.is_of_cases else func.count()
    if by is None:
        return {None: db.session.scalar(_of_legs(number).where(legs_of(which, scope))) or 0}
    query = _of_legs(by.column, number).where(legs_of(which, scope)).group_by(by.column)
    return dict(db.session.execute(query).tuples().all())


def _loss(calendar_id: int, began_at: Any, ended_at: Any) -> Loss:
    """What a returned leg took, by the calendar of its case; a case that was sent to a unit has one."""
    calendar = catalogue.arithmetic_of(calendar_id)
    return Loss(calendar.elapsed(began_at, ended_at), calendar.normal_day_seconds)


def _subjects(by: By, keys: Sequence[int], on: date) -> dict[int | None, Subject]:
    if by is By.RULE:
        return _rules(keys, on)
    model: Any = Category if by is By.CATEGORY else Department
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(keys)))}


def _rules(keys: Sequence[int], on: date) -> dict[int | None, Subject]:
    rules = db.session.scalars(select(RoutingRule).where(RoutingRule.id.in_(keys))).all()
    categories = {
        row.id: row for row in db.session.scalars(select(Category).where(Category.id.in_(r.category_id for r in rules)))
    }
    areas = {row.id: row for row in db.session.scalars(select(Area).where(Area.id.in_(r.area_id for r in rules)))}
    return {
        rule.id: RuleNamed(
            rule,
            categories.get(rule.category_id or 0),
            areas.get(rule.area_id or 0),
            catalogue.department_by_code(rule.department_code, on) if rule.department_code else None,
        )
        for rule in rules
    }


def subject_of(cut: Cut, *, on: date) -> Subject:
    """What a line of a breakdown is about. Raises NotFound when there is no such category, rule or unit."""
    if cut.key is None:
        return None
    found = _subjects(cut.by, [cut.key], on).get(cut.key)
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True)
class Passage:
    """One leg of a list: why the unit gave it up, whom it proposed, who had it next, what it cost."""

    leg: Leg
    reason: str
    proposed: Department | None
    next_unit: Department | None
    loss: Loss


def totals(which: Sending, scope: Scope, cut: Cut | None) -> tuple[int, Fraction]:
    """How many legs a list has, and the working days lost in those of them that were returned."""
    query = _of_legs(Leg.is_hop, Ticket.calendar_id, Leg.began_at, Leg.ended_at).where(legs_of(which, scope, cut))
    rows = db.session.execute(query).all()
    return len(rows), lost(_loss(*row[1:]) for row in rows if row.is_hop)[1]


def passages(which: Sending, scope: Scope, cut: Cut | None, after: str) -> Page[Passage]:
    """The legs that a number counts, those sent last first. Raises NotFound for a page that is none."""
    query = (
        select(Leg)
        .join(Leg.ticket)
        .options(
            joinedload(Leg.department),
            contains_eager(Leg.ticket).options(
                joinedload(Ticket.category),
                selectinload(Ticket.legs).joinedload(Leg.department),
                selectinload(Ticket.events),
            ),
        )
        .where(legs_of(which, scope, cut))
        .order_by(Leg.began_at.desc(), Leg.id.desc())
        .limit(ROWS_A_PAGE + 1)
    )
    if after:
        anchor = db.session.get(Leg, int(after)) if after.isdecimal() and len(after) < 16 else None
        if anchor is None:
            raise NotFound()
        older = and_(Leg.began_at == anchor.began_at, Leg.id < anchor.id)
        query = query.where(or_(Leg.began_at < anchor.began_at, older))
    rows = db.session.scalars(query).unique().all()
    more = str(rows[ROWS_A_PAGE - 1].id) if len(rows) > ROWS_A_PAGE else None
    shown = rows[:ROWS_A_PAGE]
    units = _proposed(shown)
    return Page([_passage(leg, units) for leg in shown], more, not after)


def _passage(leg: Leg, units: dict[int, Department]) -> Passage:
    following = next((one for one in leg.ticket.legs if one.holder is Holder.UNIT and one.id > leg.id), None)
    next_unit = following.department if following else None
    if leg.is_hop:
        notice = _return_of(leg)
        proposed = units.get(notice.detail.get("proposed_department_id", 0)) if notice else None
        loss = _loss(leg.ticket.calendar_id or 0, leg.began_at, leg.ended_at)
        return Passage(leg, notice.note if notice else "", proposed, next_unit, loss)
    routed = [
        event for event in leg.ticket.events if event.verb is Verb.ROUTE and event.at >= (leg.ended_at or leg.began_at)
    ]
    return Passage(leg, routed[0].note if routed else "", None, next_unit, Loss(0, 1))


def _return_of(leg: Leg) -> TicketEvent | None:
    """The notice of the return that ended this leg: each return marks one leg, so the n-th belongs to the n-th."""
    returned = [one.id for one in leg.ticket.legs if one.is_hop]
    notices = [event for event in leg.ticket.events if event.verb is Verb.RETURN]
    place = returned.index(leg.id)
    return notices[place] if place < len(notices) else None


def _proposed(legs: Sequence[Leg]) -> dict[int, Department]:
    notices = [event for leg in legs for event in leg.ticket.events if event.verb is Verb.RETURN]
    wanted = {event.detail.get("proposed_department_id") for event in notices} - {None}
    return {row.id: row for row in db.session.scalars(select(Department).where(Department.id.in_(wanted)))}
