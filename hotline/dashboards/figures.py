"""Figures by name: each one predicate, from which both the number and the list behind it are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from hotline.db import db
from hotline.satisfaction.models import Rating, Survey
from hotline.satisfaction.rules import SATISFIED_FROM, UNHAPPY_TO
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Status


@dataclass(frozen=True)
class Scope:
    """A period [begin, end) in instants (UTC), the present instant, and one unit or all."""

    begin: datetime
    end: datetime
    now: datetime
    department_id: int | None = None

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
    SATISFIED = "satisfied"
    UNHAPPY = "unhappy"
    AGAINST_766 = "against_766"

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
            Figure.SATISFIED: _l("Satisfied (4 and 5)"),
            Figure.UNHAPPY: _l("Not helped (1, 2 or not solved)"),
            Figure.AGAINST_766: _l("Dissatisfied or overdue (QĐ 766)"),
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
    return _surveyed(scope, Rating.survey_id == Survey.id, *conditions)


PREDICATES: dict[Figure, Callable[[Scope], ColumnElement[bool]]] = {
    Figure.RECEIVED: lambda s: _within(Ticket.received_at, s),
    Figure.STOPPED: _stopped,
    Figure.ON_TIME: lambda s: and_(_stopped(s), Ticket.is_late.is_(False)),
    Figure.LATE: lambda s: and_(_stopped(s), Ticket.is_late),
    Figure.OPEN: lambda s: and_(Ticket.is_open, Ticket.received_at < s.end),
    Figure.OPEN_OVERDUE: lambda s: and_(
        Ticket.is_open, Ticket.received_at < s.end, or_(Ticket.is_late, Ticket.due_at < s.seen_until)
    ),
    Figure.ASKED: lambda s: _surveyed(s, Survey.suppressed_as.is_(None)),
    Figure.RATED: _rated,
    Figure.SATISFIED: lambda s: _rated(s, Rating.score >= SATISFIED_FROM),
    Figure.UNHAPPY: lambda s: _rated(s, or_(Rating.score <= UNHAPPY_TO, Rating.solved == "no")),
}
# Dissatisfied, late or overdue, each case once: what QĐ 766 takes off the whole.
PREDICATES[Figure.AGAINST_766] = lambda s: or_(
    and_(_stopped(s), or_(Ticket.is_late, _rated(s, Rating.score <= UNHAPPY_TO))),
    PREDICATES[Figure.OPEN_OVERDUE](s),
)


ASKED_ABOUT = frozenset({Figure.ASKED, Figure.RATED, Figure.SATISFIED, Figure.UNHAPPY})


def unit_counted(figure: Figure) -> ColumnElement[int | None]:
    """The unit for which a case counts: for what citizens said the one that closed it, wherever the case goes later."""
    if figure not in ASKED_ABOUT:
        return Ticket.department_id.expression
    about = (Survey.ticket_id == Ticket.id, Survey.cycle == 1)
    return select(Survey.department_id).where(*about).correlate(Ticket).scalar_subquery()


def condition(figure: Figure, scope: Scope) -> ColumnElement[bool]:
    """The predicate over `Ticket` for one figure in one scope; the number and its list both come from it."""
    clause = PREDICATES[figure](scope)
    return clause if scope.department_id is None else and_(clause, unit_counted(figure) == scope.department_id)


def count(figure: Figure, scope: Scope) -> int:
    """How many tickets stand behind the figure."""
    return db.session.scalar(select(func.count()).select_from(Ticket).where(condition(figure, scope))) or 0


def counts_by_department(figure: Figure, scope: Scope) -> dict[int | None, int]:
    """The figure for each unit; None is the switchboard."""
    unit = unit_counted(figure).label("unit")
    query = select(unit, func.count()).select_from(Ticket).where(condition(figure, scope)).group_by("unit")
    return dict(db.session.execute(query).tuples().all())
