"""How the database answers what was asked of it, and whether it reads a whole table for that."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import event

from hotline.db import db

Statement = tuple[str, Any]


@contextlib.contextmanager
def asked() -> Iterator[list[Statement]]:
    """Collects the SELECTs that are sent while the block runs, with what they are sent with."""
    statements: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            statements.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def plans_of(statements: Sequence[Statement]) -> list[str]:
    """The plan of each statement, as text."""
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN (COSTS OFF) "
    with db.engine.connect() as connection:
        return [
            "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters))
            for statement, parameters in statements
        ]


def scans_in(plans: Sequence[str], tables: Collection[str]) -> list[str]:
    """The lines that read one of `tables` from end to end.

    SQLite says SCAN also of an index that holds only the rows asked for; that is no scan of the table.
    """
    lines = [line.strip() for plan in plans for line in plan.splitlines()]
    return [line for line in lines if any(_is_scan(line, table) for table in tables)]


def _is_scan(line: str, table: str) -> bool:
    words = line.replace("(", " ").split()
    is_whole = f"Seq Scan on {table}" in line or (words[:2] == ["SCAN", table] and "INDEX" not in line)
    return is_whole
