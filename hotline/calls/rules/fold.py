"""What a call's events add up to. A sum over a set: neither order nor repetition of events changes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.calls.rules.events import Sign, Step

LEFT_FOR_GOOD = frozenset({"bridged", "hangup", "leave", "queue-full", "error", "system-error"})
NEVER_PICKED_UP = frozenset({"no-answer", "busy", "failed"})


@dataclass(frozen=True)
class CallFacts:
    """A call as the caller lived it. Instants are UTC, lengths whole seconds; empty where not known (yet).

    `state` is ringing, waiting, talking or ended; `result` stands from the end on: answered, voicemail, abandoned,
    missed, overflowed, or by_keys: served by the machine, without ever asking for an operator.
    """

    state: str
    result: str | None
    caller: str
    called: str
    offered_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    wait_seconds: int | None
    talk_seconds: int | None
    operator_leg: str
    operator_number: str
    recording_sid: str


def fold(signs: Iterable[Sign]) -> CallFacts | None:
    """The facts of one call; None while nothing of the caller's own leg is known.

    Missed and abandoned come from the operator's leg, the dial and the queue: the caller's leg says `completed` even
    when nobody picked up, because the exchange itself answered it.
    """
    told = _Told(frozenset(signs))
    there = told.of(Step.CALLER_THERE, Step.OFFERED)
    if not there:
        return None
    offered_at = _offered_at(told, there)
    answered_at, leg = _answered(told, offered_at)
    is_over = told.is_over
    last_at = max(sign.at for sign in told.signs if sign.step is not Step.GIVEN_UP)
    ended_at = max(_ended_at(told, last_at), answered_at or offered_at) if is_over else None
    queued_at = _queued_at(told, offered_at)
    result = _result(told, answered_at is not None) if is_over else None
    return CallFacts(
        state=_state(told, is_over, answered_at is not None),
        result=result,
        caller=_first_word(told.of(Step.OFFERED), there, "caller"),
        called=_first_word(told.of(Step.OFFERED), there, "called"),
        offered_at=offered_at,
        queued_at=queued_at,
        answered_at=answered_at,
        ended_at=ended_at,
        wait_seconds=None if result == "by_keys" else _wait(told, queued_at or offered_at, answered_at, ended_at),
        talk_seconds=_talk(told, leg, answered_at, ended_at),
        operator_leg=leg,
        operator_number=_operator_number(told, leg),
        recording_sid=_recording(told),
    )


class _Told:
    """The signs of one call, looked up by step, in an order that depends on nothing but themselves."""

    def __init__(self, signs: Collection[Sign]) -> None:
        self.signs = sorted(signs, key=lambda s: (s.at, s.step, s.leg, s.word, s.seconds or 0, s.caller, s.called))

    def of(self, *steps: Step) -> list[Sign]:
        return [sign for sign in self.signs if sign.step in steps]

    def left_queue(self, *words: str) -> list[Sign]:
        return [sign for sign in self.of(Step.LEFT_QUEUE) if sign.word in words]

    @property
    def is_over(self) -> bool:
        gone = self.of(Step.CALLER_GONE, Step.DIAL_FAILED, Step.DIAL_ANSWERED, Step.MESSAGE_LEFT, Step.GIVEN_UP)
        return bool(gone) or any(sign.word in LEFT_FOR_GOOD for sign in self.of(Step.LEFT_QUEUE))

    @property
    def unbridged(self) -> set[str]:
        """Legs that were picked up without anybody speaking: a mailbox, or nobody behind the whisper."""
        bridged = {sign.leg for sign in self.of(Step.DIAL_ANSWERED)}
        return {sign.leg for sign in self.of(Step.DIAL_FAILED) if sign.leg} - bridged

    @property
    def gave_up(self) -> bool:
        """The caller hung up in the queue, or before being fully in it (then the queue reports a system error)."""
        early = any(sign.seconds is None for sign in self.left_queue("system-error"))
        return bool(self.left_queue("hangup")) or (early and not self.of(Step.QUEUED))

    @property
    def only_used_keys(self) -> bool:
        """The machine served the caller, who never stood in line nor rang an operator: nobody was kept waiting."""
        asked_for_operator = self.of(
            Step.QUEUED, Step.LEFT_QUEUE, Step.LEG_RANG, Step.LEG_FAILED, Step.DIAL_FAILED, Step.DIAL_ANSWERED
        )
        return bool(self.of(Step.SERVED_BY_KEYS)) and not asked_for_operator


def _state(told: _Told, is_over: bool, is_answered: bool) -> str:
    if is_over:
        return "ended"
    if is_answered:
        return "talking"
    return "waiting" if told.of(Step.QUEUED, Step.LEFT_QUEUE) else "ringing"


def _result(told: _Told, is_answered: bool) -> str:
    if is_answered:
        return "answered"
    if _recording_of(told, Step.MESSAGE_LEFT):
        return "voicemail"
    if told.gave_up:
        return "abandoned"
    if told.only_used_keys:
        return "by_keys"
    dialled = told.of(Step.DIAL_FAILED, Step.LEG_FAILED)
    if any(sign.word != "canceled" for sign in dialled):
        return "missed"
    if any(sign.word in LEFT_FOR_GOOD for sign in told.of(Step.LEFT_QUEUE)):
        return "overflowed"
    if dialled or told.of(Step.QUEUED):
        return "abandoned"
    # No operator and no queue in sight: the exchange never answered, or the caller left during the greeting.
    return "missed" if any(sign.word in NEVER_PICKED_UP for sign in told.of(Step.CALLER_GONE)) else "abandoned"


def _offered_at(told: _Told, there: list[Sign]) -> datetime:
    offered = told.of(Step.OFFERED)
    if offered:
        return offered[0].at
    return min(sign.at - timedelta(seconds=sign.seconds or 0) for sign in there)


def _queued_at(told: _Told, offered_at: datetime) -> datetime | None:
    for sign in told.of(Step.CONNECTED) + told.of(Step.QUEUED) + told.left_queue("hangup"):
        if sign.seconds is not None:
            return max(offered_at, sign.at - timedelta(seconds=sign.seconds))
    return offered_at if told.of(Step.LEFT_QUEUE) and not told.gave_up else None


def _answered(told: _Told, offered_at: datetime) -> tuple[datetime | None, str]:
    """When an operator and the caller first spoke, and on which leg; (None, "") when they never did."""
    silent = told.unbridged
    for sign in told.of(Step.CONNECTED) + [s for s in told.of(Step.LEG_ANSWERED) if s.leg not in silent]:
        return max(offered_at, sign.at), sign.leg
    for sign in told.of(Step.DIAL_ANSWERED) + [s for s in told.of(Step.LEG_ENDED) if s.leg not in silent]:
        return max(offered_at, sign.at - timedelta(seconds=sign.seconds or 0)), sign.leg
    for sign in told.left_queue("bridged", "bridging-in-process", "redirected-from-bridged"):
        return max(offered_at, offered_at + timedelta(seconds=sign.seconds or 0)), ""
    return None, ""


def _ended_at(told: _Told, last_at: datetime) -> datetime:
    gone = told.of(Step.CALLER_GONE)
    if gone:
        return gone[0].at
    left = told.of(Step.LEFT_QUEUE, Step.DIAL_FAILED, Step.DIAL_ANSWERED)
    return left[-1].at if left else last_at


def _wait(told: _Told, since: datetime, answered_at: datetime | None, ended_at: datetime | None) -> int | None:
    for sign in told.of(Step.CONNECTED) + told.of(Step.LEFT_QUEUE):
        if sign.seconds is not None:
            return sign.seconds
    rang_out = [sign.at for sign in told.of(Step.DIAL_FAILED)]
    until = answered_at or (rang_out[0] if rang_out else ended_at)
    return max(0, round((until - since).total_seconds())) if until else None


def _talk(told: _Told, leg: str, answered_at: datetime | None, ended_at: datetime | None) -> int | None:
    if answered_at is None:
        return None
    for sign in told.of(Step.DIAL_ANSWERED, Step.LEG_ENDED):
        if sign.seconds is not None and sign.leg in (leg, ""):
            return sign.seconds
    for sign in told.of(Step.DIAL_ANSWERED, Step.LEG_ENDED):
        if sign.seconds is not None:
            return sign.seconds
    if ended_at is None or not told.of(Step.CALLER_GONE, Step.LEFT_QUEUE):
        return None
    return max(0, round((ended_at - answered_at).total_seconds()))


def _operator_number(told: _Told, leg: str) -> str:
    legs = told.of(Step.LEG_ANSWERED, Step.LEG_ENDED, Step.LEG_RANG, Step.LEG_FAILED)
    of_leg = [sign.called for sign in legs if sign.leg == leg and sign.called]
    any_leg = [sign.called for sign in legs if sign.called]
    return (of_leg or any_leg or [""])[0]


def _recording_of(told: _Told, step: Step) -> list[Sign]:
    empty = {sign.leg for sign in told.of(Step.MESSAGE_EMPTY)}
    return [sign for sign in told.of(step) if sign.leg not in empty]


def _recording(told: _Told) -> str:
    found = [sign.leg for sign in _recording_of(told, Step.MESSAGE_LEFT) + told.of(Step.RECORDED) if sign.leg]
    return found[0] if found else ""


def _first_word(offered: list[Sign], there: list[Sign], name: str) -> str:
    words: list[str] = [getattr(sign, name) for sign in [*offered, *there]]
    return next((word for word in words if word), "")
