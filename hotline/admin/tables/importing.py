"""A file against the table: what is new, what changes, what is refused and why; rehearsed first, then done whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from hotline.actor import Actor
from hotline.admin.tables.files import Line
from hotline.admin.tables.frame import Row, Standing, Table, Texts, stamp_of
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

    name: str
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
    """The fates of all lines, a stamp of them and of what the table said before, and sentences on the whole."""

    fates: Sequence[Fate]
    stamp: str
    told: Sequence[str] = ()

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
            said = table.watch(now) if table.watch else list
            outcome = _play(table, lines, by=by, now=now)
            outcomes.append(replace(outcome, told=said()))
            raise _Rehearsed
    except _Rehearsed:
        return outcomes[0]


def carry_over(table: Table, lines: Sequence[Line], stamp: str, *, by: Actor, now: datetime) -> Outcome:
    """Import in the running transaction. Raises Conflict when other comes of it than what was looked at."""
    outcome = _play(table, lines, by=by, now=now)
    if outcome.stamp != stamp:
        raise Conflict(CHANGED_MEANWHILE)
    return outcome


def _play(table: Table, lines: Sequence[Line], *, by: Actor, now: datetime) -> Outcome:
    standing = table.standing()
    before, seen, fates = stamp_of(standing), dict[tuple[str, ...], int](), list[Fate]()
    lines = [replace(line, texts=table.heard(line.texts)) for line in lines]
    _refuse_too_many(table, lines, standing)
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
    return Outcome(fates, _stamp(table, fates, before))


def _refuse_too_many(table: Table, lines: Sequence[Line], standing: Standing) -> None:
    """Raises Invalid when more lines say something new than can be played while others wait."""
    if sum(not _is_same(line, standing.get(table.key_of(line.texts))) for line in lines) > table.most:
        sentence = _("At most %(most)d lines may be new or changed; please split the file.", most=table.most)
        raise Invalid(fields={"file": sentence})


def _is_same(line: Line, known: Row | None) -> bool:
    return known is not None and all(known[1].get(name) == said for name, said in line.texts.items())


def _stamp(table: Table, fates: Sequence[Fate], before: str) -> str:
    """What was looked at, in short. A key that the database gave to a new row is another one each time."""
    said = [
        [
            fate.line.number,
            fate.kind,
            [
                [c.name, c.before, c.after]
                for c in fate.changes
                if c.name not in table.key or fate.line.texts.get(c.name)
            ],
        ]
        for fate in fates
    ]
    return hashlib.sha256(json.dumps([before, said]).encode()).hexdigest()


def _fate(table: Table, line: Line, known: Row | None, *, by: Actor, now: datetime) -> Fate:
    row, before = known or (None, {})
    if _is_same(line, known):
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
        Change(column.name, column.label, before.get(column.name, ""), after[column.name])
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
