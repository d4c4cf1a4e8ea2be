"""Ways out: what a gateway must offer, and which one the settings choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Outcome(StrEnum):
    """What became of one attempt. UNKNOWN must never be sent again blindly; STOPPED is about us, not about the text."""

    SENT = "sent"
    LATER = "later"
    UNKNOWN = "unknown"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Sent:
    """The gateway's answer: its id for the message, the reason in words, its error code, how long all must wait."""

    outcome: Outcome
    sid: str | None = None
    reason: str = ""
    retry_after_seconds: int = 0
    code: str = ""


@dataclass(frozen=True)
class OutgoingText:
    """One text as it leaves: to an E.164 number, `key` is our own id, of no use after `valid_seconds`."""

    to: str
    body: str
    key: str
    valid_seconds: int


@dataclass(frozen=True)
class ListedText:
    """A text that the provider's list shows: its id, what it says, how it stands (in the words of `rules.RANK`)."""

    sid: str
    body: str
    status: str
    error_code: str = ""


class Gateway(Protocol):
    """Hands one text to the outside. Never raises; a total deadline of ten seconds. Called from several threads."""

    name: str

    def send(self, text: OutgoingText) -> Sent:
        """Send it, once."""


@runtime_checkable
class Listing(Protocol):
    """What a gateway offers that can be asked which texts it took: only then can a doubt be cleared."""

    def texts_to(self, number: str, since: datetime) -> list[ListedText] | Sent:
        """All texts to a number since then; a Sent with the reason when that cannot be told now. Never raises."""


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
