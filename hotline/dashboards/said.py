"""What citizens said: predicates over `Survey` with its `Rating`, from which the lists behind the sums are made.

The numbers themselves come from the sums; a test opens the list of every cell and finds as many rows in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from hotline.catalogue.models import Area, Category, Department
from hotline.dashboards.figures import Scope
from hotline.db import db
from hotline.errors import NotFound
from hotline.satisfaction.models import Cut, Mode, Rating, Solved, Survey
from hotline.satisfaction.queries.sums import IS_FIRST, heard_rating, key_of, of_units
from hotline.satisfaction.rules import SATISFIED_FROM, UNHAPPY_TO, Counts
from hotline.tickets.models import CallerKind, Channel, Ticket
from hotline.web.paging import ROWS_A_PAGE, Page


class Said(StrEnum):
    """What is counted; most codes are also the name of the count."""

    CLOSED = "closed"
    ASKED = "asked"
    RATED = "rated"
    RATED_ASKED = "rated_asked"
    SILENT = "silent"
    SATISFIED = "satisfied"
    ACCEPTING = "accepting"
    DISSATISFIED = "dissatisfied"
    UNHAPPY = "unhappy"
    SCORE_1 = "score_1"
    SCORE_2 = "score_2"
    SCORE_3 = "score_3"
    SCORE_4 = "score_4"
    SCORE_5 = "score_5"
    SOLVED_YES = "solved_yes"
    SOLVED_PARTLY = "solved_partly"
    SOLVED_NO = "solved_no"
    REOPENED = "reopened"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            Said.CLOSED: _l("Answered, with or without an invitation"),
            Said.ASKED: _l("Invited to rate"),
            Said.RATED: _l("Rated"),
            Said.RATED_ASKED: _l("Rated on the invitation"),
            Said.SILENT: _l("Invited and silent, or heard only when we rang"),
            Said.SATISFIED: _l("Satisfied (4 and 5)"),
            Said.ACCEPTING: _l("Accepting (3)"),
            Said.DISSATISFIED: _l("Dissatisfied (1 and 2)"),
            Said.UNHAPPY: _l("Not helped (1, 2 or not solved)"),
            Said.SCORE_1: _l("Score 1, very dissatisfied"),
            Said.SCORE_2: _l("Score 2, dissatisfied"),
            Said.SCORE_3: _l("Score 3, neutral"),
            Said.SCORE_4: _l("Score 4, satisfied"),
            Said.SCORE_5: _l("Score 5, very satisfied"),
            Said.SOLVED_YES: _l("Solved, says the citizen"),
            Said.SOLVED_PARTLY: _l("Partly solved, says the citizen"),
            Said.SOLVED_NO: _l("Not solved, says the citizen"),
            Said.REOPENED: _l("Reopened after the answer"),
        }[self]

    def of(self, counts: Counts) -> int:
        """This count among those of a line; REOPENED is not among them."""
        return int(getattr(counts, self.value))


SCORES = (Said.SCORE_1, Said.SCORE_2, Said.SCORE_3, Said.SCORE_4, Said.SCORE_5)


class By(StrEnum):
    """By what the numbers are broken down: the cuts of the sums, and the unit."""

    UNIT = "unit"
    CATEGORY = "category"
    AREA = "area"
    CHANNEL = "channel"
    CALLER_KIND = "caller_kind"
    MODE = "mode"

    @property
    def cut(self) -> Cut:
        """The cut of the sums. The unit is none: it is a key of every sum."""
        return Cut(self.value)


Subject = Department | Category | Area | Channel | CallerKind | Mode | None


@dataclass(frozen=True)
class Line:
    """One line of a breakdown: the id or code; empty (for units 0, the switchboard) is the line without one."""

    by: By
    key: str


_ASKED, _RATED = Survey.suppressed_as.is_(None), Rating.id.is_not(None)
_RUNG = Rating.mode == Mode.CALL_BACK

PREDICATES: dict[Said, ColumnElement[bool]] = {
    Said.CLOSED: Survey.id.is_not(None),
    Said.ASKED: _ASKED,
    Said.RATED: _RATED,
    Said.RATED_ASKED: and_(_ASKED, _RATED, ~_RUNG),
    Said.SILENT: and_(_ASKED, or_(Rating.id.is_(None), _RUNG)),
    Said.SATISFIED: Rating.score >= SATISFIED_FROM,
    Said.ACCEPTING: and_(Rating.score > UNHAPPY_TO, Rating.score < SATISFIED_FROM),
    Said.DISSATISFIED: Rating.score <= UNHAPPY_TO,
    Said.UNHAPPY: or_(Rating.score <= UNHAPPY_TO, Rating.solved == Solved.NO),
    **{which: Rating.score == score for score, which in enumerate(SCORES, start=1)},
    Said.SOLVED_YES: Rating.solved == Solved.YES,
    Said.SOLVED_PARTLY: Rating.solved == Solved.PARTLY,
    Said.SOLVED_NO: Rating.solved == Solved.NO,
    Said.REOPENED: Survey.ticket_id.in_(select(Ticket.id).where(Ticket.cycle > 1)),
}


def surveys_of(which: Said, scope: Scope, line: Line | None = None, *, is_first: bool = True) -> ColumnElement[bool]:
    """The predicate over `Survey` left joined with `Rating` for one number; the unit is that of the closing."""
    clauses = [
        Survey.closed_at >= scope.begin,
        Survey.closed_at < scope.end,
        IS_FIRST if is_first else ~IS_FIRST,
        PREDICATES[which],
    ]
    if scope.department_id is not None:
        clauses.append(of_units([scope.department_id]))
    if scope.caller_kind is not None:
        clauses.append(Survey.caller_kind == scope.caller_kind)
    if line is not None and line.by is By.UNIT:
        clauses.append(of_units([int(line.key or 0)]))
    elif line is not None:
        clauses.append(key_of(line.by.cut) == line.key)
    return and_(*clauses)


def _listed(scope: Scope, *columns: Any) -> Select[Any]:
    return select(*columns).select_from(Survey).outerjoin(Rating, heard_rating(scope.heard_until))


def count_of(clause: ColumnElement[bool], scope: Scope) -> int:
    """How many closings a predicate counts in this scope."""
    return db.session.scalar(_listed(scope, func.count()).where(clause)) or 0


def surveys_behind(clause: ColumnElement[bool], scope: Scope, after: str) -> Page[Survey]:
    """The closings of a predicate, newest first. Raises NotFound for a page that is none."""
    query = (
        _listed(scope, Survey)
        .options(
            contains_eager(Survey.rating),
            joinedload(Survey.department),
            joinedload(Survey.category),
            joinedload(Survey.ticket).joinedload(Ticket.department),
        )
        .where(clause)
        .order_by(Survey.closed_at.desc(), Survey.id.desc())
        .limit(ROWS_A_PAGE + 1)
    )
    if after:
        anchor = db.session.get(Survey, int(after)) if after.isdecimal() and len(after) < 16 else None
        if anchor is None:
            raise NotFound()
        same = and_(Survey.closed_at == anchor.closed_at, Survey.id < anchor.id)
        query = query.where(or_(Survey.closed_at < anchor.closed_at, same))
    rows: Sequence[Survey] = db.session.scalars(query).all()
    more = str(rows[ROWS_A_PAGE - 1].id) if len(rows) > ROWS_A_PAGE else None
    return Page(rows[:ROWS_A_PAGE], more, not after)


def subjects(by: By, keys: Sequence[str]) -> dict[str, Subject]:
    """What the lines of a breakdown are about; a line without a subject has None."""
    codes: dict[By, Any] = {By.CHANNEL: Channel, By.CALLER_KIND: CallerKind, By.MODE: Mode}
    if by in codes:
        return {key: codes[by](key) for key in keys if key in set(codes[by])}
    table: Any = {By.UNIT: Department, By.CATEGORY: Category, By.AREA: Area}[by]
    ids = [int(key) for key in keys if key.isdecimal() and len(key) < 10]
    return {str(row.id): row for row in db.session.scalars(select(table).where(table.id.in_(ids)))}
