"""Pure decisions about people: how long a session lives, where a person begins the day, who is away."""

from __future__ import annotations

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
