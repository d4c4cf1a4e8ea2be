"""Pure decisions about sub-tasks: who may do what on a case of several units, by when, and one text of many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum


class Hands(StrEnum):
    """Whose verb it is: of the unit that leads, of a unit that was asked to contribute, or of both."""

    LEAD = "lead"
    INVOLVED = "involved"
    BOTH = "both"


class Flaw(StrEnum):
    """Why a day will not do as the deadline of a sub-task."""

    FREE_DAY = "free_day"
    PAST = "past"
    BEYOND_THE_CASE = "beyond_the_case"


def may_act(hands: Hands, *, leads: bool, is_asked: bool) -> bool:
    """Whether a verb of `hands` is for somebody whose unit leads, or owes a contribution now, or both.

    The province's people lead every case.
    """
    match hands:
        case Hands.LEAD:
            return leads
        case Hands.INVOLVED:
            return is_asked
        case Hands.BOTH:
            return leads or is_asked


def due_of(
    end_of_day: datetime | None, case_due_at: datetime | None, *, on_the_last_day: bool, now: datetime
) -> datetime | Flaw:
    """The deadline of a sub-task that is to be done by the end of a day: never behind us, never after the case's own.

    `end_of_day`: the end of that day's last shift, None on a day off. `on_the_last_day`: it is the day of the case's
    own deadline, which then is the sub-task's, too.
    """
    if end_of_day is None:
        return Flaw.FREE_DAY
    due = end_of_day
    if case_due_at is not None and end_of_day > case_due_at:
        if not on_the_last_day:
            return Flaw.BEYOND_THE_CASE
        due = case_due_at
    return due if due > now else Flaw.PAST


def merged(contributions: Iterable[tuple[str, str]]) -> str:
    """The contributions (unit, text) as the beginning of one answer, each under its unit's name, in their order."""
    return "\n\n".join(f"{unit}:\n{text.strip()}" for unit, text in contributions if text.strip())
