"""CSV as offices use it: UTF-8 with its mark, semicolons or commas, and nothing that a spreadsheet would execute."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from hotline.admin.tables.frame import Table
from hotline.errors import Invalid

LARGEST = 900_000  # with the rest of the form it stays below what a request may hold
MOST_CARRIED = 400_000
MOST_LINES = 5_000  # as read; how many of them may say something new is each table's own
DELIMITERS = ";,\t"
BOM = "\ufeff"
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_MADE_HARMLESS = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True)
class Line:
    """One line of a file: where it stands, and what its cells say; `strange` when their number is wrong."""

    number: int
    texts: dict[str, str]
    strange: bool = False


def written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file: a formula in a cell gets an apostrophe before it, which reading takes away again."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return (BOM + out.getvalue()).encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def _tidy(cell: str) -> str:
    cell = unicodedata.normalize("NFC", cell).replace("\r\n", "\n").strip()
    return cell[1:] if _MADE_HARMLESS.match(cell) else cell


def read(raw: bytes, table: Table) -> list[Line]:
    """The lines of a file. Raises Invalid for what is no such table: encoding, size, header, number of lines."""
    text = _decoded(raw)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(header, table)
        lines, began = [], reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                texts = dict(zip(header, map(_tidy, cells), strict=False))
                lines.append(Line(began, texts, strange=len(cells) != len(header)))
            began = reader.line_num + 1
            if len(lines) > MOST_LINES:
                raise Invalid(fields={"file": _l("At most %(most)d lines; please split the file.", most=MOST_LINES)})
    except csv.Error as error:
        sentence = _l("Line %(number)d cannot be read: a quotation mark is missing.", number=reader.line_num)
        raise Invalid(fields={"file": sentence}) from error
    if not lines:
        raise Invalid(fields={"file": _l("There is no line below the names of the columns.")})
    return lines


def _decoded(raw: bytes) -> str:
    if not raw:
        raise Invalid(fields={"file": _l("Please choose a file.")})
    if len(raw) > LARGEST:
        raise Invalid(fields={"file": _l("At most %(most)d kB; please split the file.", most=LARGEST // 1000)})
    if b"\x00" in raw or raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Invalid(fields={"file": NOT_CSV})
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(fields={"file": NOT_UTF8}) from error


NOT_CSV = _l("This is not a CSV file. In the spreadsheet choose “Save as”, then “CSV UTF-8”.")
NOT_UTF8 = _l("The letters of this file cannot be read. In the spreadsheet choose “Save as”, then “CSV UTF-8”.")


def _check_header(header: list[str], table: Table) -> None:
    known = {column.name for column in table.columns}
    missing = [name for name in table.key if name not in header]
    unknown = [name for name in header if name not in known]
    if missing:
        sentence = _l("The first line must name the columns; missing: %(names)s.", names=", ".join(missing))
        raise Invalid(fields={"file": sentence})
    if unknown:
        sentence = _l("The table has no column %(names)s.", names=", ".join(name or "–" for name in unknown[:5]))
        raise Invalid(fields={"file": sentence})
    if len(set(header)) < len(header):
        raise Invalid(fields={"file": _l("A column stands there twice.")})


def packed(raw: bytes) -> str:
    """A file as text for a hidden field, to be sent again with the decision. Raises Invalid when it stays too large."""
    found = base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode()
    if len(found) > MOST_CARRIED:
        raise Invalid(fields={"file": _l("The file is too large to be looked at; please split it.")})
    return found


def unpacked(text: str) -> bytes:
    """The file again. Raises Invalid for what was never packed."""
    try:
        return zlib.decompressobj().decompress(base64.urlsafe_b64decode(text.encode()), LARGEST)
    except (binascii.Error, zlib.error, UnicodeEncodeError, ValueError) as error:
        raise Invalid(fields={"file": _l("Please choose the file again.")}) from error
