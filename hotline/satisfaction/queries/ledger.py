"""Looks at the open ledger: always made from the ratings as they are now; only the roots are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from hotline.audit import AuditEntry
from hotline.catalogue.models import Department
from hotline.catalogue.settings import province
from hotline.db import db
from hotline.satisfaction.models import FIRST_CYCLE, Rating, SealedMonth, Survey
from hotline.satisfaction.rules import SATISFIED_FROM, ledger, months
from hotline.web.formats import province_zone

SEAL_DEED, SEAL_OBJECT = "satisfaction:seal", "month"
LONGEST_RECEIPT, MONTHS_SHOWN = 20, 12


@dataclass(frozen=True)
class Counted:
    """A rating found by its receipt. `place` counts the lines of the month's ledger from 1; 0 while it is not sealed.

    The unit is said as the published line says it, or not at all: whoever has a receipt learns no more than the file.
    `agrees`: the ledger as it is now leads to the root that was sealed.
    """

    rating: Rating
    month_on: date
    sealed: SealedMonth | None
    sealed_from: datetime
    line: str = ""
    place: int = 0
    proof: Sequence[tuple[str, str]] = ()
    agrees: bool = True

    @property
    def is_unit_named(self) -> bool:
        """Whether the ledger names the unit for which it counts."""
        return bool(self.line) and ledger.unit_of(self.line) != ledger.OTHER_UNITS


def sealed_months() -> Sequence[SealedMonth]:
    """Every sealed month, latest first."""
    return db.session.scalars(select(SealedMonth).order_by(SealedMonth.month_on.desc())).all()


@dataclass(frozen=True)
class FirstAnswers:
    """Ratings of first cycles in the latest sealed months, twelve at most, and how many of them are satisfied."""

    ratings: int
    satisfied: int


def first_answers(sealed: Sequence[SealedMonth]) -> FirstAnswers:
    """From the rows of the ledgers of these months, which are latest first and follow one another without a gap."""
    if not sealed:
        return FirstAnswers(0, 0)
    shown, zone = sealed[:MONTHS_SHOWN], province_zone()
    begin, end = months.borders(shown[-1].month_on, zone)[0], months.borders(shown[0].month_on, zone)[1]
    counted_as = func.count(Rating.id), func.count(case((Rating.score >= SATISFIED_FROM, 1)))
    query = select(*counted_as).join(Survey, Survey.id == Rating.survey_id)
    query = query.where(Rating.rated_at >= begin, Rating.rated_at < end, Survey.cycle == FIRST_CYCLE)
    return FirstAnswers(*db.session.execute(query).one())


def sealed_month(month_on: date) -> SealedMonth | None:
    """The seal of a month, if there is one."""
    return db.session.get(SealedMonth, month_on)


def altered_seals() -> list[date]:
    """Months whose seal is not the one that the audit noted when it was made, or not the only one; oldest first."""
    noted: dict[str, set[object]] = defaultdict(set)
    query = select(AuditEntry.object_id, AuditEntry.detail)
    for month, detail in db.session.execute(
        query.where(AuditEntry.object_kind == SEAL_OBJECT, AuditEntry.deed == SEAL_DEED)
    ):
        noted[month].add(detail.get("root"))
    kept: dict[str, set[object]] = {f"{one.month_on:%Y-%m}": {one.root} for one in sealed_months()}
    return [date.fromisoformat(f"{month}-01") for month in sorted(kept | noted) if noted.get(month) != kept.get(month)]


def is_sealed(rated_at: datetime) -> bool:
    """Whether the month of a rating given at this instant is sealed: from then on nothing of it changes."""
    return sealed_month(months.month_of(rated_at, province_zone())) is not None


def lines_of(month_on: date) -> list[str]:
    """The lines of a month's ledger, without the header."""
    return ledger.lines(entries_of(month_on), month_on)


def entries_of(month_on: date) -> list[ledger.Entry]:
    """All ratings given in a local month, with the unit that was frozen when the case was closed."""
    begin, end = months.borders(month_on, province_zone())
    own_code = _switchboard_code(months.month_after(month_on) - timedelta(days=1))
    query = (
        select(
            Rating.receipt,
            func.coalesce(Department.code, own_code),
            Survey.cycle,
            Rating.mode,
            Rating.solved,
            Rating.score,
            Rating.first_solved,
            Rating.first_score,
        )
        .join(Survey, Survey.id == Rating.survey_id)
        .outerjoin(Department, Department.id == Survey.department_id)
        .where(Rating.rated_at >= begin, Rating.rated_at < end)
    )
    return [
        ledger.Entry(receipt, unit, cycle == FIRST_CYCLE, mode.value, solved.value, score, first.value, first_score)
        for receipt, unit, cycle, mode, solved, score, first, first_score in db.session.execute(query)
    ]


def _switchboard_code(on: date) -> str:
    """The code under which the switchboard itself stood on that day; for days before any, the first it had."""
    codes = db.session.execute(
        select(Department.valid_from, Department.code)
        .where(Department.is_switchboard)
        .order_by(Department.valid_from, Department.id)
    ).all()
    standing = [code for valid_from, code in codes if valid_from <= on]
    return standing[-1] if standing else codes[0].code


def next_to_seal(now: datetime) -> date | None:
    """The oldest month that is to be sealed and may be by now: its ratings can no longer be changed."""
    last = db.session.scalar(select(func.max(SealedMonth.month_on)))
    if last is None:
        first_at = db.session.scalar(select(func.min(Rating.rated_at)))
        if first_at is None:
            return None
        month_on = months.month_of(first_at, province_zone())
    else:
        month_on = months.month_after(last)
    return month_on if now >= sealed_from(month_on) else None


def sealed_from(month_on: date) -> datetime:
    """The instant from which a month is sealed."""
    return ledger.sealable_from(months.borders(month_on, province_zone())[1], province().edit_hours)


def counted(receipt: str) -> Counted | None:
    """Where a rating stands in the ledger; a receipt is read with any spaces and dashes, in any case."""
    bare = "".join(c for c in receipt.lower() if c.isalnum())[:LONGEST_RECEIPT]
    rating = db.session.scalar(
        select(Rating)
        .options(joinedload(Rating.survey).joinedload(Survey.department))
        .where(Rating.receipt == (bare or "-"))
    )
    if rating is None:
        return None
    month_on = months.month_of(rating.rated_at, province_zone())
    sealed, ready_at = sealed_month(month_on), sealed_from(month_on)
    if sealed is None:
        return Counted(rating, month_on, None, ready_at)
    entries = entries_of(month_on)
    lines = ledger.lines(entries, month_on)
    at = next(place for place, line in enumerate(lines) if line.startswith(f"{bare},"))
    proof = ledger.inclusion_proof([ledger.leaf_hash(line) for line in lines], at)
    return Counted(
        rating,
        month_on,
        sealed,
        ready_at,
        line=lines[at],
        place=at + 1,
        proof=[(side, beside.hex()) for side, beside in proof],
        agrees=ledger.seal(entries, month_on, sealed.previous_root).root == sealed.root,
    )
