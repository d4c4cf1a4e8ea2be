"""What Twilio's bodies mean: the identity of an event, and the steps it tells (docs: Voice requests, Enqueue, Dial)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from hotline.calls.rules.events import Sign, Step

PROVIDER = "twilio"
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
UNREACHED = OVER - {"completed"}
# The caller is served by the machine: hears about genuine texts, rates an answer.
BY_KEYS = frozenset({"genuine", "rate"})
QUEUE_OF_THE_CALLER = BY_KEYS | frozenset(
    {"voice", "gather", "wait", "queue-connect", "enqueue-action", "dial-action", "record-action"}
)
# A token that lets its holder place calls in our name has no business in a database.
NOT_KEPT = frozenset({"CallToken"})
# What is keyed in while rating holds follow codes; what it meant is kept by the room that asked.
KEYED_IN = frozenset({"Digits", "FinishedOnKey"})
LONGEST_SEQUENCE, LONGEST_STATUS = 64, 32


@dataclass(frozen=True)
class Identity:
    """What makes an event news: leg, kind, status and sequence; `call_sid` is the caller's leg it belongs to."""

    sid: str
    call_sid: str
    kind: str
    status: str
    sequence: str


def identity(kind: str, body: Mapping[str, str]) -> Identity | None:
    """The identity of a webhook body of `kind` (the last word of its route); None when it names no call."""
    call = body.get("CallSid", "")[:64]
    if not call:
        return None
    status, sequence = _status_and_sequence(kind, body)
    sid = body.get("RecordingSid", "")[:64] or call if kind == "recording-status" else call
    parent = body.get("ParentCallSid", "")[:64] if kind == "call-status" else ""
    return Identity(sid, parent or call, kind, status[:LONGEST_STATUS], sequence[:LONGEST_SEQUENCE])


def _status_and_sequence(kind: str, body: Mapping[str, str]) -> tuple[str, str]:
    match kind:
        case "call-status":
            return body.get("CallStatus", ""), body.get("SequenceNumber", "")
        case "recording-status":
            return body.get("RecordingStatus", ""), body.get("ErrorCode", "")
        case "enqueue-action":
            return body.get("QueueResult", ""), body.get("QueueSid", "")
        case "dial-action":
            return body.get("DialCallStatus", ""), body.get("DialCallSid", "")
        case "record-action":
            return "recorded", body.get("RecordingSid", "")
        case "wait":
            # Asked for again each time its music ends: a heartbeat. The first one says that the caller waits.
            return "waiting", ""
        case "gather":
            return body.get("CallStatus", ""), body.get("Digits", "")
        case _:
            return body.get("CallStatus", ""), body.get("ErrorCode", "")


def kept(kind: str, body: Mapping[str, str]) -> dict[str, str]:
    """The body as it is stored."""
    left_out = NOT_KEPT | KEYED_IN if kind in BY_KEYS else NOT_KEPT
    return {name: value for name, value in body.items() if name not in left_out}


def read(kind: str, sid: str, call_sid: str, body: Mapping[str, str], received_at: datetime) -> list[Sign]:
    """The steps that a stored event tells, in no particular order. `received_at` is UTC."""
    at = instant(body, received_at)
    if kind == "call-status" and sid != call_sid:
        return _leg(sid, body, at)
    if kind == "call-status":
        return _caller_status(body, at) if body.get("Direction", "inbound") == "inbound" else []
    if kind == "recording-status":
        return _recording(body, at)
    if kind in QUEUE_OF_THE_CALLER:
        signs = [Sign(Step.CALLER_THERE, at, caller=body.get("From", ""), called=body.get("To", ""))]
        if body.get("CallStatus") in OVER:
            signs.append(Sign(Step.CALLER_GONE, at, word=body["CallStatus"]))
        return signs + _caller_step(kind, body, at)
    if kind == "given-up":
        return [Sign(Step.GIVEN_UP, at)]
    return []


def instant(body: Mapping[str, str], received_at: datetime) -> datetime:
    """When it happened: the provider's `Timestamp` (RFC 2822) where there is one, never later than we heard of it."""
    try:
        told = parsedate_to_datetime(body.get("Timestamp", ""))
    except (ValueError, TypeError):
        return received_at
    return received_at if told.tzinfo is None else min(told.astimezone(UTC), received_at)


def seconds(text: str | None) -> int | None:
    """A length in whole seconds; None when absent or not a number. `Duration` counts minutes: never read it."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None


def _caller_step(kind: str, body: Mapping[str, str], at: datetime) -> list[Sign]:
    waited = seconds(body.get("QueueTime"))
    match kind:
        case "voice":
            return [Sign(Step.OFFERED, at, caller=body.get("From", ""), called=body.get("To", ""))]
        case "wait":
            return [Sign(Step.QUEUED, at, seconds=waited or 0)]
        case "queue-connect":
            return [Sign(Step.CONNECTED, at, leg=body.get("DequeingCallSid", ""), seconds=waited)]
        case "enqueue-action":
            return [Sign(Step.LEFT_QUEUE, at, word=body.get("QueueResult", ""), seconds=waited)]
        case "dial-action":
            return [_dialled(body, at)]
        case "record-action":
            return [_message(body, at)]
        case _ if kind in BY_KEYS:
            return [Sign(Step.SERVED_BY_KEYS, at)]
    return []


def _dialled(body: Mapping[str, str], at: datetime) -> Sign:
    word = body.get("DialCallStatus", "")
    # "completed" also comes when a voicemail box or nobody behind a whisper picked up: DialBridged tells.
    spoke = word in ("completed", "answered") and body.get("DialBridged", "true") != "false"
    step = Step.DIAL_ANSWERED if spoke else Step.DIAL_FAILED
    return Sign(step, at, leg=body.get("DialCallSid", ""), word=word, seconds=seconds(body.get("DialCallDuration")))


def _message(body: Mapping[str, str], at: datetime) -> Sign:
    length = seconds(body.get("RecordingDuration"))
    step = Step.MESSAGE_LEFT if length or (length is None and body.get("RecordingSid")) else Step.MESSAGE_EMPTY
    return Sign(step, at, leg=body.get("RecordingSid", ""), seconds=length)


def _recording(body: Mapping[str, str], at: datetime) -> list[Sign]:
    of_caller = body.get("RecordingSource") == "RecordVerb"
    leg = body.get("RecordingSid", "")
    match body.get("RecordingStatus"):
        case "completed":
            step = Step.MESSAGE_LEFT if of_caller else Step.RECORDED
            return [Sign(step, at, leg=leg, seconds=seconds(body.get("RecordingDuration")))]
        case "absent" | "failed" if of_caller:
            return [Sign(Step.MESSAGE_EMPTY, at, leg=leg)]
    return []


def _caller_status(body: Mapping[str, str], at: datetime) -> list[Sign]:
    word, length = body.get("CallStatus", ""), seconds(body.get("CallDuration"))
    signs = [Sign(Step.CALLER_THERE, at, caller=body.get("From", ""), called=body.get("To", ""), seconds=length)]
    return [*signs, Sign(Step.CALLER_GONE, at, word=word, seconds=length)] if word in OVER else signs


def _leg(sid: str, body: Mapping[str, str], at: datetime) -> list[Sign]:
    word, called = body.get("CallStatus", ""), body.get("To", "")
    if word == "in-progress":
        return [Sign(Step.LEG_ANSWERED, at, leg=sid, called=called)]
    if word == "completed":
        return [Sign(Step.LEG_ENDED, at, leg=sid, called=called, seconds=seconds(body.get("CallDuration")))]
    if word in UNREACHED:
        return [Sign(Step.LEG_FAILED, at, leg=sid, word=word, called=called)]
    return [Sign(Step.LEG_RANG, at, leg=sid, called=called)]
