"""Figures by name: each one predicate, from which both the number and the list behind it are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from hotline.dashboards.sendings import Sending, cases_of, legs_of
from hotline.db import db
from hotline.satisfaction.models import Mode, Rating, Survey
from hotline.satisfaction.rules import SATISFIED_FROM, UNHAPPY_TO
from hotline.tickets.models import CallerKind, Clock, ClockKind, Crossing, Leg, Ticket
from hotline.tickets.rules.lifecycle import Status


@dataclass(frozen=True)
class Scope:
    """A period [begin, end) in instants (UTC), the present instant, one unit or all, one kind of caller or all.

    A unit hears what was said only once it stands: ratings from `heard_until` on are not there for it yet. `also` are
    former units that live on in the one: in today's structure their cases count for it.
    """

    begin: datetime
    end: datetime
    now: datetime
    department_id: int | None = None
    heard_until: datetime | None = None
    caller_kind: CallerKind | None = None
    also: tuple[int, ...] = ()

    @property
    def units(self) -> tuple[int, ...]:
        """The units that count, if it is not all."""
        return () if self.department_id is None else (self.department_id, *self.also)

    @property
    def seen_until(self) -> datetime:
        """The end of the period, or the present when the period is still running."""
        return min(self.end, self.now)


class Figure(StrEnum):
    """What is counted."""

    RECEIVED = "received"
    STOPPED = "stopped"
    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    OPEN_OVERDUE = "open_overdue"
    ASKED = "asked"
    RATED = "rated"
    RATED_ASKED = "rated_asked"
    SATISFIED = "satisfied"
    UNHAPPY = "unhappy"
    AGAINST_766 = "against_766"
    ON_TIME_FIRST = "on_time_first"
    OVERDUE_FIRST = "overdue_first"
    ON_TIME_BARE = "on_time_bare"
    OVERDUE_BARE = "overdue_bare"
    EXCUSED = "excused"
    ROUTED = "routed"
    BY_SILENCE = "by_silence"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            Figure.RECEIVED: _l("Received"),
            Figure.STOPPED: _l("Answered"),
            Figure.ON_TIME: _l("Early or on time"),
            Figure.LATE: _l("Answered late"),
            Figure.OPEN: _l("Still open"),
            Figure.OPEN_OVERDUE: _l("Open and overdue"),
            Figure.ASKED: _l("Invited to rate"),
            Figure.RATED: _l("Rated"),
            Figure.RATED_ASKED: _l("Rated on the invitation"),
            Figure.SATISFIED: _l("Satisfied (4 and 5)"),
            Figure.UNHAPPY: _l("Not helped (1, 2 or not solved)"),
            Figure.AGAINST_766: _l("Dissatisfied or overdue (QĐ 766)"),
            Figure.ON_TIME_FIRST: _l("On time against the first promise"),
            Figure.OVERDUE_FIRST: _l("Open and overdue against the first promise"),
            Figure.ON_TIME_BARE: _l("On time without pauses"),
            Figure.OVERDUE_BARE: _l("Open and overdue without pauses"),
            Figure.EXCUSED: _l("Late answers excused by the shift lead"),
            Figure.ROUTED: _l("Cases sent to a unit"),
            Figure.BY_SILENCE: _l("Accepted by silence"),
        }[self]


def _within(column: Any, scope: Scope) -> ColumnElement[bool]:
    return and_(column >= scope.begin, column < scope.end)


def _stopped(scope: Scope) -> ColumnElement[bool]:
    return and_(_within(Ticket.stopped_at, scope), Ticket.status != Status.WITHDRAWN)


def _surveyed(scope: Scope, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    # The first cycle's rating is the one that ranks; the one after a reopening stands beside it.
    about = and_(Survey.ticket_id == Ticket.id, Survey.cycle == 1, _within(Survey.closed_at, scope))
    return exists().where(about, *conditions)


def _rated(scope: Scope, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    heard = () if scope.heard_until is None else (Rating.rated_at < scope.heard_until,)
    return _surveyed(scope, Rating.survey_id == Survey.id, *heard, *conditions)


# Who is late against the last promise is late against the first, and who is late against that, without pauses too.
_LATE_FIRST = or_(Ticket.is_late, Ticket.is_late_by_first_promise)
_LATE_BARE = or_(_LATE_FIRST, Ticket.is_late_without_pauses)


def _running_past(deadline: Any, scope: Scope) -> ColumnElement[bool]:
    """Whether a deadline of the running answer's clock lies behind; a ticket shows only the last promise itself."""
    running = and_(Clock.ticket_id == Ticket.id, Clock.kind == ClockKind.RESOLUTION, Clock.stopped_at.is_(None))
    return exists().where(running, deadline < scope.seen_until)


def _overdue(scope: Scope, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    is_open = and_(Ticket.is_open, Ticket.received_at < scope.end)
    return and_(is_open, or_(Ticket.is_late, Ticket.due_at < scope.seen_until, *conditions))


def _excused(scope: Scope) -> ColumnElement[bool]:
    waived = and_(Crossing.clock_id == Clock.id, Crossing.waived_at.is_not(None))
    of_answer = and_(Clock.ticket_id == Ticket.id, Clock.kind == ClockKind.RESOLUTION)
    return and_(_stopped(scope), exists().where(of_answer, waived))


PREDICATES: dict[Figure, Callable[[Scope], ColumnElement[bool]]] = {
    Figure.RECEIVED: lambda s: _within(Ticket.received_at, s),
    Figure.STOPPED: _stopped,
    Figure.ON_TIME: lambda s: and_(_stopped(s), Ticket.is_late.is_(False)),
    Figure.LATE: lambda s: and_(_stopped(s), Ticket.is_late),
    Figure.OPEN: lambda s: and_(Ticket.is_open, Ticket.received_at < s.end),
    Figure.OPEN_OVERDUE: _overdue,
    Figure.ASKED: lambda s: _surveyed(s, Survey.suppressed_as.is_(None)),
    Figure.RATED: _rated,
    Figure.RATED_ASKED: lambda s: _rated(s, Survey.suppressed_as.is_(None), Rating.mode != Mode.CALL_BACK),
    Figure.SATISFIED: lambda s: _rated(s, Rating.score >= SATISFIED_FROM),
    Figure.UNHAPPY: lambda s: _rated(s, or_(Rating.score <= UNHAPPY_TO, Rating.solved == "no")),
    Figure.ON_TIME_FIRST: lambda s: and_(_stopped(s), ~_LATE_FIRST),
    Figure.OVERDUE_FIRST: lambda s: _overdue(s, _LATE_FIRST, _running_past(Clock.first_promise_at, s)),
    Figure.ON_TIME_BARE: lambda s: and_(_stopped(s), ~_LATE_BARE),
    Figure.OVERDUE_BARE: lambda s: _overdue(
        s, _LATE_BARE, _running_past(Clock.first_promise_at, s), _running_past(Clock.bare_deadline_at, s)
    ),
    Figure.EXCUSED: _excused,
    Figure.ROUTED: lambda s: cases_of(Sending.SENT, s),
    Figure.BY_SILENCE: lambda s: cases_of(Sending.BY_SILENCE, s),
}
# Dissatisfied, late or overdue, each case once: what QĐ 766 takes off the whole.
PREDICATES[Figure.AGAINST_766] = lambda s: or_(
    and_(_stopped(s), or_(Ticket.is_late, _rated(s, Rating.score <= UNHAPPY_TO))),
    PREDICATES[Figure.OPEN_OVERDUE](s),
)


ASKED_ABOUT = frozenset({Figure.ASKED, Figure.RATED, Figure.RATED_ASKED, Figure.SATISFIED, Figure.UNHAPPY})
# Counted for each unit that the case was sent to, and once in the whole: the predicate itself asks the scope's unit.
OF_SENDINGS = {Figure.ROUTED: Sending.SENT, Figure.BY_SILENCE: Sending.BY_SILENCE}


def unit_counted(figure: Figure) -> ColumnElement[int | None]:
    """The unit for which a case counts: for what citizens said the one that closed it, wherever the case goes later."""
    if figure not in ASKED_ABOUT:
        return Ticket.department_id.expression
    about = (Survey.ticket_id == Ticket.id, Survey.cycle == 1)
    return select(Survey.department_id).where(*about).correlate(Ticket).scalar_subquery()


def condition(figure: Figure, scope: Scope) -> ColumnElement[bool]:
    """The predicate over `Ticket` for one figure in one scope; the number and its list both come from it."""
    clauses = [PREDICATES[figure](scope)]
    if scope.caller_kind is not None:
        clauses.append(Ticket.caller_kind == scope.caller_kind)
    if scope.department_id is not None and figure not in OF_SENDINGS:
        clauses.append(unit_counted(figure).in_(scope.units))
    return and_(*clauses)


def count(figure: Figure, scope: Scope) -> int:
    """How many tickets stand behind the figure."""
    return count_of(condition(figure, scope))


def count_of(clause: ColumnElement[bool]) -> int:
    """How many tickets a condition counts."""
    return db.session.scalar(select(func.count()).select_from(Ticket).where(clause)) or 0


def joined(figure: Figure, scope: Scope) -> tuple[int, int]:
    """How many of a figure's cases only joined a common incident, and how many incidents those are."""
    joiners = select(func.count(), func.count(Ticket.parent_id.distinct())).where(
        condition(figure, scope), Ticket.parent_id.is_not(None)
    )
    reports, incidents = db.session.execute(joiners).tuples().one()
    return reports, incidents


def counts_by_department(figure: Figure, scope: Scope) -> dict[int | None, int]:
    """The figure for each unit; None is the switchboard."""
    if figure in OF_SENDINGS:
        legs = select(Leg.department_id, func.count(Leg.ticket_id.distinct())).join(Ticket, Ticket.id == Leg.ticket_id)
        sent = legs.where(legs_of(OF_SENDINGS[figure], scope)).group_by(Leg.department_id)
        return dict(db.session.execute(sent).tuples().all())
    unit = unit_counted(figure).label("unit")
    query = select(unit, func.count()).select_from(Ticket).where(condition(figure, scope)).group_by("unit")
    return dict(db.session.execute(query).tuples().all())
