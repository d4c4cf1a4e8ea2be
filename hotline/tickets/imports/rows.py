"""One record of a file read by a map: a historic ticket, or the reason why not. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hotline.tickets.imports.map import Entries, ImportMap
from hotline.tickets.models import LONGEST_CONTENT, Channel
from hotline.tickets.rules.lifecycle import Status
from hotline.web.folding import plain

LONGEST_ID = 64
LONGEST_ADDRESS = 300
LONGEST_NAME = 120
LONGEST_PHONE = 40
# Codes hold two digits of the year, so a century fits and no more.
FIRST_YEAR, LAST_YEAR = 2000, 2099


class Rejected(Exception):
    """The record cannot become a ticket; the text says why, for whoever mends the file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit, category or place as the file names it: its code here and its name. `is_ours`: must exist already."""

    code: str
    name: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class HistoricTicket:
    """What a record says, in our words. Instants are UTC and the file's own: `ended_at` may lie before `opened_at`.

    `as_it_came` holds every filled cell of the record, unchanged.
    """

    source_id: str
    line: int
    status: Status
    opened_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    channel: Channel
    content: str
    answer: str
    address: str
    phone: str
    caller_name: str
    category: Entry | None
    department: Entry | None
    area: Entry | None
    as_it_came: dict[str, str]

    @property
    def is_late(self) -> bool:
        """Whether the end came after the deadline, judged by the file's own instants."""
        return self.ended_at is not None and self.due_at is not None and self.ended_at > self.due_at


def read_row(
    cells: Mapping[str, str], by_map: ImportMap, *, line: int, zone: ZoneInfo, now: datetime
) -> HistoricTicket:
    """Translate a record. `zone` is that of times which name none. Raises Rejected with a reason.

    A closing date ends the case whatever the status says (the word itself stays in `as_it_came`); a case that is closed
    by its status only ends at the date of `closed_otherwise`, and is rejected when that is missing too.
    """
    columns = by_map.columns
    source_id = _needed(cells, columns.id)
    if len(source_id) > LONGEST_ID:
        raise Rejected(f"{columns.id} is longer than {LONGEST_ID} characters")
    opened_at = _instant(cells, columns.opened, by_map, zone)
    if opened_at is None:
        raise Rejected(f"{columns.opened} is empty")
    if opened_at > now:
        raise Rejected(f"{columns.opened} lies in the future")
    if not FIRST_YEAR <= opened_at.year <= LAST_YEAR:
        raise Rejected(f"{columns.opened} lies before the year {FIRST_YEAR}")
    status, ended_at = _end(cells, by_map, zone)
    if ended_at and ended_at > now:
        raise Rejected(f"{columns.closed} lies in the future")
    return HistoricTicket(
        source_id=source_id,
        line=line,
        status=status,
        opened_at=opened_at,
        due_at=_instant(cells, columns.due, by_map, zone),
        ended_at=ended_at,
        channel=_channel(cells, by_map),
        content=_content(cells, columns.content),
        answer=_answer(cells, columns.answer) if ended_at else "",
        address=_joined(cells, columns.address, ", ")[:LONGEST_ADDRESS],
        phone=_cell(cells, columns.phone)[:LONGEST_PHONE],
        caller_name=_cell(cells, columns.caller_name)[:LONGEST_NAME],
        category=_entry(cells, by_map.category, 32),
        department=_entry(cells, by_map.department, 32),
        area=_entry(cells, by_map.area, 16),
        as_it_came={column: cell for column, cell in cells.items() if cell.strip()},
    )


def code_of(words: str, prefix: str, longest: int) -> str:
    """A code of at most `longest` characters for `words`: the same for words that differ in case and punctuation only.

    Where the words do not fit, or are not plain letters, a mark made from all of them keeps two apart.
    """
    whole = " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", words).upper())) or words
    short = "-".join(re.findall(r"[A-Z0-9_]+", plain(whole)))
    room = longest - len(prefix)
    if whole.isascii() and 0 < len(short) <= room:
        return prefix + short
    mark = hashlib.sha256(whole.encode()).hexdigest()[:6].upper()
    return f"{prefix}{short[: room - 7]}-{mark}"


def _cell(cells: Mapping[str, str], column: str) -> str:
    return cells[column].strip() if column else ""


def _needed(cells: Mapping[str, str], column: str) -> str:
    found = _cell(cells, column)
    if not found:
        raise Rejected(f"{column} is empty")
    return found


def _joined(cells: Mapping[str, str], columns: tuple[str, ...], between: str) -> str:
    parts = [_cell(cells, column) for column in columns]
    return between.join(dict.fromkeys(part for part in parts if part))


def _content(cells: Mapping[str, str], columns: tuple[str, ...]) -> str:
    content = _joined(cells, columns, "\n")
    if not content:
        raise Rejected(f"{' and '.join(columns)}: no content")
    if len(content) > LONGEST_CONTENT:
        raise Rejected(f"the content is longer than {LONGEST_CONTENT} characters")
    return content


def _answer(cells: Mapping[str, str], column: str) -> str:
    answer = cells[column] if column else ""
    if len(answer) > LONGEST_CONTENT:
        raise Rejected(f"{column} is longer than {LONGEST_CONTENT} characters")
    return answer if answer.strip() else ""


def _instant(cells: Mapping[str, str], column: str, by_map: ImportMap, zone: ZoneInfo) -> datetime | None:
    text = _cell(cells, column)
    if not text:
        return None
    for form in by_map.dates:
        try:
            found = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007
            return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise Rejected(f"{column} is not a date of the form {' or '.join(by_map.dates)}: {text[:40]!r}")


def _end(cells: Mapping[str, str], by_map: ImportMap, zone: ZoneInfo) -> tuple[Status, datetime | None]:
    word = _cell(cells, by_map.status_column)
    status = by_map.statuses.get(word)
    if status is None:
        raise Rejected(f"{by_map.status_column}: the map does not know {word[:40]!r}")
    ended_at = _instant(cells, by_map.columns.closed, by_map, zone)
    if status.is_open:
        return (status, None) if ended_at is None else (Status.CLOSED, ended_at)
    ended_at = ended_at or _instant(cells, by_map.columns.closed_otherwise, by_map, zone)
    if ended_at is None:
        raise Rejected(f"{by_map.status_column} is {word!r} without a closing date")
    return status, ended_at


def _channel(cells: Mapping[str, str], by_map: ImportMap) -> Channel:
    word = _cell(cells, by_map.channel_column)
    channel = by_map.channels.get(word) or by_map.channel_otherwise
    if channel is None:
        raise Rejected(f"{by_map.channel_column}: the map does not know {word[:40]!r}")
    return channel


def _entry(cells: Mapping[str, str], entries: Entries | None, longest: int) -> Entry | None:
    if entries is None:
        return None
    words = _joined(cells, entries.columns, " / ")
    if not words or words in entries.empty:
        return None
    if words in entries.codes:
        return Entry(entries.codes[words], words, is_ours=True)
    name = entries.names.get(words) or _cell(cells, entries.name_column) or words
    return Entry(code_of(words, entries.prefix, longest), name)


def is_overdue(ticket: HistoricTicket, now: datetime) -> bool:
    """Whether it is still open and its deadline lies behind `now`."""
    return ticket.ended_at is None and ticket.due_at is not None and ticket.due_at < now


def span_of(ticket: HistoricTicket) -> tuple[datetime, datetime | None]:
    """When somebody held it: from the opening to the end, never less than nothing where the file's end comes first."""
    return ticket.opened_at, max(ticket.opened_at, ticket.ended_at) if ticket.ended_at else None
