"""What is counted for each sign: the cases of a unit and the events among them; number and list from one look."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from hotline.catalogue import queries as catalogue
from hotline.dashboards.figures import Scope
from hotline.dashboards.signs.rules import Count, Sign, is_changed_late, is_paused_late
from hotline.db import db
from hotline.errors import NotFound
from hotline.satisfaction.models import Rating, Suppression, Survey
from hotline.tickets.models import Clock, ClockKind, PastPlan, Pause, TicketEvent
from hotline.tickets.rules.lifecycle import Verb
from hotline.web.paging import ROWS_A_PAGE, Page

OF_RATINGS = frozenset({Sign.OFFICE_NETWORK, Sign.ONE_NETWORK})


@dataclass(frozen=True)
class Event:
    """What happened to one surveyed case: when, and in words of the field (masked numbers, a mode)."""

    unit: int
    at: datetime
    detail: str = ""


@dataclass(frozen=True)
class Listed:
    """A line of a list: the survey with its case, and the event where the list is one of events."""

    survey: Survey
    event: Event | None


def _cases(scope: Scope, sign: Sign, *columns: Any) -> Select[Any]:
    """The cases a sign looks at, one for each closing by a unit in the period; with a rating where it is about them.

    Cases that followed a common incident stand for nothing of their own, nor does what was imported.
    """
    closing = aliased(TicketEvent)
    query = (
        select(*columns)
        .select_from(Survey)
        .join(closing, closing.id == Survey.closing_event_id)
        .where(
            Survey.closed_at >= scope.begin,
            Survey.closed_at < scope.end,
            Survey.department_id.is_not(None),
            or_(Survey.suppressed_as.is_(None), Survey.suppressed_as != Suppression.IMPORTED),
            closing.verb != Verb.FOLLOW,
        )
    )
    if scope.department_id is not None:
        query = query.where(Survey.department_id == scope.department_id)
    if sign in OF_RATINGS:
        query = query.join(Rating, Rating.survey_id == Survey.id).where(Rating.network != "")
    return query


def bases(sign: Sign, scope: Scope) -> dict[int, int]:
    """How many cases each unit has under this sign."""
    query = _cases(scope, sign, Survey.department_id, func.count()).group_by(Survey.department_id)
    return dict(db.session.execute(query).tuples().all())


def counts(sign: Sign, scope: Scope) -> dict[int, Count]:
    """Events and cases of each unit. Not for ONE_NETWORK, whose events depend on what others' ratings show."""
    happened: dict[int, int] = defaultdict(int)
    for event in events(sign, scope).values():
        happened[event.unit] += 1
    return {unit: Count(happened[unit], base) for unit, base in bases(sign, scope).items()}


def networks(scope: Scope) -> dict[int, dict[str, int]]:
    """How many ratings of each unit came from each network."""
    query = _cases(scope, Sign.ONE_NETWORK, Survey.department_id, Rating.network, func.count())
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for unit, network, number in db.session.execute(query.group_by(Survey.department_id, Rating.network)):
        found[unit][network] = number
    return found


def events(sign: Sign, scope: Scope, network: str = "") -> dict[int, Event]:
    """What happened, by survey. `network` names the one that is meant where the sign is ONE_NETWORK."""
    return {
        Sign.REOPENED: _reopened,
        Sign.PAUSED_LATE: _paused_late,
        Sign.NUMBER_CHANGED: _number_changed,
        Sign.OFFICE_NETWORK: lambda within: _rated(within, Sign.OFFICE_NETWORK, Rating.is_from_office),
        Sign.ONE_NETWORK: lambda within: _rated(within, Sign.ONE_NETWORK, Rating.network == network),
    }[sign](scope)


def _reopened(scope: Scope) -> dict[int, Event]:
    # A case can be reopened for 14 days only, so every reopening of this closing lies within them.
    again = aliased(TicketEvent)
    query = _cases(scope, Sign.REOPENED, Survey.id, Survey.department_id, again.at).join(
        again,
        and_(again.ticket_id == Survey.ticket_id, again.verb == Verb.REOPEN, again.cycle == Survey.cycle + 1),
    )
    return {survey: Event(unit, at) for survey, unit, at in db.session.execute(query)}


def _number_changed(scope: Scope) -> dict[int, Event]:
    change = aliased(TicketEvent)
    query = _cases(
        scope, Sign.NUMBER_CHANGED, Survey.id, Survey.department_id, Survey.closed_at, change.at, change.detail
    ).join(
        change,
        and_(change.ticket_id == Survey.ticket_id, change.verb == Verb.CORRECT, change.cycle == Survey.cycle),
    )
    return {
        survey: Event(unit, at, f"{detail.get('old_number', '')} → {detail.get('new_number', '')}")
        for survey, unit, closed_at, at, detail in db.session.execute(query.order_by(change.id))
        if is_changed_late(at, closed_at)
    }


def _paused_late(scope: Scope) -> dict[int, Event]:
    """Waits and holds that the closing unit began itself, with the deadline that held when they began."""
    begun, clock = aliased(TicketEvent), aliased(Clock)
    before = (
        select(PastPlan.deadline_at)
        .where(PastPlan.clock_id == clock.id, PastPlan.replaced_at >= Pause.began_at)
        .order_by(PastPlan.plan_no)
        .limit(1)
        .correlate(clock, Pause)
        .scalar_subquery()
    )
    columns = (Survey.id, Survey.department_id, Pause.began_at, clock.started_at, clock.calendar_id)
    query = (
        _cases(scope, Sign.PAUSED_LATE, *columns, before, clock.deadline_at)
        .join(Pause, and_(Pause.ticket_id == Survey.ticket_id, Pause.began_at.is_not(None)))
        .join(
            begun,
            and_(
                begun.ticket_id == Pause.ticket_id,
                begun.at == Pause.asked_at,
                begun.verb.in_((Verb.ASK, Verb.HOLD)),
                begun.cycle == Survey.cycle,
                begun.department_id == Survey.department_id,
            ),
        )
        .join(
            clock,
            and_(
                clock.ticket_id == Survey.ticket_id,
                clock.kind == ClockKind.RESOLUTION,
                clock.cycle == Survey.cycle,
            ),
        )
        .order_by(Pause.id)
    )
    found = {}
    for survey, unit, began_at, started_at, calendar_id, held, last in db.session.execute(query):
        deadline = held or last
        if deadline is not None and is_paused_late(
            began_at, started_at=started_at, deadline_at=deadline, calendar=catalogue.arithmetic_of(calendar_id)
        ):
            found[survey] = Event(unit, began_at)
    return found


def _rated(scope: Scope, sign: Sign, condition: Any) -> dict[int, Event]:
    query = _cases(scope, sign, Survey.id, Survey.department_id, Rating.rated_at, Rating.mode).where(condition)
    return {survey: Event(unit, at, str(mode.label)) for survey, unit, at, mode in db.session.execute(query)}


def listed(sign: Sign, scope: Scope, *, only_events: bool, network: str, after: str) -> tuple[Page[Listed], int]:
    """A page of the cases or events of one unit, latest closing first, and how many there are in all.

    Raises NotFound for a page that is none.
    """
    happened = events(sign, scope, network)
    if only_events:
        ids = sorted(happened, reverse=True)
    else:
        ids = list(db.session.scalars(_cases(scope, sign, Survey.id).order_by(Survey.id.desc())))
    if after and not (after.isdecimal() and len(after) < 16):
        raise NotFound()
    rest = [survey_id for survey_id in ids if not after or survey_id < int(after)]
    shown = rest[:ROWS_A_PAGE]
    surveys = select(Survey).options(joinedload(Survey.ticket), joinedload(Survey.category), joinedload(Survey.rating))
    rows = {row.id: row for row in db.session.scalars(surveys.where(Survey.id.in_(shown)))}
    more = str(shown[-1]) if len(rest) > ROWS_A_PAGE else None
    return Page([Listed(rows[one], happened.get(one)) for one in shown], more, not after), len(ids)
