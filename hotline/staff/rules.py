"""Pure decisions about people: how long a session lives, where a person begins the day, who is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

IDLE_LIMIT = timedelta(minutes=30)
OPERATOR_IDLE_LIMIT = timedelta(hours=4)
LONGEST_SESSION = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
SHORTEST_PASSWORD = 12
WRONG_PASSWORDS = 5
WRONG_PASSWORDS_AN_ADDRESS = 50
WRONG_PASSWORD_WINDOW_SECONDS = 15 * 60


def is_alive(*, began_at: datetime, seen_at: datetime, role: str, now: datetime) -> bool:
    """Whether a session still counts: 12 hours at most, 30 minutes idle (an operator's shift has quiet hours: 4)."""
    idle = OPERATOR_IDLE_LIMIT if role in ("operator", "lead") else IDLE_LIMIT
    return now - began_at < LONGEST_SESSION and now - seen_at < idle


def is_away(from_on: date | None, until_on: date | None, on: date) -> bool:
    """Whether an absence covers the day `on`; it includes its first and its last day."""
    return from_on is not None and until_on is not None and from_on <= on <= until_on


@dataclass(frozen=True)
class Desk:
    """A person as far as standing in goes: where the person works, and who stands in on a day of absence."""

    user_id: int
    role: str
    department_id: int | None
    substitute_id: int | None
    is_away: bool


def may_stand_in(substitute: Desk, absent: Desk) -> bool:
    """Colleagues of the unit stand in for each other; at the province, people of the same role."""
    if absent.department_id is None:
        return substitute.department_id is None and substitute.role == absent.role
    return substitute.department_id == absent.department_id


def absent_for(user_id: int, desks: Sequence[Desk]) -> list[int]:
    """For whom `user_id` stands in today, as alerts go: for the absent who named this person, and for those whose
    substitute is away as well and named this person; not further.
    """
    by_id = {desk.user_id: desk for desk in desks}
    me = by_id.get(user_id)
    found = []
    for absent in desks:
        if me is None or not absent.is_away or absent.user_id == user_id or not may_stand_in(me, absent):
            continue
        first = by_id.get(absent.substitute_id or 0)
        second = first.substitute_id if first is not None and first.is_away else None
        if user_id in (absent.substitute_id, second):
            found.append(absent.user_id)
    return found


def local_page(target: str | None) -> str | None:
    """`target` when it is a page of ours, else None: no leaving through `next=`."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def first_page(role: str) -> str:
    """The endpoint where a role begins."""
    return {
        "operator": "calls.console",
        "lead": "calls.console",
        "staff": "tickets.queue",
        "head": "tickets.queue",
        "leader": "dashboards.dashboard",
        "admin": "admin.catalogue_page",
    }[role]
