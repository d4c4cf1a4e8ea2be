"""Conditions that the table of moves cannot say: who, and until when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from hotline.tickets.rules.lifecycle import Status

REOPEN_WINDOW = timedelta(days=14)
RETURNS_BEFORE_LEAD_DECIDES = 2
SWITCHBOARD_ROLES = ("operator", "lead")


def may_return(acceptance_deadline: datetime | None, now: datetime) -> bool:
    """Only within the acceptance time; silence accepts."""
    return acceptance_deadline is not None and now <= acceptance_deadline


def may_route(*, returns: int, role: str, status: Status) -> bool:
    """After the second return only the lead routes, and only the lead takes a case away from a unit that has it."""
    taken_away = status in (Status.ROUTED, Status.IN_PROGRESS)
    return role == "lead" or (returns < RETURNS_BEFORE_LEAD_DECIDES and not taken_away)


def may_approve(*, written_by_id: int | None, hands: Collection[int | None]) -> bool:
    """Nobody approves an own answer, nor has it approved in the own stead: `hands` are the approver and, where the
    right is borrowed, the absent person who lends it.
    """
    return None not in hands and written_by_id not in hands


def may_recheck(*, earlier_hands: Collection[int | None], hands: Collection[int | None]) -> bool:
    """After a reopening the new outcome is never passed by, or in the stead of, somebody who wrote or passed the one
    before.

    `earlier_hands` are those of the cycle before only: with three cycles and two people who may approve, a rule about
    all cycles would leave nobody.
    """
    return not (set(hands) - {None}) & set(earlier_hands)


def may_decide_extension(
    approvers: Sequence[str],
    number: int,
    *,
    roles: Collection[str],
    asked_by_id: int | None,
    hands: Collection[int | None],
) -> bool:
    """The first extension is the unit's head's to grant, the second the lead's (policy data), never the asker's.

    The lead may also decide the first, so that a head who asks is not left without anybody to decide. `roles` are the
    decider's own and those of the people for whom the decider stands in, `hands` the decider and who lends the right.
    """
    named = approvers[number - 1] if number <= len(approvers) else ""
    return None not in hands and asked_by_id not in hands and bool({named, "lead"} & set(roles))


def may_reopen(stopped_at: datetime | None, now: datetime) -> bool:
    """Within 14 days of the outcome; later a new ticket is opened."""
    return stopped_at is not None and now - stopped_at <= REOPEN_WINDOW


def may_close(stopped_at: datetime | None, now: datetime) -> bool:
    """When the window for rating and reopening is over."""
    return stopped_at is not None and now - stopped_at > REOPEN_WINDOW


def may_attach(*, child_status: Status, same_unit: bool, main_is_open: bool, main_is_attached: bool) -> bool:
    """A case joins an open main case that is not itself joined; one that a unit has, only a main case of that unit."""
    with_unit = child_status in (Status.ROUTED, Status.IN_PROGRESS)
    return main_is_open and not main_is_attached and (same_unit or not with_unit)
