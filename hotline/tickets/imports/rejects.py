"""The rejects file: one CSV row for each record that could not be imported: `line`, `reason`, `record` as it stands."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import IO, Any

HEADER = ("line", "reason", "record")


class RejectsFile:
    """Written as the import goes. Made when the first record is rejected; a new run begins it anew.

    `goes_on_at` is the line at which an interrupted run goes on: what an unfinished batch left behind from there on is
    dropped, because those records are read again.
    """

    def __init__(self, path: Path, *, goes_on_at: int | None = None):
        self.path = path
        self._stream: IO[str] | None = None
        if path.exists():
            _keep_before(path, goes_on_at or 0)

    def add(self, line: int, reason: str, record: str) -> None:
        """Write one row. What is not UTF-8, and NUL, is written as an escape."""
        if self._stream is None:
            is_new = not self.path.exists()
            self._stream = self.path.open("a", encoding="utf-8", errors="backslashreplace", newline="")
            if is_new:
                self._writer.writerow(HEADER)
        self._writer.writerow((line, reason, record.rstrip("\r\n").replace("\0", "\\x00")))

    def save(self) -> None:
        """Bring to the disk what was added."""
        if self._stream:
            self._stream.flush()
            os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Nothing more will come."""
        if self._stream:
            self._stream.close()

    @property
    def _writer(self) -> Any:
        return csv.writer(self._stream, lineterminator="\n")  # type: ignore[arg-type]


def _keep_before(path: Path, line: int) -> None:
    """Keep the rows of lines before `line`; without any, remove the file."""
    kept = path.with_name(path.name + ".new")
    rows = 0
    with path.open(encoding="utf-8", newline="") as old, kept.open("w", encoding="utf-8", newline="") as new:
        writer = csv.writer(new, lineterminator="\n")
        writer.writerow(HEADER)
        for row in csv.reader(old):
            if len(row) == len(HEADER) and row[0].isdigit() and int(row[0]) < line:
                writer.writerow(row)
                rows += 1
    if rows:
        kept.replace(path)
    else:
        kept.unlink()
        path.unlink()
