"""What the caller hears next: decided from the provider's word for what just happened."""

from __future__ import annotations

from enum import StrEnum

UNREACHED = frozenset({"no-answer", "busy", "failed"})
LEFT_WITHOUT_ANSWER = frozenset({"queue-full", "leave", "error", "system-error"})


class Reply(StrEnum):
    """The next thing the line does."""

    OFFER_MESSAGE = "offer_message"
    NOTHING = "nothing"
    THANK = "thank"
    SORRY = "sorry"


def after_queue(word: str) -> Reply:
    """Who left the queue without an operator and without hanging up may leave a message."""
    return Reply.OFFER_MESSAGE if word in LEFT_WITHOUT_ANSWER else Reply.NOTHING


def after_dial(word: str, bridged: str) -> Reply:
    """Nobody picked up, or a mailbox did: the caller may leave a message."""
    alone = word in UNREACHED or (word in ("completed", "answered") and bridged == "false")
    return Reply.OFFER_MESSAGE if alone else Reply.NOTHING


def after_recording(length: str) -> Reply:
    """Thanks for a message; a word of regret for silence."""
    return Reply.SORRY if length == "0" else Reply.THANK


def place_in_line(position: str) -> int | None:
    """The caller's place in the queue (1 is next); None when the exchange does not say."""
    return int(position) if position.isascii() and position.isdigit() and 0 < int(position[:6]) < 1000 else None
