"""The way of a case in five steps: received, sent, worked on, approved, answered; which are done, which is next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline.tickets.rules.lifecycle import Status, Verb


class StepKind(StrEnum):
    """A step of the way."""

    RECEIVED = "received"
    SENT = "sent"
    WORKED_ON = "worked_on"
    APPROVAL = "approval"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `state` is done, current or next; `at` when it was reached, where that is known."""

    kind: StepKind
    state: str
    at: datetime | None = None


_REACHED_BY = {StepKind.SENT: Verb.ROUTE, StepKind.WORKED_ON: Verb.ACCEPT, StepKind.APPROVAL: Verb.ANSWER}
_PLACE = {
    Status.ROUTED: StepKind.SENT,
    Status.REOPENED: StepKind.SENT,
    Status.IN_PROGRESS: StepKind.WORKED_ON,
    Status.ON_HOLD: StepKind.WORKED_ON,
    Status.AWAITING_APPROVAL: StepKind.APPROVAL,
}


def steps(
    status: Status,
    left: Status | None,
    reached: Mapping[Verb, datetime],
    *,
    received_at: datetime,
    ended_at: datetime | None,
) -> list[Step]:
    """The five steps of a case that stands at `status`; a wait stands where it began (`left`).

    `reached` says when each verb was last done in the present cycle. What has ended shows only the steps it took:
    a case answered on the call was never sent anywhere.
    """
    when = {kind: reached.get(verb) for kind, verb in _REACHED_BY.items()}
    when[StepKind.RECEIVED], when[StepKind.ENDED] = received_at, ended_at
    if not status.is_open:
        taken = [kind for kind in StepKind if kind is StepKind.ENDED or when[kind] is not None]
        return [Step(kind, "done", when[kind]) for kind in taken]
    place = _PLACE.get(left or status if status.is_left_again else status, StepKind.RECEIVED)
    order = list(StepKind)
    here = order.index(place)
    return [
        Step(kind, "done" if i < here else "current" if i == here else "next", when[kind] if i <= here else None)
        for i, kind in enumerate(order)
    ]
