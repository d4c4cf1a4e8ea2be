"""What the administrator's pages show: the catalogue, a year of days, who made which version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select

from hotline.audit import AuditEntry
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Calendar, CategoryQuestion, Department, RoutingRule
from hotline.catalogue.rules import shifts_text
from hotline.db import db
from hotline.web.folding import fold
from hotline.worktime import DayKind, WorkCalendar

Row = TypeVar("Row")
ONE_DAY = timedelta(days=1)


def rules_by_category() -> dict[int, RoutingRule]:
    """The first rule of each category."""
    found: dict[int, RoutingRule] = {}
    for rule in catalogue.routing_rules():
        if rule.category_id is not None:
            found.setdefault(rule.category_id, rule)
    return found


@dataclass(frozen=True)
class Day:
    """A date of the year view: why it is worked or not, and its name if it has one."""

    on: date
    kind: DayKind
    names: Mapping[str, str]
    shifts: str = ""

    def name(self, language: str) -> str:
        """The name in the reader's language, Vietnamese where the other is missing."""
        return self.names.get(language) or self.names.get("vi", "")


@dataclass(frozen=True)
class Month:
    """A month as weeks from Monday; None where a week begins or ends in another month."""

    first: date
    weeks: list[list[Day | None]]

    @property
    def worked(self) -> int:
        """How many of its days are worked."""
        days = [day for week in self.weeks for day in week if day]
        return sum(day.kind in (DayKind.WORKING, DayKind.EXTRA) for day in days)


def year_of(row: Calendar, arithmetic: WorkCalendar, year: int) -> list[Month]:
    """The twelve months of a year."""
    return [_month(row, arithmetic, date(year, number, 1)) for number in range(1, 13)]


def _month(row: Calendar, arithmetic: WorkCalendar, first: date) -> Month:
    days: list[Day | None] = [None] * first.weekday()
    on = first
    while on.month == first.month:
        days.append(day_of(row, arithmetic, on))
        on += ONE_DAY
    days += [None] * (-len(days) % 7)
    return Month(first, [days[begin : begin + 7] for begin in range(0, len(days), 7)])


def day_of(row: Calendar, arithmetic: WorkCalendar, on: date) -> Day:
    """One date of a calendar."""
    extra = row.definition.get("extra_working_days") or {}
    shifts = shifts_text(extra.get(on.isoformat(), []))
    return Day(on, arithmetic.day_kind(on), row.day_names.get(on.isoformat(), {}), shifts)


def special_days(row: Calendar, arithmetic: WorkCalendar, year: int) -> list[Day]:
    """The days of a year that are not what their weekday is, in order."""
    keys = [*row.definition.get("holidays", []), *row.definition.get("extra_working_days", {})]
    return [day_of(row, arithmetic, date.fromisoformat(key)) for key in sorted(keys) if key.startswith(f"{year:04}-")]


def makers(kind: str, code: str) -> dict[int, str]:
    """Who made each version of a calendar or policy; versions that came with the catalogue have nobody."""
    query = select(AuditEntry.actor_name, AuditEntry.detail).where(
        AuditEntry.object_kind == kind, AuditEntry.object_id == code, AuditEntry.deed.like("catalogue:%")
    )
    return {detail["version"]: name for name, detail in db.session.execute(query) if "version" in detail}


def last_changes() -> dict[str, AuditEntry]:
    """Who changed each setting of the province last, and when."""
    latest = select(func.max(AuditEntry.id)).where(AuditEntry.object_kind == "setting").group_by(AuditEntry.object_id)
    return {row.object_id: row for row in db.session.scalars(select(AuditEntry).where(AuditEntry.id.in_(latest)))}


@dataclass(frozen=True)
class Version:
    """One version of a calendar or policy: its row, who made it, and what it says differently from the one before."""

    row: Any
    maker: str
    changes: Sequence[str]


def history(kind: str, object_id: object, most: int = 20) -> Sequence[AuditEntry]:
    """What was done to one row of the catalogue, newest first."""
    mine = (AuditEntry.object_kind == kind, AuditEntry.object_id == str(object_id))
    return db.session.scalars(select(AuditEntry).where(*mine).order_by(AuditEntry.id.desc()).limit(most)).all()


def holding(rows: Sequence[Row], words: str, text_of: Callable[[Row], str]) -> list[Row]:
    """The rows whose text holds the beginning of each of the words, diacritics or not; all when nothing is asked."""
    wanted = fold(words).split()
    return [row for row in rows if all(any(p.startswith(w) for p in fold(text_of(row)).split()) for w in wanted)]


def unit_names_by_code() -> dict[str, str]:
    """What the unit with a code is called, in the reader's language; of several through time the last."""
    rows = db.session.scalars(select(Department).order_by(Department.valid_from))
    return {row.code: row.name for row in rows}


def questions_by_category() -> dict[int, int]:
    """How many questions each category asks."""
    query = select(CategoryQuestion.category_id, func.count()).where(CategoryQuestion.is_active)
    return dict(db.session.execute(query.group_by(CategoryQuestion.category_id)).tuples().all())
