"""Pure decisions: who is asked, and how long one may change what one said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LINK_PURPOSE = "rate"  # what the token in a text is for


def editable_until(rated_at: datetime, hours: int) -> datetime:
    """A rating may be changed through the same link for `hours` hours; from this instant on it stands."""
    return rated_at + timedelta(hours=hours)


def may_edit(rated_at: datetime, now: datetime, hours: int) -> bool:
    """Whether the link still changes the rating."""
    return now < editable_until(rated_at, hours)


@dataclass(frozen=True)
class Askable:
    """What decides whether a citizen is asked about one closing."""

    has_number: bool
    is_mobile: bool
    is_opted_out: bool
    is_sensitive: bool
    is_imported: bool
    asked_last_day: int
    asked_last_month: int


def suppression(facts: Askable, *, a_day: int, a_month: int) -> str | None:
    """The coded reason why this citizen is not asked, or None. Departments never choose."""
    if facts.is_imported:
        return "imported"
    if not facts.has_number:
        return "no_number"
    if not facts.is_mobile:
        return "not_mobile"
    if facts.is_opted_out:
        return "opted_out"
    if facts.is_sensitive:
        return "sensitive"
    if facts.asked_last_day >= a_day or facts.asked_last_month >= a_month:
        return "fatigue"
    return None
