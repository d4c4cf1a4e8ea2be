"""Numbers of rows in addresses and forms: never larger than a column holds, whatever somebody types."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1


class RowId(IntegerConverter):
    """`<int:…>` in an address; what no row can have is no such page (404)."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, **kwargs: Any) -> None:
        super().__init__(url_map, fixed_digits, **{"max": LARGEST_ID, **kwargs})


def row_id(text: str) -> int:
    """For `request.args.get(name, type=row_id)`. Raises ValueError for what is no number of a row."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= LARGEST_ID):
        raise ValueError(text)
    return int(text)
