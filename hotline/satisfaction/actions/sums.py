"""Sums of surveys and ratings: noting that something changed, and making anew what changed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, delete, func, insert, literal, select

from hotline.db import db
from hotline.satisfaction import rules
from hotline.satisfaction.models import Cut, ScoreChange, ScoreSum, Survey
from hotline.satisfaction.queries.sums import COUNTED, IS_FIRST, UNIT_KEY, counting, key_of, of_units
from hotline.web.formats import province_zone

UNITS_AT_ONCE = 20  # so that nobody waits long for the place to write
CHANGES_AT_ONCE = 5_000  # no longer a list of numbers than both databases take in one statement


def note_change(survey: Survey) -> None:
    """The month and unit of this survey are to be summed anew; whoever writes it or its rating says so with it."""
    db.session.add(ScoreChange(month_on=_month_of(survey), unit_key=survey.department_id or 0))
    db.session.flush()


def _month_of(survey: Survey) -> date:
    return rules.month_of(survey.closed_at, province_zone())


def sum_month(month_on: date) -> int:
    """Sum some units that changed in a local month, wholly from surveys and ratings; how many notes that settled.

    Only notes that were read before counting are deleted, and a note becomes visible together with what it tells of:
    a writer who commits meanwhile leaves a note, and the month stays marked. One at a time works on a month; another
    process finds it taken and does nothing.
    """
    if not _is_ours(month_on):
        return 0
    changed = select(ScoreChange.unit_key).distinct().where(ScoreChange.month_on == month_on)
    units = set(db.session.scalars(changed.order_by(ScoreChange.unit_key).limit(UNITS_AT_ONCE)))
    mine = select(ScoreChange.id).where(ScoreChange.month_on == month_on, ScoreChange.unit_key.in_(units))
    notes = db.session.scalars(mine.order_by(ScoreChange.id).limit(CHANGES_AT_ONCE)).all()
    if not notes:
        return 0
    db.session.execute(delete(ScoreSum).where(ScoreSum.month_on == month_on, ScoreSum.unit_key.in_(units)))
    for cut in Cut:
        _sum(month_on, units, cut)
    db.session.execute(delete(ScoreChange).where(ScoreChange.id.in_(notes)))
    return len(notes)


def _is_ours(month_on: date) -> bool:
    """On SQLite the one place to write is the lock; on PostgreSQL a lock of this month that ends with the commit."""
    if db.engine.dialect.name == "sqlite":
        return True
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(f"score_sums:{month_on}", 0))
    return bool(db.session.scalar(select(lock)))


def _sum(month_on: date, units: set[int], cut: Cut) -> None:
    begin, end = rules.borders(month_on, province_zone())
    line: tuple[ColumnElement, ...] = (
        literal(month_on, ScoreSum.month_on.type).label("month_on"),
        UNIT_KEY.label("unit_key"),
        literal(cut, ScoreSum.cut.type).label("cut"),
        key_of(cut).label("key"),
        IS_FIRST.label("is_first"),
    )
    counts = counting(cut, *line).where(Survey.closed_at >= begin, Survey.closed_at < end, of_units(units))
    columns = [column.name for column in line]
    db.session.execute(
        insert(ScoreSum).from_select([*columns, *COUNTED], counts.group_by("unit_key", "key", "is_first"))
    )
