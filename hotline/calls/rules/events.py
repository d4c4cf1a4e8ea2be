"""One event of a call in our own words, whichever exchange it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """What an event tells. One provider's body may tell several steps."""

    OFFERED = "offered"
    QUEUED = "queued"
    CONNECTED = "connected"
    LEFT_QUEUE = "left_queue"
    LEG_RANG = "leg_rang"
    LEG_ANSWERED = "leg_answered"
    LEG_ENDED = "leg_ended"
    LEG_FAILED = "leg_failed"
    DIAL_ANSWERED = "dial_answered"
    DIAL_FAILED = "dial_failed"
    MESSAGE_LEFT = "message_left"
    MESSAGE_EMPTY = "message_empty"
    RECORDED = "recorded"
    SERVED_BY_KEYS = "served_by_keys"
    CALLER_THERE = "caller_there"
    CALLER_GONE = "caller_gone"
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class Sign:
    """One step of one call. `at` is an instant (UTC), the provider's own where it gives one.

    `leg` names the operator's leg or the recording it is about; `word` is the provider's reason (`no-answer`,
    `hangup`); `seconds` is the length the provider measured: time in the queue, or of the conversation.
    """

    step: Step
    at: datetime
    leg: str = ""
    word: str = ""
    seconds: int | None = None
    caller: str = ""
    called: str = ""
