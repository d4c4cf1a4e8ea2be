"""Pages of a list by key, so that page 1,000 costs what page 1 costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from flask_babel import lazy_gettext as _l

from hotline.errors import NotFound
from hotline.web.row_ids import row_id

Row = TypeVar("Row")
ROWS_A_PAGE = 25


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows and the cursor of what follows; `after` is None on the last page."""

    rows: Sequence[Row]
    after: str | None = None
    is_first: bool = True


def cursor_of(at: datetime, last_id: int) -> str:
    """The cursor of what follows a row in a list that is in order of an instant, then of the id."""
    return f"{at.timestamp():.6f}~{last_id}"


def read_cursor(text: str) -> tuple[datetime, int]:
    """The instant (UTC) and the id of such a cursor. Raises NotFound for one that was never given out."""
    stamp, _sep, number = text.partition("~")
    try:
        return datetime.fromtimestamp(float(stamp), UTC), row_id(number)
    except (ValueError, OverflowError, OSError) as error:
        raise NotFound(_l("There is no such page of the list.")) from error
