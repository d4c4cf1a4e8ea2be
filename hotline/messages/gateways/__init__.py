"""Ways out: what a gateway must offer, and which one the settings choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What became of one attempt. UNKNOWN must never be sent again blindly."""

    SENT = "sent"
    LATER = "later"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True)
class Sent:
    """The gateway's answer: its id for the message, the reason in words, how long to wait."""

    outcome: Outcome
    sid: str | None = None
    reason: str = ""
    retry_after_seconds: int = 0


class Gateway(Protocol):
    """Hands one text to the outside. Never raises; a total deadline of ten seconds."""

    name: str

    def send(self, to: str, body: str) -> Sent:
        """Send `body` to an E.164 number."""


@dataclass(frozen=True)
class Letter:
    """One e-mail in plain text. `key` is the same at every attempt, so that a mail server can tell a repetition."""

    to: str
    subject: str
    body: str
    key: str
    at: datetime


class MailGateway(Protocol):
    """Hands one e-mail to the outside. Never raises; a total deadline of ten seconds."""

    name: str

    def send(self, letter: Letter) -> Sent:
        """Send it to its one address."""
