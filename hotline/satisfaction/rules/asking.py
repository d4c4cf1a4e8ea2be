"""Pure decisions: who is asked, who is reminded, and how long one may change what one said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

INVITATION = "answered_rate"
ASKED_AGAIN_AFTER = timedelta(hours=1)  # whether an invitation that waits has left
LINK_PURPOSE = "rate"  # what the token in a text is for
OUTCOME_TEXTS = {"refused": "refused"}  # how a closing is told without an invitation, where "answered" is not the word


def editable_until(rated_at: datetime, hours: int) -> datetime:
    """A rating may be changed through the same link for `hours` hours; from this instant on it stands."""
    return rated_at + timedelta(hours=hours)


def may_edit(rated_at: datetime, now: datetime, hours: int) -> bool:
    """Whether the link still changes the rating."""
    return now < editable_until(rated_at, hours)


def may_rate(rated_at: datetime | None, expires_at: datetime, now: datetime, hours: int) -> bool:
    """Whether the link takes a rating: a first one until it expires, a change within `hours` of the first."""
    return now < expires_at if rated_at is None else may_edit(rated_at, now, hours)


def is_shown(rated_at: datetime, now: datetime, hours: int, *, to_unit: bool) -> bool:
    """Whether a reader may see a rating: a unit only once it can no longer be changed, so that nobody is pressed."""
    return not to_unit or not may_edit(rated_at, now, hours)


@dataclass(frozen=True)
class Askable:
    """What decides whether a citizen is asked about one closing. Counts are invitations, not reminders."""

    is_imported: bool = False
    has_number: bool = True
    is_nuisance: bool = False
    is_staff_number: bool = False
    is_mobile: bool = True
    is_sensitive: bool = False
    is_opted_out: bool = False
    is_duplicate: bool = False
    asked_last_day: int = 0
    asked_last_month: int = 0


def suppression(facts: Askable, *, a_day: int, a_month: int) -> str | None:
    """The coded reason why this citizen is not asked, or None. Departments never choose.

    The order goes from what no other day would change to what only today says, so that the reason on record is the
    one that would remain if all later ones were lifted: the case is not ours to ask about (imported), there is nobody
    to write to (no number), the number is not a citizen's word (nuisance, staff), no text arrives there (not mobile),
    the subject forbids it (sensitive), the person does not wish it (opted out); then what was asked already: about
    the same incident (duplicate), and last, because it is the province's own restraint, too often (fatigue).
    """
    lasting = (
        (facts.is_imported, "imported"),
        (not facts.has_number, "no_number"),
        (facts.is_nuisance, "nuisance"),
        (facts.is_staff_number, "staff_number"),
        (not facts.is_mobile, "not_mobile"),
        (facts.is_sensitive, "sensitive"),
        (facts.is_opted_out, "opted_out"),
        (facts.is_duplicate, "duplicate"),
        (facts.asked_last_day >= a_day or facts.asked_last_month >= a_month, "fatigue"),
    )
    return next((reason for holds, reason in lasting if holds), None)


def text_of_closing(outcome: str, *, is_asked: bool, is_mobile: bool, is_imported: bool) -> str | None:
    """The name of the one text that a closing sends, or None where none can arrive or the case came from elsewhere.

    That the answer is there is a service and reaches everybody who can be texted: who wants no invitations, a number
    on the nuisance list (which may be wrong, and whose case was answered all the same) and a colleague who reported
    as a citizen. `outcome` is the status the case ended in.
    """
    if not is_mobile or is_imported:
        return None
    return INVITATION if is_asked else OUTCOME_TEXTS.get(outcome, "answered")


def remind_at(asked_at: datetime, expires_at: datetime, hours: int) -> datetime | None:
    """When the one reminder is due, or None where the link would be over by then."""
    due = asked_at + timedelta(hours=hours)
    return due if due < expires_at else None


@dataclass(frozen=True)
class Remindable:
    """What decides, at the time of the reminder, whether it still makes sense."""

    is_rated: bool
    is_opted_out: bool
    is_last_cycle: bool
    is_stopped: bool
    expires_at: datetime


def is_reminded(facts: Remindable, now: datetime) -> bool:
    """Whether the reminder leaves: not rated, still welcome, still the last word on the case, and still of use."""
    open_question = facts.is_last_cycle and facts.is_stopped and now < facts.expires_at
    return open_question and not facts.is_rated and not facts.is_opted_out


def reminder_due(invited_at: datetime | None, now: datetime, hours: int, *, may_leave: bool) -> datetime | None:
    """When the reminder of an invitation is due that left at `invited_at`, `hours` hours after that; not later than
    `now`, it is due. One that has not left, but may yet, is looked at again; one that never will needs no reminder."""
    if invited_at is not None:
        return invited_at + timedelta(hours=hours)
    return now + ASKED_AGAIN_AFTER if may_leave else None
