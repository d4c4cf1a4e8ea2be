"""Periods: what a reader may ask for, and the instants they mean in the province's zone. What wrong doors cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hotline.satisfaction.rules import month_after

LONGEST_PERIOD_DAYS = 3660


def begin_of(on: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) of a local date."""
    return datetime.combine(on, time.min, zone).astimezone(UTC)


def last_of(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return month_after(first) - timedelta(days=1)


def months_between(begin: date, end: date) -> list[date]:
    """The first days of the months that [begin, end] touches, oldest first."""
    first, found = begin.replace(day=1), []
    while first <= end:
        found.append(first)
        first = month_after(first)
    return found


def period(name: str, today: date) -> tuple[date, date] | None:
    """First and last day of a named period: this month, last month, the last twelve months."""
    first = today.replace(day=1)
    if name == "month":
        return first, today
    if name == "last-month":
        last = first - timedelta(days=1)
        return last.replace(day=1), last
    if name == "year":
        return month_after(date(today.year - 1, today.month, 1)), today
    return None


def is_sound(begin: date, end: date) -> bool:
    """A period runs forward and is not longer than ten years."""
    return begin <= end and (end - begin).days <= LONGEST_PERIOD_DAYS


@dataclass(frozen=True, slots=True)
class Loss:
    """Working seconds that a returned leg took, and the seconds of a normal working day of the case's calendar."""

    seconds: int
    day_seconds: int

    @property
    def days(self) -> Fraction:
        """The same in working days, exact, so that sums do not depend on how they are broken down."""
        return Fraction(self.seconds, self.day_seconds)


@dataclass(frozen=True, slots=True)
class Tally:
    """What wrong doors cost in one line: counts of legs and cases, working seconds and working days lost."""

    returns: int = 0
    hand_overs: int = 0
    lead_decided: int = 0
    cases_returned: int = 0
    cases_sent: int = 0
    lost_seconds: int = 0
    days_lost: Fraction = Fraction(0)

    @property
    def share(self) -> float | None:
        """Percent of the cases sent that were returned; None when none was sent."""
        return 100 * self.cases_returned / self.cases_sent if self.cases_sent else None


def lost(losses: Iterable[Loss]) -> tuple[int, Fraction]:
    """Working seconds and working days lost in all of them."""
    found = list(losses)
    return sum(loss.seconds for loss in found), sum((loss.days for loss in found), Fraction(0))
