"""Counts of surveys and ratings: from the sums where these stand, counted anew where something changed since.

Both ways give the same numbers to the last one. Whoever writes a survey or a rating notes the change in the same
transaction, so a month of a unit is read from its sum only while nothing happened to it since that sum was made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, not_, or_, select

from hotline.db import db
from hotline.satisfaction import rules
from hotline.satisfaction.models import FIRST_CYCLE, Cut, Mode, Rating, ScoreChange, ScoreSum, Solved, Survey
from hotline.satisfaction.rules import UNHAPPY_TO, Counts, Piece
from hotline.tickets.models import CallerKind
from hotline.web.formats import province_zone

COUNTED = tuple(field.name for field in fields(Counts))
IS_FIRST: ColumnElement[bool] = Survey.cycle == FIRST_CYCLE
UNIT_KEY: ColumnElement[int] = func.coalesce(Survey.department_id, 0)


@dataclass(frozen=True)
class Span:
    """Closings in [begin, end) (UTC); of one unit (0: the switchboard) or all; first cycles, or later ones.

    `anew` counts everything from surveys and ratings, as if there were no sums. Ratings from `heard_until` on are not
    there yet: what was said may still be changed. `caller_kind` narrows to what citizens, or businesses, asked.
    """

    begin: datetime
    end: datetime
    unit_key: int | None = None
    is_first: bool = True
    anew: bool = False
    heard_until: datetime | None = None
    caller_kind: CallerKind | None = None


class _By(Enum):
    NOTHING = "nothing"
    UNIT = "unit"
    MONTH = "month"
    KEY = "key"


def total(span: Span) -> Counts:
    """All closings of the span together."""
    return _counts(span, Cut.WHOLE, _By.NOTHING).get(None, Counts())


def by_unit(span: Span) -> dict[int, Counts]:
    """The units that had any closing, by id; 0 is the switchboard."""
    return _counts(span, Cut.WHOLE, _By.UNIT)


def by_month(span: Span) -> dict[date, Counts]:
    """The local months that had any closing, by first day."""
    return _counts(span, Cut.WHOLE, _By.MONTH)


def by_key(span: Span, cut: Cut) -> dict[str, Counts]:
    """The lines of a breakdown by id or code; empty for closings without one. The lines of MODE hold ratings only."""
    return _counts(span, cut, _By.KEY)


def key_of(cut: Cut) -> ColumnElement[str]:
    """What a closing's line in a breakdown is called in the sums."""
    column = {
        Cut.WHOLE: literal(""),
        Cut.CATEGORY: Survey.category_id,
        Cut.AREA: Survey.area_id,
        Cut.CHANNEL: Survey.channel,
        Cut.CALLER_KIND: Survey.caller_kind,
        Cut.MODE: Rating.mode,
    }[cut]
    return func.coalesce(cast(column, String), "")


def of_units(unit_keys: Collection[int]) -> ColumnElement[bool]:
    """Closings of these units, written so that the index of units serves."""
    chosen: list[ColumnElement[bool]] = [Survey.department_id.in_([key for key in unit_keys if key])]
    return or_(*chosen, Survey.department_id.is_(None)) if 0 in unit_keys else chosen[0]


def heard_rating(until: datetime | None) -> ColumnElement[bool]:
    """How a survey and its rating belong together, for somebody who hears only of ratings before that instant."""
    same = Rating.survey_id == Survey.id
    return same if until is None else and_(same, Rating.rated_at < until)


def counting(cut: Cut, *columns: Any, heard_until: datetime | None = None) -> Select[Any]:
    """Select `columns` and then all that is counted, from surveys with their ratings."""
    of_mode = cut is Cut.MODE
    query = select(*columns, *(_counted(name, of_mode).label(name) for name in COUNTED)).select_from(Survey)
    return query.join(Rating, heard_rating(heard_until), isouter=not of_mode)


def _counted(name: str, of_mode: bool) -> ColumnElement[int]:
    if of_mode and name in ("closed", "asked"):
        return literal(0)  # a case is not closed by a mode
    if name == "closed":
        return func.count(Survey.id)
    asked, rated = Survey.suppressed_as.is_(None), Rating.id.is_not(None)
    answered = and_(asked, Rating.mode != Mode.CALL_BACK)  # who spoke only when we rang did not answer the invitation
    conditions: dict[str, ColumnElement[bool]] = {
        "asked": asked,
        "rated": rated,
        "rated_asked": answered,
        "satisfied_asked": and_(Rating.score >= rules.SATISFIED_FROM, answered),
        "unhappy": or_(Rating.score <= UNHAPPY_TO, Rating.solved == Solved.NO),
        **{f"score_{score}": Rating.score == score for score in range(1, 6)},
        **{f"solved_{solved.value}": Rating.solved == solved for solved in Solved if solved is not Solved.UNSAID},
    }
    return func.count(case((conditions[name], 1)))


def _counts(span: Span, cut: Cut, by: _By) -> dict[Any, Counts]:
    months, pieces = rules.tiled(span.begin, span.end, province_zone())
    found: dict[Any, Counts] = defaultdict(Counts)
    if span.anew or (span.caller_kind is not None and cut not in (Cut.WHOLE, Cut.CALLER_KIND)):
        whole = [Piece(first, *rules.borders(first, province_zone())) for first in months]
        _add(found, (row for piece in [*whole, *pieces] for row in _anew(span, cut, by, piece)))
        return dict(found)
    changed = _changed(span, months)
    if months:
        _add(found, _summed(span, cut, by, months, changed))
    for first, units in changed.items():
        _add(found, _anew(span, cut, by, Piece(first, *rules.borders(first, province_zone())), units))
    for piece in pieces:
        _add(found, _anew(span, cut, by, piece))
    return dict(found)


def _add(found: dict[Any, Counts], rows: Iterable[Sequence[Any]]) -> None:
    for row in rows:
        key, counts = row[0], Counts(*row[1:])
        if counts != Counts():
            found[key] += counts


def _changed(span: Span, months: Sequence[date]) -> dict[date, set[int]]:
    """The units of each month whose sums do not stand."""
    found: dict[date, set[int]] = defaultdict(set)
    if months:
        query = select(ScoreChange.month_on, ScoreChange.unit_key).distinct()
        query = query.where(ScoreChange.month_on.between(months[0], months[-1]), ScoreChange.month_on.in_(months))
        if span.unit_key is not None:
            query = query.where(ScoreChange.unit_key == span.unit_key)
        for first, unit in db.session.execute(query):
            found[first].add(unit)
    for first, unit in _not_heard_yet(span) if span.heard_until else ():
        if first in months:
            found[first].add(unit)
    return found


def _not_heard_yet(span: Span) -> set[tuple[date, int]]:
    """Months and units whose sums hold ratings that the reader does not hear of yet."""
    fresh = select(Survey.closed_at, UNIT_KEY).join(Rating, Rating.survey_id == Survey.id)
    fresh = fresh.where(Rating.rated_at >= span.heard_until)
    if span.unit_key is not None:
        fresh = fresh.where(of_units([span.unit_key]))
    zone = province_zone()
    return {(rules.month_of(closed_at, zone), unit) for closed_at, unit in db.session.execute(fresh)}


def _summed(
    span: Span, cut: Cut, by: _By, months: Sequence[date], changed: dict[date, set[int]]
) -> Iterable[Sequence[Any]]:
    column: Any = {
        _By.NOTHING: literal(None),
        _By.UNIT: ScoreSum.unit_key,
        _By.MONTH: ScoreSum.month_on,
        _By.KEY: ScoreSum.key,
    }[by]
    if span.caller_kind is not None:
        cut = Cut.CALLER_KIND
    query = select(column.label("line"), *(func.sum(getattr(ScoreSum, name)) for name in COUNTED)).where(
        ScoreSum.cut == cut, ScoreSum.is_first.is_(span.is_first), ScoreSum.month_on.in_(months)
    )
    if span.caller_kind is not None:
        query = query.where(ScoreSum.key == span.caller_kind)
    if span.unit_key is not None:
        query = query.where(ScoreSum.unit_key == span.unit_key)
    for first, units in changed.items():
        query = query.where(not_(and_(ScoreSum.month_on == first, ScoreSum.unit_key.in_(units))))
    query = query.having(func.count() > 0)
    return db.session.execute(query if by is _By.NOTHING else query.group_by(column)).all()


def _anew(span: Span, cut: Cut, by: _By, piece: Piece, units: Collection[int] | None = None) -> Iterable[Sequence[Any]]:
    column: Any = {
        _By.NOTHING: literal(None),
        _By.UNIT: UNIT_KEY,
        _By.MONTH: literal(None),
        _By.KEY: key_of(cut),
    }[by]
    query = counting(cut, column.label("line"), heard_until=span.heard_until).where(
        Survey.closed_at >= piece.begin, Survey.closed_at < piece.end, IS_FIRST if span.is_first else ~IS_FIRST
    )
    if span.caller_kind is not None:
        query = query.where(Survey.caller_kind == span.caller_kind)
    if units is None and span.unit_key is not None:
        units = {span.unit_key}
    if units is not None:
        query = query.where(of_units(units))
    if by in (_By.UNIT, _By.KEY):
        query = query.group_by("line")
    rows: Any = db.session.execute(query).all()
    return [(piece.month_on, *row[1:]) for row in rows] if by is _By.MONTH else rows
