"""A file against the table: what is new, what changes, what is refused and why; rehearsed first, then done whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from hotline.actor import Actor
from hotline.admin.tables.files import Line
from hotline.admin.tables.frame import Table, Texts, stamp_of
from hotline.catalogue.queries import CHANGED_MEANWHILE
from hotline.db import db, transaction
from hotline.errors import Conflict, Invalid


class Kind(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Change:
    """One cell that changes."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class Fate:
    """What becomes of a line, and why when it is refused."""

    line: Line
    kind: Kind
    changes: Sequence[Change] = ()
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """The fates of all lines, and what the table said before."""

    fates: Sequence[Fate]
    stamp: str

    def of(self, kind: Kind) -> list[Fate]:
        """The lines of one kind."""
        return [fate for fate in self.fates if fate.kind is kind]


class _Rehearsed(Exception):
    """Everything was played; now nothing of it stays."""


def rehearse(table: Table, lines: Sequence[Line], *, by: Actor, now: datetime) -> Outcome:
    """What importing would do: it is done, by the same verbs, and rolled back."""
    outcomes = []
    try:
        with transaction():
            outcomes.append(_play(table, lines, by=by, now=now))
            raise _Rehearsed
    except _Rehearsed:
        return outcomes[0]


def carry_over(table: Table, lines: Sequence[Line], stamp: str, *, by: Actor, now: datetime) -> Outcome:
    """Import in the running transaction. Raises Conflict when the table says something else by now."""
    if stamp_of(table.standing()) != stamp:
        raise Conflict(CHANGED_MEANWHILE)
    return _play(table, lines, by=by, now=now)


def _play(table: Table, lines: Sequence[Line], *, by: Actor, now: datetime) -> Outcome:
    standing = table.standing()
    stamp, seen, fates = stamp_of(standing), dict[tuple[str, ...], int](), []
    for line in lines:
        key = table.key_of(line.texts)
        if line.strange:
            fates.append(Fate(line, Kind.REJECTED, reason=_("Another number of cells than columns.")))
        elif key in seen and any(key):
            reason = _("It stands in line %(number)d already.", number=seen[key])
            fates.append(Fate(line, Kind.REJECTED, reason=reason))
        else:
            seen[key] = line.number
            fates.append(_fate(table, line, standing.get(key), by=by, now=now))
    return Outcome(fates, stamp)


def _fate(table: Table, line: Line, known: tuple[Any, dict[str, str]] | None, *, by: Actor, now: datetime) -> Fate:
    row, before = known or (None, {})
    if row is not None and all(before.get(name) == said for name, said in line.texts.items()):
        return Fate(line, Kind.SAME)
    try:
        _refuse(table, line.texts, before)
        with db.session.begin_nested():
            if row is None:
                row = table.add({column.name: "" for column in table.columns} | line.texts, by, now)
                kind = Kind.NEW
            else:
                changed = table.change(row, before | line.texts, by, now)
                kind, row = (Kind.SAME, row) if changed is None else (Kind.CHANGED, changed)
            db.session.flush()
            after = table.texts(row)
    except (Invalid, Conflict) as error:
        return Fate(line, Kind.REJECTED, reason=_reason(table, error))
    except DBAPIError:
        return Fate(line, Kind.REJECTED, reason=_("It does not fit the other rows."))
    changes = [
        Change(column.label, before.get(column.name, ""), after[column.name])
        for column in table.columns
        if before.get(column.name, "") != after[column.name]
    ]
    return Fate(line, kind if changes or kind is Kind.NEW else Kind.SAME, changes)


def _refuse(table: Table, texts: Texts, before: Texts) -> None:
    """Raise Invalid for cells that are empty but needed, or changed but only told."""
    for column in table.columns:
        said = texts.get(column.name)
        if column.is_needed and not (said if said is not None else before.get(column.name)):
            raise Invalid(fields={column.name: _("Please fill this in.")})
        if column.is_told and said and said != before.get(column.name, ""):
            raise Invalid(fields={column.name: _("This column is only told; it is not changed here.")})


def _reason(table: Table, error: Invalid | Conflict) -> str:
    labels = {column.name: column.label for column in table.columns}
    told = [f"{labels.get(name, name)}: {sentence}" for name, sentence in error.fields.items()]
    return "; ".join([*([str(error.message)] if error.message else []), *told])
