"""The life of a ticket as data: every state, every verb, and which moves there are (DESIGN section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands. In time, due soon, overdue and late are derived, never states."""

    RECEIVED = "received"
    TRIAGE = "triage"
    ROUTED = "routed"
    RETURNED = "returned"
    IN_PROGRESS = "in_progress"
    WAITING_CITIZEN = "waiting_citizen"
    ON_HOLD = "on_hold"
    AWAITING_APPROVAL = "awaiting_approval"
    REOPENED = "reopened"
    ATTACHED = "attached"
    ANSWERED = "answered"
    ANSWERED_ON_CALL = "answered_on_call"
    REFUSED = "refused"
    REFERRED_OUT = "referred_out"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"

    @property
    def is_stopped(self) -> bool:
        """Whether the citizen has the outcome: the clock has stopped and a survey is due."""
        return self in STOPPED

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something."""
        return self not in STOPPED and self not in (Status.WITHDRAWN, Status.CLOSED)

    @property
    def is_paused(self) -> bool:
        """A wait or a hold: it ends in the state it left."""
        return self in (Status.WAITING_CITIZEN, Status.ON_HOLD)

    @property
    def is_left_again(self) -> bool:
        """A state that ends by going back to the one it was entered from."""
        return self.is_paused or self is Status.ATTACHED

    @property
    def is_with_switchboard(self) -> bool:
        """Whether the switchboard has to act next."""
        return self in (Status.RECEIVED, Status.TRIAGE, Status.RETURNED)


STOPPED = frozenset({Status.ANSWERED, Status.ANSWERED_ON_CALL, Status.REFUSED, Status.REFERRED_OUT})


class Verb(StrEnum):
    """What people do to a ticket: the same word in URL, permission, action and test."""

    OPEN = "open"
    TRIAGE = "triage"
    ROUTE = "route"
    ACCEPT = "accept"
    RETURN = "return"
    ASSIGN = "assign"
    ASK = "ask"
    CONFIRM = "confirm"
    RESUME = "resume"
    HOLD = "hold"
    EXTEND = "extend"
    GRANT = "grant"
    DECLINE = "decline"
    CHASE = "chase"
    PHONE = "phone"
    CLASSIFY = "classify"
    ANSWER = "answer"
    APPROVE = "approve"
    REWORK = "rework"
    REOPEN = "reopen"
    REFUSE = "refuse"
    REFER = "refer"
    ATTACH = "attach"
    DETACH = "detach"
    FOLLOW = "follow"
    WITHDRAW = "withdraw"
    WAIVE = "waive"
    SETTLE = "settle"
    CLOSE = "close"
    NOTE = "note"
    CONTACT = "contact"
    CORRECT = "correct"
    INVOLVE = "involve"
    CONTRIBUTE = "contribute"
    RELEASE = "release"
    SPLIT = "split"
    SUCCEED = "succeed"
    FILE = "file"
    BREACH = "breach"


@dataclass(frozen=True)
class Move:
    """`verb` leads from any of `sources` to `target`; a target of None means back to the state that was left."""

    verb: Verb
    sources: frozenset[Status]
    target: Status | None


S, V = Status, Verb
OPEN_STATES = frozenset(status for status in Status if status.is_open)

MOVES: dict[Verb, Move] = {
    move.verb: move
    for move in (
        Move(V.TRIAGE, frozenset({S.RECEIVED}), S.TRIAGE),
        Move(V.ROUTE, frozenset({S.RECEIVED, S.TRIAGE, S.RETURNED, S.REOPENED, S.ROUTED, S.IN_PROGRESS}), S.ROUTED),
        Move(V.ACCEPT, frozenset({S.ROUTED, S.REOPENED}), S.IN_PROGRESS),
        Move(V.RETURN, frozenset({S.ROUTED}), S.RETURNED),
        Move(V.ASK, frozenset({S.TRIAGE, S.IN_PROGRESS}), S.WAITING_CITIZEN),
        Move(V.HOLD, frozenset({S.IN_PROGRESS}), S.ON_HOLD),
        Move(V.RESUME, frozenset({S.WAITING_CITIZEN, S.ON_HOLD}), None),
        Move(V.ANSWER, frozenset({S.IN_PROGRESS}), S.AWAITING_APPROVAL),
        Move(V.APPROVE, frozenset({S.AWAITING_APPROVAL}), S.ANSWERED),
        Move(V.REWORK, frozenset({S.AWAITING_APPROVAL}), S.IN_PROGRESS),
        Move(V.SETTLE, frozenset({S.RECEIVED, S.TRIAGE}), S.ANSWERED_ON_CALL),
        Move(V.REFUSE, frozenset({S.RECEIVED, S.TRIAGE, S.RETURNED}), S.REFUSED),
        Move(V.REFER, frozenset({S.RECEIVED, S.TRIAGE, S.RETURNED}), S.REFERRED_OUT),
        Move(V.ATTACH, frozenset({S.RECEIVED, S.TRIAGE, S.RETURNED, S.ROUTED, S.IN_PROGRESS}), S.ATTACHED),
        Move(V.DETACH, frozenset({S.ATTACHED}), None),
        Move(V.FOLLOW, frozenset({S.ATTACHED}), S.ANSWERED),
        Move(V.REOPEN, STOPPED, S.REOPENED),
        Move(V.WITHDRAW, OPEN_STATES, S.WITHDRAWN),
        Move(V.CLOSE, STOPPED, S.CLOSED),
    )
}

# Verbs that change something else than the status, and the states in which they may.
_WITH_A_UNIT = frozenset({S.ROUTED, S.IN_PROGRESS, S.REOPENED, S.AWAITING_APPROVAL, S.ON_HOLD})
STILL: dict[Verb, frozenset[Status]] = {
    V.ASSIGN: _WITH_A_UNIT | {S.WAITING_CITIZEN},
    V.CONFIRM: frozenset({S.WAITING_CITIZEN}),
    V.EXTEND: _WITH_A_UNIT,
    V.GRANT: _WITH_A_UNIT | {S.WAITING_CITIZEN},
    V.DECLINE: _WITH_A_UNIT | {S.WAITING_CITIZEN},
    V.CHASE: _WITH_A_UNIT,
    V.PHONE: _WITH_A_UNIT,
    V.CLASSIFY: OPEN_STATES - {S.ATTACHED},
    V.WAIVE: frozenset(Status),
    V.NOTE: frozenset(Status),
    V.CONTACT: frozenset(Status),
    V.CORRECT: OPEN_STATES,
    V.INVOLVE: frozenset({S.IN_PROGRESS}),
    V.CONTRIBUTE: _WITH_A_UNIT | {S.WAITING_CITIZEN, S.ATTACHED},
    V.RELEASE: _WITH_A_UNIT | {S.WAITING_CITIZEN, S.ATTACHED},
    V.SPLIT: OPEN_STATES,
    V.SUCCEED: OPEN_STATES,
    V.FILE: frozenset(Status) - {S.CLOSED, S.WITHDRAWN},
}


class IllegalMove(Exception):
    """The verb does not exist in this state. `allowed` names the verbs that do."""

    def __init__(self, verb: Verb, status: Status):
        super().__init__(f"{verb} is not possible in {status}")
        self.verb, self.status, self.allowed = verb, status, allowed_verbs(status)


def allowed_verbs(status: Status) -> list[Verb]:
    """The verbs possible in `status`, in the order of the table."""
    moving = [verb for verb, move in MOVES.items() if status in move.sources]
    return moving + [verb for verb, states in STILL.items() if status in states]


def target_of(verb: Verb, status: Status, left: Status | None = None) -> Status:
    """The state to which `verb` leads from `status`; `left` is the state a wait or hold began in.

    Raises IllegalMove when the table has no such move.
    """
    move = MOVES.get(verb)
    if move is None or status not in move.sources:
        raise IllegalMove(verb, status)
    if move.target is not None:
        return move.target
    if left is None:
        raise IllegalMove(verb, status)
    return left
