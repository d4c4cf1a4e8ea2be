"""Local months: the grain of the sums, and how any period is laid out in whole months and what is left of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def month_of(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the local month of an instant."""
    return at.astimezone(zone).date().replace(day=1)


def month_after(first: date) -> date:
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def months_before(first: date, number: int) -> date:
    """The first day of the month `number` months earlier."""
    months = first.year * 12 + first.month - 1 - number
    return date(months // 12, months % 12 + 1, 1)


def borders(first: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants (UTC) [begin, end) of a local month."""
    begin, end = (datetime.combine(on, time.min, zone).astimezone(UTC) for on in (first, month_after(first)))
    return begin, end


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one local month: [begin, end) in instants (UTC)."""

    month_on: date
    begin: datetime
    end: datetime


def tiled(begin: datetime, end: datetime, zone: ZoneInfo) -> tuple[list[date], list[Piece]]:
    """The whole local months within [begin, end), and the pieces of months that are left: no gap, no overlap."""
    months, pieces = [], []
    while begin < end:
        first = month_of(begin, zone)
        opens, closes = borders(first, zone)
        if opens == begin and closes <= end:
            months.append(first)
        else:
            pieces.append(Piece(first, begin, min(closes, end)))
        begin = closes
    return months, pieces
