"""One request over HTTP and its answer, within a deadline for all its steps together.

Each request has a connection of its own: as long as it is not connected, surely nothing was taken.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

DEADLINE_SECONDS = 10.0
LONGEST_ANSWER = 2_000_000
LONGEST_RETRY_AFTER_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Question:
    """What is asked: method, address, headers, body, and perhaps a name and a password for it."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    auth: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answer:
    """What came back. `retry_after_seconds` is 0 where the other side did not say."""

    status: int
    text: str
    retry_after_seconds: int = 0


class NotReached(Exception):
    """The other side surely took nothing: we were never connected."""


class NoAnswer(Exception):
    """The question was on its way and nothing is known of its fate."""


def ask(question: Question, deadline_seconds: float | None = None) -> Answer:
    """Ask once. Raises NotReached or NoAnswer."""
    attempt = _Attempt(question, deadline_seconds or DEADLINE_SECONDS)
    worker = threading.Thread(target=attempt.run, daemon=True)
    worker.start()
    # Beside us, because neither looking up a name nor an answer that comes drop by drop can be limited otherwise.
    worker.join(attempt.seconds)
    return attempt.verdict()


class _Attempt:
    """The steps of one question, and what became of it however far it came."""

    def __init__(self, question: Question, seconds: float):
        self.seconds = seconds
        self._question = question
        self._lock = threading.Lock()
        self._result: Answer | Exception | None = None
        self._is_over = self._is_on_its_way = False
        self._connection: http.client.HTTPConnection | None = None

    def verdict(self) -> Answer:
        """The answer, or what silence means at this point. Afterwards the question cannot begin to leave any more."""
        with self._lock:
            self._is_over = True
            if isinstance(self._result, Answer):
                return self._result
            if self._connection is not None and self._connection.sock is not None:
                with contextlib.suppress(OSError):
                    self._connection.sock.shutdown(socket.SHUT_RDWR)  # wakes the steps, which end by it
            reason = f"no answer within {self.seconds:.0f} seconds"
            if self._result is not None:
                reason = f"{type(self._result).__name__}: {self._result}"
            raise (NoAnswer if self._is_on_its_way else NotReached)(reason)

    def run(self) -> None:
        """Keep what the steps end in."""
        result: Answer | Exception
        try:
            result = self._ask()
        except (OSError, http.client.HTTPException, ValueError) as error:
            result = error
        with self._lock:
            self._result = result

    def _ask(self) -> Answer:
        parts, question = urlsplit(self._question.url), self._question
        connection = self._connected(parts.scheme, parts.hostname or "", parts.port)
        try:
            with self._lock:
                if self._is_over:
                    raise OSError("too late to begin")
                self._is_on_its_way = True
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(question.method, target, question.body, self._headers())
            answer = connection.getresponse()
            text = answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
            return Answer(answer.status, text, _seconds(answer.headers.get("Retry-After", "")))
        finally:
            connection.close()

    def _connected(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection
        if scheme == "https":
            connection = http.client.HTTPSConnection(host, port, timeout=self.seconds, context=_trusted())
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self.seconds)
        self._connection = connection
        connection.connect()
        return connection

    def _headers(self) -> dict[str, str]:
        headers = {"User-Agent": "Hotline", "Accept": "*/*", **self._question.headers}
        if self._question.auth:
            named = ":".join(self._question.auth).encode()
            headers["Authorization"] = "Basic " + base64.b64encode(named).decode("ascii")
        return headers


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _seconds(retry_after: str) -> int:
    """A Retry-After in seconds (RFC 9110, 10.2.3); a date or nonsense counts as nothing said."""
    value = retry_after.strip()
    return min(int(value), LONGEST_RETRY_AFTER_SECONDS) if value.isascii() and value.isdigit() else 0
