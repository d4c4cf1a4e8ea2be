"""Somebody else's CSV, plain or gzip, record by record, in constant memory; what cannot be read is named, not fatal."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_RECORD = 200_000
CHUNK = 1 << 20


class FileError(Exception):
    """The file as a whole cannot be used; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the number of its first line, its text as it stands, its cells by column.

    `trouble` says why it cannot be used (`cells` is then empty); else it is "".
    """

    line: int
    text: str
    cells: dict[str, str]
    trouble: str = ""


@dataclass(frozen=True)
class Fingerprint:
    """SHA-256 (hex) of the unpacked bytes, so that a file is the same plain and packed, and their number."""

    digest: str
    size: int


def fingerprint(path: Path, *also: bytes) -> Fingerprint:
    """Read the file once. `also` is hashed with it. Raises FileError when it cannot be read or unpacked to its end."""
    digest, size = hashlib.sha256(), 0
    for part in also:
        digest.update(hashlib.sha256(part).digest())
    with _unpacked(path) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Fingerprint(digest.hexdigest(), size)


class CsvFile:
    """The records of a file. `columns` is its header; `position` counts the unpacked bytes read so far."""

    def __init__(self, stream: IO[bytes]):
        self._counter = _Counter(stream)
        # Bytes that are not UTF-8 become lone surrogates, which `_trouble` finds in the record they stand in.
        self._lines = _Lines(io.TextIOWrapper(io.BufferedReader(self._counter), "utf-8", "surrogateescape", newline=""))
        self._rows = csv.reader(self._lines, strict=True)
        self.columns = self._header()

    @property
    def position(self) -> int:
        """Unpacked bytes taken from the file; runs ahead of the records by a buffer."""
        return self._counter.taken

    def __iter__(self) -> Iterator[Record]:
        while True:
            self._lines.begin()
            first = self._lines.line
            cells: list[str] = []
            try:
                cells = next(self._rows)
                trouble = self._trouble(cells)
            except StopIteration:
                return
            except (csv.Error, _TooLong) as error:
                trouble = _unquoted(error)
            if not cells and not trouble:
                continue
            if trouble:
                # The quotation mark that swallowed the following lines may be the fault: they get their own chance.
                self._lines.give_back_all_but_first()
            text = self._lines.taken()
            if trouble:
                yield Record(first, text, {}, trouble)
            else:
                yield Record(first, text, dict(zip(self.columns, cells, strict=True)))

    def pass_over(self, records: int) -> int:
        """Read on past as many records; the line at which the next one begins."""
        for _record in islice(self, records):
            pass
        return self._lines.line

    def _header(self) -> list[str]:
        self._lines.begin()
        try:
            columns = next(self._rows, [])
        except (csv.Error, _TooLong) as error:
            raise FileError(f"The first line is no header: {_unquoted(error)}.") from error
        if columns:
            columns[0] = columns[0].removeprefix("\ufeff")
        if not any(columns):
            raise FileError("The file is empty: its first line must name the columns.")
        if len(set(columns)) < len(columns):
            raise FileError("Two columns of the file have the same name.")
        return columns

    def _trouble(self, cells: list[str]) -> str:
        if not cells:
            return ""
        text = self._lines.taken()
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                return "not UTF-8"
        if "\0" in text:
            return "holds a NUL character"
        if len(cells) != len(self.columns):
            return f"has {len(cells)} cells instead of {len(self.columns)}"
        return ""


@contextmanager
def open_csv(path: Path) -> Iterator[CsvFile]:
    """The file, opened and its header read. Raises FileError when that is impossible."""
    with _unpacked(path) as stream:
        yield CsvFile(stream)


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as packed:
            if packed.read(2) == GZIP_MAGIC:
                packed.seek(0)
                with gzip.open(packed) as stream:
                    yield stream  # type: ignore[misc]
            else:
                packed.seek(0)
                yield packed
    except (EOFError, gzip.BadGzipFile) as error:
        raise FileError(f"{path.name} cannot be unpacked: it is cut short or damaged.") from error
    except OSError as error:
        raise FileError(f"{path.name} cannot be read: {error.strerror or error}.") from error


class _TooLong(Exception):
    """A record that does not end: most likely a quotation mark that is never closed."""


def _unquoted(error: Exception) -> str:
    if isinstance(error, _TooLong):
        return f"broken quoting or longer than {LONGEST_RECORD} characters"
    return f"broken quoting ({error})"


class _Counter(io.RawIOBase):
    def __init__(self, stream: IO[bytes]):
        self._stream, self.taken = stream, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self.taken += len(chunk)
        return len(chunk)


class _Lines:
    """The lines that csv.reader asks for: counted, remembered for one record, and given back when it fails."""

    def __init__(self, stream: io.TextIOWrapper):
        self._stream = stream
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._length = 0
        self.line = 1

    def begin(self) -> None:
        self._taken, self._length = [], 0

    def taken(self) -> str:
        return "".join(self._taken)

    def give_back_all_but_first(self) -> None:
        rest = self._taken[1:]
        self._again.extendleft(reversed(rest))
        self._taken = self._taken[:1]
        self.line -= len(rest)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._length > LONGEST_RECORD:
            raise _TooLong
        line = self._again.popleft() if self._again else self._next_line()
        if not line:
            raise StopIteration
        self._taken.append(line)
        self._length += len(line)
        self.line += 1
        if len(line) > LONGEST_RECORD:
            raise _TooLong
        return line

    def _next_line(self) -> str:
        line = self._stream.readline(LONGEST_RECORD)
        if len(line) == LONGEST_RECORD and line[-1] not in "\r\n":
            # The rest of an endless line is passed over; what is kept is marked as too long, and refused.
            while (rest := self._stream.readline(LONGEST_RECORD)) and rest[-1] not in "\r\n":
                pass
            line += "…\n"
        return line
