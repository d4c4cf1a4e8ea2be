"""Pages of a list by key, so that page 1,000 costs what page 1 costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
ROWS_A_PAGE = 25


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows and the cursor of what follows; `after` is None on the last page."""

    rows: Sequence[Row]
    after: str | None = None
    is_first: bool = True
