"""What the dashboard shows: headline figures, one line a unit, one line a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from hotline.catalogue.models import Department, Level
from hotline.dashboards.figures import ASKED_ABOUT, Figure, Scope, condition, count, counts_by_department
from hotline.dashboards.scores import span_of
from hotline.db import db
from hotline.errors import NotFound
from hotline.satisfaction import rules
from hotline.satisfaction.queries import sums
from hotline.satisfaction.rules import Counts
from hotline.tickets.models import Ticket
from hotline.web.paging import ROWS_A_PAGE, Page


@dataclass(frozen=True)
class Numbers:
    """The counts of one scope and what follows from them. Percentages are None where nothing divides."""

    counts: dict[Figure, int]

    def __getitem__(self, figure: Figure) -> int:
        return self.counts.get(figure, 0)

    @property
    def on_time(self) -> float | None:
        """Strict: open overdue cases count against it."""
        return rules.on_time_strict(self[Figure.ON_TIME], self[Figure.LATE], self[Figure.OPEN_OVERDUE])

    @property
    def on_time_first(self) -> float | None:
        """As `on_time`, against the promise without extensions."""
        good = self[Figure.ON_TIME_FIRST]
        return rules.on_time_strict(good, self[Figure.STOPPED] - good, self[Figure.OVERDUE_FIRST])

    @property
    def on_time_bare(self) -> float | None:
        """As `on_time`, against the promise without extensions and without pauses."""
        good = self[Figure.ON_TIME_BARE]
        return rules.on_time_strict(good, self[Figure.STOPPED] - good, self[Figure.OVERDUE_BARE])

    @property
    def silence(self) -> float | None:
        """Cases that a unit accepted by saying nothing, among those sent to one."""
        return rules.share(self[Figure.BY_SILENCE], self[Figure.ROUTED])

    @property
    def csat(self) -> float | None:
        """Satisfied among those who rated."""
        return rules.share(self[Figure.SATISFIED], self[Figure.RATED])

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval of `csat`, in percent."""
        found = rules.wilson(self[Figure.SATISFIED], self[Figure.RATED])
        return (100 * found[0], 100 * found[1]) if found else None

    @property
    def response_rate(self) -> float | None:
        """Rated among those invited; who rates without having been invited, or only on our call, is no answer."""
        return rules.share(self[Figure.RATED_ASKED], self[Figure.ASKED])

    @property
    def qd766(self) -> float | None:
        """The estimate by the rule of QĐ 766: silence counts as satisfied, lateness as not."""
        total = self[Figure.STOPPED] + self[Figure.OPEN_OVERDUE]
        return rules.qd766(total, self[Figure.AGAINST_766])


PROMISES = frozenset(
    {
        Figure.ON_TIME_FIRST,
        Figure.OVERDUE_FIRST,
        Figure.ON_TIME_BARE,
        Figure.OVERDUE_BARE,
        Figure.EXCUSED,
        Figure.ROUTED,
        Figure.BY_SILENCE,
    }
)
# What every unit and every month shows; the figures about promises stand once, for the whole period.
BY_LINE = tuple(figure for figure in Figure if figure not in PROMISES)


def numbers(scope: Scope, figures: Iterable[Figure] = Figure) -> Numbers:
    """The figures of one scope; all of them where nothing else is said."""
    wanted = set(figures)
    said = _said(_summed(scope)) if wanted & ASKED_ABOUT else {}
    return Numbers({figure: said[figure] if figure in said else count(figure, scope) for figure in wanted})


def _summed(scope: Scope) -> Counts:
    """What the sums say of a scope; of several units together where former ones live on in one."""
    span = span_of(scope)
    keys = scope.units or (None,)
    return sum((sums.total(replace(span, unit_key=key)) for key in keys), Counts())


def _said(counts: Counts) -> dict[Figure, int]:
    """What citizens said, from the sums."""
    return {
        Figure.ASKED: counts.asked,
        Figure.RATED: counts.rated,
        Figure.RATED_ASKED: counts.rated_asked,
        Figure.SATISFIED: counts.satisfied,
        Figure.UNHAPPY: counts.unhappy,
    }


@dataclass(frozen=True)
class UnitLine:
    """One unit's numbers."""

    department: Department
    numbers: Numbers


def by_unit(scope: Scope, structure: Mapping[int, int] | None = None) -> dict[Level, list[UnitLine]]:
    """The units that had any case, by level and name: who ranks where is said on the page of satisfaction.

    `structure` names for each unit the one that stands for it today, whose line then holds both; counts add up, so
    the lines together are the same either way.
    """
    found: dict[int | None, dict[Figure, int]] = {}
    for figure in BY_LINE:
        if figure not in ASKED_ABOUT:
            for department_id, number in counts_by_department(figure, scope).items():
                found.setdefault(department_id, {})[figure] = number
    for unit_key, counts in sums.by_unit(span_of(scope)).items():
        found.setdefault(unit_key or None, {}).update(_said(counts))
    gathered: dict[int, Counter[Figure]] = {}
    for unit_id, numbers_of in found.items():
        if unit_id:
            gathered.setdefault((structure or {}).get(unit_id, unit_id), Counter()).update(numbers_of)
    lines: dict[Level, list[UnitLine]] = {}
    units = select(Department).where(Department.id.in_(gathered)).order_by(Department.name_vi, Department.valid_from)
    for unit in db.session.scalars(units):
        lines.setdefault(unit.level, []).append(UnitLine(unit, Numbers(dict(gathered[unit.id]))))
    return lines


def together(lines: Iterable[UnitLine]) -> Numbers:
    """Several lines as one."""
    total: Counter[Figure] = Counter()
    for line in lines:
        total.update(line.numbers.counts)
    return Numbers(dict(total))


def months(scope: Scope, borders: Sequence[tuple[date, datetime, datetime]]) -> list[tuple[date, Numbers]]:
    """The same numbers month by month; `borders` are first day, begin and end (UTC)."""
    return [(first, numbers(replace(scope, begin=begin, end=end), BY_LINE)) for first, begin, end in borders]


def tickets_behind(figure: Figure, scope: Scope, after: str) -> Page[Ticket]:
    """The cases a figure counts, newest first; also those that have left the scope's unit since."""
    return tickets_of(condition(figure, scope), after)


def tickets_of(clause: ColumnElement[bool], after: str) -> Page[Ticket]:
    """The cases of a condition, newest first. Raises NotFound for a page that is none."""
    query = (
        select(Ticket)
        .options(joinedload(Ticket.category), joinedload(Ticket.department), joinedload(Ticket.area))
        .where(clause)
        .order_by(Ticket.received_at.desc(), Ticket.id.desc())
        .limit(ROWS_A_PAGE + 1)
    )
    if after:
        anchor = db.session.get(Ticket, int(after)) if after.isdecimal() and len(after) < 16 else None
        if anchor is None:
            raise NotFound()
        query = query.where(
            or_(
                Ticket.received_at < anchor.received_at,
                and_(Ticket.received_at == anchor.received_at, Ticket.id < anchor.id),
            )
        )
    rows = db.session.scalars(query).all()
    more = str(rows[ROWS_A_PAGE - 1].id) if len(rows) > ROWS_A_PAGE else None
    return Page(rows[:ROWS_A_PAGE], more, not after)
