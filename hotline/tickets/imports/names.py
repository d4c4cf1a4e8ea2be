"""Units, categories and places that a file names: found by code, or made on the fly, remembered for the next rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from hotline.catalogue.models import Area, Category, Department, Level, Priority
from hotline.tickets.imports.map import ImportMap, MapError
from hotline.tickets.imports.rows import Entry
from hotline.web.folding import fold, plain

STANDS_FROM = date(2000, 1, 1)
IMPORTED_KIND = "imported"


class UnknownCode(MapError):
    """The map names a code of ours that the catalogue does not have."""


class Names:
    """Ids by code. `today` is the province's date: a place that is not offered ends with it.

    Made for one run by one process; after a transaction that failed, `forget` drops what it may have made.
    """

    def __init__(self, by_map: ImportMap, today: date):
        self._map, self._today = by_map, today
        self._ids: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Look everything up again."""
        self._ids.clear()

    def department_id(self, entry: Entry | None, connection: Connection) -> int | None:
        """The unit's id. Raises UnknownCode."""
        return self._id_of(Department.__table__, entry, self._department, connection)

    def category_id(self, entry: Entry | None, connection: Connection) -> int | None:
        """The category's id. Raises UnknownCode."""
        return self._id_of(Category.__table__, entry, self._category, connection)

    def area_id(self, entry: Entry | None, connection: Connection) -> int | None:
        """The place's id. Raises UnknownCode."""
        return self._id_of(Area.__table__, entry, self._area, connection)

    def _id_of(self, table: Any, entry: Entry | None, made_of: Any, connection: Connection) -> int | None:
        if entry is None:
            return None
        key = (table.name, entry.code)
        if key not in self._ids:
            self._ids[key] = self._found(table, entry, connection) or self._made(table, made_of(entry), connection)
        return self._ids[key]

    def _found(self, table: Table, entry: Entry, connection: Connection) -> int | None:
        query = select(table.c.id).where(table.c.code == entry.code)
        # A code may have stood for several units or places in turn; the latest is the one people mean today.
        newest = table.c.valid_from.desc() if "valid_from" in table.c else table.c.id
        found: int | None = connection.scalar(query.order_by(newest).limit(1))
        if found is None and entry.is_ours:
            raise UnknownCode(f"{table.name}: there is no code {entry.code}, which the map gives for {entry.name!r}.")
        return found

    def _made(self, table: Table, row: dict[str, Any], connection: Connection) -> int:
        key = connection.execute(insert(table).values(row)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def _department(self, entry: Entry) -> dict[str, Any]:
        return {
            "code": entry.code,
            "name_vi": entry.name[:200],
            "name_en": entry.name[:200],
            "sms_name": plain(entry.name)[:25],
            "level": Level.PROVINCE,
            "kind": IMPORTED_KIND,
            "valid_from": STANDS_FROM,
        }

    def _category(self, entry: Entry) -> dict[str, Any]:
        offered = self._map.category.offered if self._map.category else False
        return {
            "code": entry.code,
            "name_vi": entry.name[:200],
            "name_en": entry.name[:200],
            "group_vi": self._map.group_vi[:120],
            "group_en": self._map.group_en[:120],
            "priority": Priority.NORMAL,
            "first_response_target": self._map.first_response_target,
            "resolve_target": self._map.resolve_target,
            "is_active": offered,
            "search_text": fold(f"{entry.name} {self._map.group_vi}")[:1000],
        }

    def _area(self, entry: Entry) -> dict[str, Any]:
        offered = self._map.area.offered if self._map.area else False
        return {
            "code": entry.code,
            "name_vi": entry.name[:120],
            "level": Level.COMMUNE,
            "search_text": fold(entry.name)[:500],
            "valid_from": STANDS_FROM,
            "valid_to": None if offered else self._today,
        }
