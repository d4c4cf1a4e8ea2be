"""Pure decisions about alerts: which kinds there are, who gets one, and by which ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class AlertKind(StrEnum):
    """What a member of staff is told, the most urgent kind first."""

    LADDER = "ladder"
    BREACHED = "breached"
    DUE_TOMORROW = "due_tomorrow"
    CHASED = "chased"
    RETURNED = "returned"
    QUESTION_ASKED = "question_asked"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_DECIDED = "extension_decided"
    NEW_WORK = "new_work"
    SENT_BACK = "sent_back"
    TASK_ASKED = "task_asked"
    TASK_DONE = "task_done"
    TASK_LATE = "task_late"
    SENDER_STOPPED = "sender_stopped"
    FOLLOW_UP = "follow_up"
    REVIEW_DUE = "review_due"
    DIGEST = "digest"
    WEEKLY = "weekly"

    @property
    def is_about_a_case(self) -> bool:
        """Whether it concerns one case; only such a thing can be urgent."""
        return self not in (AlertKind.DIGEST, AlertKind.WEEKLY, AlertKind.SENDER_STOPPED, AlertKind.REVIEW_DUE)


NOT_MAILED_BY_DEFAULT = {AlertKind.NEW_WORK}
TEXTED_BY_DEFAULT = {AlertKind.BREACHED, AlertKind.LADDER, AlertKind.DUE_TOMORROW}


@dataclass(frozen=True)
class Ways:
    """How a person wants one kind of alert beside the list in the app; texts are for urgent cases only."""

    by_email: bool
    by_text: bool


DEFAULT_WAYS = {kind: Ways(kind not in NOT_MAILED_BY_DEFAULT, kind in TEXTED_BY_DEFAULT) for kind in AlertKind}


@dataclass(frozen=True)
class Colleague:
    """What must be known of a person to decide who is told."""

    id: int
    name: str
    is_enabled: bool
    is_away: bool
    has_mobile: bool


@dataclass(frozen=True)
class Reach:
    """Where an alert for somebody arrives: the person or the substitute, and how that one wants to be told."""

    user_id: int
    instead_of: str
    has_mobile: bool
    wishes: Mapping[AlertKind, Ways]

    def ways(self, kind: AlertKind, *, urgent: bool) -> Ways:
        """E-mail as wished; a text only for what is urgent, and only where there is a number."""
        wish = self.wishes[kind]
        return Ways(wish.by_email, wish.by_text and urgent and self.has_mobile)


# Asked person -> where it arrives, None for a closed account. A person who was not asked about is a KeyError.
Reachability = dict[int, Reach | None]


def who_is_told(chain: Sequence[Colleague]) -> Colleague | None:
    """Who gets the alert of the first in `chain`: a person, the substitute, and the substitute's own substitute.

    A substitute who is away as well is replaced once more, not further; when everybody is away the substitute gets
    it. None when the person's account is closed.
    """
    person, others = chain[0], chain[1:]
    if not person.is_enabled:
        return None
    if not person.is_away:
        return person
    willing: list[Colleague] = []
    for other in others[:2]:
        if not other.is_enabled:
            break
        willing.append(other)
    return next((other for other in willing if not other.is_away), willing[0] if willing else person)


def in_order_of_urgency(kinds: Iterable[AlertKind]) -> list[AlertKind]:
    """Each kind once, the most urgent first."""
    present = set(kinds)
    return [kind for kind in AlertKind if kind in present]
