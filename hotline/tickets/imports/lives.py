"""The life of a historic ticket told in moves that the table of moves knows. Pure.

A file says when a case was opened and when it ended, not who did what in between: the moves at one instant are told at
that instant, so that the noticeboard of an imported ticket can be read, counted and replayed like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.tickets.rules.lifecycle import Status, Verb, target_of

# From `received` to the state in the file; moves after the mark happen at the end of the case.
END = None
WALKS: dict[Status, tuple[Verb | None, ...]] = {
    Status.TRIAGE: (Verb.TRIAGE,),
    Status.IN_PROGRESS: (Verb.ROUTE, Verb.ACCEPT),
    Status.CLOSED: (Verb.ROUTE, Verb.ACCEPT, END, Verb.ANSWER, Verb.APPROVE, Verb.CLOSE),
    Status.WITHDRAWN: (Verb.ROUTE, Verb.ACCEPT, END, Verb.WITHDRAW),
}
# The same where the file names no responsible unit: the switchboard has it.
WALKS_WITHOUT_UNIT: dict[Status, tuple[Verb | None, ...]] = {
    Status.TRIAGE: (Verb.TRIAGE,),
    Status.IN_PROGRESS: (Verb.TRIAGE,),
    Status.CLOSED: (Verb.TRIAGE, END, Verb.SETTLE, Verb.CLOSE),
    Status.WITHDRAWN: (Verb.TRIAGE, END, Verb.WITHDRAW),
}
LONGEST_TARGET_HOURS = 87_600


@dataclass(frozen=True, slots=True)
class Step:
    """One notice: the move and its instant (UTC). `has_unit`: whether the unit holds the ticket afterwards."""

    verb: Verb
    old: Status | None
    new: Status
    at: datetime
    has_unit: bool

    @property
    def stops_clock(self) -> bool:
        """Whether the citizen has the outcome from here on."""
        return self.new.is_stopped and self.old is not None and not self.old.is_stopped


def steps_to(status: Status, *, has_unit: bool, opened_at: datetime, ended_at: datetime | None) -> Iterator[Step]:
    """The notices that lead to `status`, in order. The instants are the file's own, even where the end comes first.

    Raises KeyError for a state no file can bring a ticket into, ValueError when an end is needed and not given.
    """
    yield Step(Verb.OPEN, None, Status.RECEIVED, opened_at, False)
    now, at = Status.RECEIVED, opened_at
    for verb in (WALKS if has_unit else WALKS_WITHOUT_UNIT)[status]:
        if verb is END:
            if ended_at is None:
                raise ValueError(f"{status} needs the instant of its end")
            at = ended_at
            continue
        new = target_of(verb, now)
        yield Step(verb, now, new, at, has_unit and not new.is_with_switchboard)
        now = new


def target_between(opened_at: datetime, due_at: datetime) -> str:
    """A deadline that a file gives as an instant, as a target in whole clock hours, rounded up: `24h`.

    The clock keeps the instant itself; the target only says how long that was, and is what a later pause or reopening
    reckons with.
    """
    hours = -((opened_at - due_at) // timedelta(hours=1))
    return f"{min(max(hours, 0), LONGEST_TARGET_HOURS)}h"
