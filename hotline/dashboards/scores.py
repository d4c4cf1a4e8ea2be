"""The board of satisfaction: one scope in figures, line by line and month by month; and units ranked among peers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hotline.catalogue.models import Department, Level
from hotline.dashboards.figures import Scope
from hotline.dashboards.said import By, Line, Said, Subject, count_of, subjects, surveys_of
from hotline.db import db
from hotline.satisfaction import rules
from hotline.satisfaction.queries import sums
from hotline.satisfaction.queries.sums import Span
from hotline.satisfaction.rules import Counts, Placed

MONTHS_RANKED = 12


@dataclass(frozen=True)
class ScoreLine:
    """One line of a breakdown. `smooth` is the mean drawn towards the whole, for pictures; None when nobody rated."""

    line: Line
    subject: Subject
    counts: Counts
    smooth: float | None


@dataclass(frozen=True)
class MonthLine:
    """One local month, by its first day."""

    first: date
    counts: Counts
    smooth: float | None


@dataclass(frozen=True)
class Board:
    """All figures of one scope: first cycles, later ones beside them, and what follows only from the whole.

    `weighted` is CSAT in the mix of all cases and the percent of cases whose category anybody rated.
    """

    total: Counts
    later: Counts
    weighted: tuple[float, float] | None
    reopened: int
    lines: dict[By, list[ScoreLine]]
    months: list[MonthLine]

    @property
    def reopen_rate(self) -> float | None:
        """Percent of first answers after which the case was reopened."""
        return rules.share(self.reopened, self.total.closed)


def span_of(scope: Scope, *, is_first: bool = True) -> Span:
    """The same period and unit for the sums."""
    return Span(
        scope.begin,
        scope.end,
        scope.department_id,
        is_first,
        heard_until=scope.heard_until,
        caller_kind=scope.caller_kind,
    )


def board(scope: Scope, *breakdowns: By) -> Board:
    """Everything the page shows of one scope, except who ranks where."""
    span = span_of(scope)
    months = sums.by_month(span)
    total = rules.whole(months.values())
    found = {by: _counts(span, by) for by in {*breakdowns, By.CATEGORY}}
    kinds = ((one.closed, one.satisfied, one.rated) for one in found[By.CATEGORY].values())
    return Board(
        total,
        sums.total(span_of(scope, is_first=False)),
        rules.weighted(kinds),
        count_of(surveys_of(Said.REOPENED, scope), scope),
        {by: _lines(by, found[by], total) for by in breakdowns},
        [MonthLine(first, one, _smooth(one, total)) for first, one in sorted(months.items())],
    )


def _counts(span: Span, by: By) -> dict[str, Counts]:
    if by is By.UNIT:
        return {str(unit): counts for unit, counts in sums.by_unit(span).items()}
    return sums.by_key(span, by.cut)


def _lines(by: By, found: dict[str, Counts], total: Counts) -> list[ScoreLine]:
    """The most rated first."""
    named = subjects(by, list(found))
    lines = [ScoreLine(Line(by, key), named.get(key), one, _smooth(one, total)) for key, one in found.items()]
    return sorted(lines, key=lambda one: (-one.counts.rated, -one.counts.closed, one.line.key))


def _smooth(one: Counts, total: Counts) -> float | None:
    return rules.shrunk(one.satisfied, one.rated, total.csat) if one.rated and total.csat is not None else None


@dataclass(frozen=True)
class Standing:
    """A unit among its peers; `placed` is None below the fewest ratings that allow ranking."""

    department: Department
    counts: Counts
    placed: Placed[int] | None


@dataclass(frozen=True)
class Peers:
    """The units of one level: those ranked by place, then those with too few ratings by name."""

    ranked: list[Standing]
    unranked: list[Standing]


def months_ranked(today: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The running local month and the eleven before it, in instants (UTC): what a ranking looks at."""
    first = today.replace(day=1)
    begin, _end = rules.borders(rules.months_before(first, MONTHS_RANKED - 1), zone)
    return begin, rules.borders(first, zone)[1]


def ranking(begin: datetime, end: datetime, *, fewest: int, heard_until: datetime) -> dict[Level, Peers]:
    """Departments and communes, each among its own, by the first rating of every case of these months.

    Ratings from `heard_until` on may still be changed: a place must not rest on them.
    """
    span = Span(begin, end, heard_until=heard_until)
    found = {unit: counts for unit, counts in sums.by_unit(span).items() if unit}
    units = db.session.scalars(select(Department).where(Department.id.in_(found))).all()
    by_level = {level: {unit.id: unit for unit in units if unit.level is level} for level in Level}
    return {level: _peers(peers, found, fewest) for level, peers in by_level.items() if peers}


def _peers(peers: dict[int, Department], found: dict[int, Counts], fewest: int) -> Peers:
    placed = rules.ranked({unit: (found[unit].satisfied, found[unit].rated) for unit in peers}, fewest)
    first = [Standing(peers[one.unit], found[one.unit], one) for one in placed]
    rest = [Standing(unit, found[unit.id], None) for unit in peers.values() if found[unit.id].rated < fewest]
    return Peers(first, sorted(rest, key=lambda one: one.department.name_vi))
