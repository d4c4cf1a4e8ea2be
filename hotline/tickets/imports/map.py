"""The map, read from TOML: which column of somebody else's file means what here, and how its words become ours."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.tickets.imports.lives import WALKS
from hotline.tickets.models import Channel
from hotline.tickets.rules.lifecycle import Status
from hotline.worktime import Target

LONGEST_SOURCE = 32
LONGEST_PREFIX = 8


class MapError(Exception):
    """The map cannot be used; the text says which entry and why."""


@dataclass(frozen=True)
class Columns:
    """Names of the file's columns. `content` and `address` may be several, joined; an empty name means none."""

    id: str
    opened: str
    content: tuple[str, ...]
    due: str = ""
    closed: str = ""
    closed_otherwise: str = ""
    answer: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    caller_name: str = ""


@dataclass(frozen=True)
class Entries:
    """How the file names units, categories or places: its columns, our codes for its words, a prefix for new ones.

    `codes` maps a word of the file to a code that exists here; `names` gives a better name to an entry made new;
    `empty` lists words that mean "none". `offered`: whether a new entry can be chosen for new tickets.
    """

    columns: tuple[str, ...]
    prefix: str
    name_column: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    offered: bool = False


@dataclass(frozen=True)
class ImportMap:
    """Everything `rows.read_row` needs to know about a file. `zone` is None when the province's own is meant."""

    source: str
    columns: Columns
    dates: tuple[str, ...]
    status_column: str
    statuses: Mapping[str, Status]
    zone: ZoneInfo | None = None
    channel_column: str = ""
    channels: Mapping[str, Channel] = field(default_factory=dict)
    channel_otherwise: Channel | None = None
    category: Entries | None = None
    department: Entries | None = None
    area: Entries | None = None
    group_vi: str = ""
    group_en: str = ""
    first_response_target: str = "8wh"
    resolve_target: str = "5wd"

    @property
    def needed_columns(self) -> set[str]:
        """The columns that the file must have."""
        named = {self.status_column, self.channel_column, *self.columns.content, *self.columns.address}
        one = self.columns
        named |= {one.id, one.opened, one.due, one.closed, one.closed_otherwise, one.answer, one.phone, one.caller_name}
        for entries in (self.category, self.department, self.area):
            if entries:
                named |= {*entries.columns, entries.name_column}
        return named - {""}


def read_map(path: Path) -> ImportMap:
    """Read and check a map. Raises MapError with one sentence."""
    try:
        with path.open("rb") as stream:
            table = _Table(tomllib.load(stream), "")
    except OSError as error:
        raise MapError(f"The map {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MapError(f"The map {path} is not TOML: {error}.") from error
    found = _import_map(table)
    table.refuse_rest()
    return found


def _import_map(table: _Table) -> ImportMap:
    source = table.text("source")
    if not re.fullmatch(rf"[a-z0-9_]{{1,{LONGEST_SOURCE}}}", source):
        raise MapError(f"source: small letters, digits and _, at most {LONGEST_SOURCE}.")
    dates = table.texts("dates")
    if not dates:
        raise MapError('dates: at least one format is needed, such as "%Y-%m-%d %H:%M:%S" or "iso".')
    zone_name = table.text("zone", "")
    columns = table.table("columns")
    status = table.table("status")
    channel = table.table("channel", optional=True)
    category = table.table("category", optional=True)
    found = ImportMap(
        source=source,
        zone=_zone(zone_name) if zone_name else None,
        dates=dates,
        columns=Columns(
            id=columns.text("id"),
            opened=columns.text("opened"),
            content=columns.texts("content"),
            due=columns.text("due", ""),
            closed=columns.text("closed", ""),
            closed_otherwise=columns.text("closed_otherwise", ""),
            answer=columns.text("answer", ""),
            address=columns.texts("address", ()),
            phone=columns.text("phone", ""),
            caller_name=columns.text("caller_name", ""),
        ),
        status_column=status.text("column"),
        statuses={word: _status(word, code) for word, code in status.words("values").items()},
        channel_column=channel.text("column", ""),
        channels={word: _channel(word, code) for word, code in channel.words("values").items()},
        channel_otherwise=_channel("otherwise", channel.text("otherwise", "")) if channel.has("otherwise") else None,
        group_vi=category.text("group_vi", source),
        group_en=category.text("group_en", source),
        first_response_target=_target(category.text("first_response_target", "8wh")),
        resolve_target=_target(category.text("resolve_target", "5wd")),
        category=_entries(category),
        department=_entries(table.table("department", optional=True)),
        area=_entries(table.table("area", optional=True)),
    )
    if not found.columns.content:
        raise MapError("columns.content: at least one column is needed.")
    if not found.channel_column and found.channel_otherwise is None:
        raise MapError("channel: name a column, or the channel of all rows as otherwise.")
    for part in (columns, status, channel):
        part.refuse_rest()
    return found


def _entries(table: _Table) -> Entries | None:
    if table.is_absent:
        return None
    prefix = table.text("prefix")
    if not re.fullmatch(rf"[A-Z0-9-]{{1,{LONGEST_PREFIX}}}", prefix):
        raise MapError(f"{table.name}.prefix: capital letters, digits and -, at most {LONGEST_PREFIX}.")
    found = Entries(
        columns=table.texts("columns"),
        prefix=prefix,
        name_column=table.text("name_column", ""),
        codes=table.words("codes"),
        names=table.words("names"),
        empty=frozenset(table.texts("empty", ())),
        offered=table.switch("offered"),
    )
    if not found.columns:
        raise MapError(f"{table.name}.columns: at least one column is needed.")
    table.refuse_rest()
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MapError(f"zone: {name!r} is not a known zone.") from error


def _status(word: str, code: str) -> Status:
    if code not in WALKS:
        raise MapError(f"status.values: {word!r} must become one of {', '.join(sorted(WALKS))}, not {code!r}.")
    return Status(code)


def _channel(word: str, code: str) -> Channel:
    try:
        return Channel(code)
    except ValueError as error:
        raise MapError(f"channel: {word!r} must become one of {', '.join(Channel)}, not {code!r}.") from error


def _target(text: str) -> str:
    try:
        return str(Target.parse(text))
    except ValueError as error:
        raise MapError(f"category: {error}") from error


class _Table:
    """One TOML table, read by type; what nobody asked for is refused in the end, so that a slip is not ignored."""

    def __init__(self, content: dict[str, Any] | None, name: str):
        self._content, self.name, self._read = content or {}, name, set[str]()
        self.is_absent = content is None

    def has(self, key: str) -> bool:
        return key in self._content

    def text(self, key: str, default: str | None = None) -> str:
        found = self._take(key, default)
        if not isinstance(found, str):
            raise MapError(f"{self._at(key)}: a text is needed.")
        return found

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        found = self._take(key, default)
        found = [found] if isinstance(found, str) else found
        if not isinstance(found, list | tuple) or not all(isinstance(part, str) for part in found):
            raise MapError(f"{self._at(key)}: a list of texts is needed.")
        return tuple(found)

    def words(self, key: str) -> dict[str, str]:
        found = self._take(key, {})
        if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
            raise MapError(f"{self._at(key)}: a table of texts is needed.")
        return {word.strip(): value for word, value in found.items()}

    def switch(self, key: str) -> bool:
        found = self._take(key, False)
        if not isinstance(found, bool):
            raise MapError(f"{self._at(key)}: true or false is needed.")
        return found

    def table(self, key: str, *, optional: bool = False) -> _Table:
        found = self._take(key, None) if not optional or key in self._content else None
        if found is not None and not isinstance(found, dict):
            raise MapError(f"{self._at(key)}: a table is needed.")
        return _Table(found, self._at(key))

    def refuse_rest(self) -> None:
        unknown = sorted(set(self._content) - self._read)
        if unknown:
            raise MapError(f"{self._at(unknown[0])}: there is no such entry in a map.")

    def _take(self, key: str, default: Any) -> Any:
        self._read.add(key)
        if key in self._content:
            return self._content[key]
        if default is None:
            raise MapError(f"{self._at(key)} is missing.")
        return default

    def _at(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key
