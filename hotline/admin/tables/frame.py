"""What a part of the catalogue is as a table: its columns, how a row is written as text, how text becomes a row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.errors import Invalid
from hotline.staff.permissions import Can

Texts = Mapping[str, str]
Row = tuple[Any, dict[str, str]]
Standing = Mapping[tuple[str, ...], Row]
Code = TypeVar("Code", bound=StrEnum)
YES = {"yes", "1", "x", "true", "có", "co"}
NO = {"", "no", "0", "false", "không", "khong"}


@dataclass(frozen=True)
class Column:
    """One column. What is only told is exported, and must come back as it was."""

    name: str
    label: Any
    hint: Any = ""
    is_needed: bool = False
    is_told: bool = False
    is_yes_no: bool = False
    is_date: bool = False


@dataclass(frozen=True)
class Table:
    """One part of the catalogue: `texts` writes a row, `add` and `change` go through the same verbs as the screens.

    `add` returns the new row, `change` the row as it is then, or None when nothing changed; both raise Invalid with
    columns for fields, Conflict. A row without a key is always new. At most `most` lines of a file may say something
    new, so that a look at it keeps the database for seconds only. `watch` looks before; what it returns is called
    after and says what the whole file does.
    """

    name: str
    label: Any
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Any]]
    texts: Callable[[Any], dict[str, str]]
    add: Callable[[Texts, Actor, datetime], Any]
    change: Callable[[Any, Texts, Actor, datetime], Any]
    hint: Any = field(default="")
    most: int = 500
    needs: Can = Can.CATALOGUE_EDIT
    watch: Callable[[datetime], Callable[[], list[str]]] | None = None

    def heard(self, texts: Texts) -> dict[str, str]:
        """A line as the table writes it: dates and yes/no in one form; an empty yes/no says nothing and is left out."""
        said = dict(texts)
        for column in self.columns:
            cell = said.get(column.name)
            if cell is None or not (column.is_date or column.is_yes_no):
                continue
            try:
                if column.is_date:
                    said[column.name] = read_day(texts, column.name).isoformat() if cell else ""
                elif cell:
                    said[column.name] = yes_no(read_yes(texts, column.name))
                else:
                    del said[column.name]
            except Invalid:
                continue  # refused with its sentence when the line is played
        return said

    def key_of(self, texts: Texts) -> tuple[str, ...]:
        """What a row is found by."""
        return tuple(texts.get(name, "") for name in self.key)

    def standing(self) -> dict[tuple[str, ...], Row]:
        """All rows as they are now, with their texts, by key."""
        found = {}
        for row in self.rows():
            texts = self.texts(row)
            found[self.key_of(texts)] = (row, texts)
        return found


def stamp_of(standing: Standing) -> str:
    """What the rows say, in short: another stamp means that somebody changed something."""
    said = json.dumps([texts for _row, texts in standing.values()], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def read_yes(texts: Texts, name: str) -> bool:
    """`yes`, `no`, and what people write instead. Raises Invalid."""
    said = texts.get(name, "").casefold()
    if said not in YES | NO:
        raise Invalid(fields={name: _l("Write yes or no.")})
    return said in YES


def read_day(texts: Texts, name: str) -> date:
    """`2026-11-25` or `25/11/2026`. Raises Invalid."""
    said = texts.get(name, "")
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(said, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise Invalid(fields={name: _l("Write a date like 2026-11-25 or 25/11/2026.")})


def read_code(texts: Texts, name: str, codes: type[Code]) -> Code:
    """One of a list of codes. Raises Invalid with the list."""
    try:
        return codes(texts.get(name, ""))
    except ValueError as error:
        raise Invalid(fields={name: _l("One of: %(codes)s.", codes=", ".join(codes))}) from error


def read_number(texts: Texts, name: str) -> int:
    """A whole number from 0 to 999. Raises Invalid."""
    said = texts.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) <= 3):
        raise Invalid(fields={name: _l("Please enter a number.")})
    return int(said)


def refuse_long(texts: Texts, longest: Mapping[str, int]) -> None:
    """Raise Invalid for cells that hold more characters than there is room for."""
    long = {name: most for name, most in longest.items() if len(texts.get(name, "")) > most}
    if long:
        raise Invalid(fields={name: _l("At most %(max)d characters.", max=most) for name, most in long.items()})


def yes_no(value: bool) -> str:
    """How yes and no are written."""
    return "yes" if value else "no"
