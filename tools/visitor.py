"""Somebody at a keyboard, over real HTTP: signs in, looks at pages, sends forms, on one kept-alive connection."""

from __future__ import annotations

import http.client
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

PASSWORD = "hotline-demo"
LONGEST_WAIT_SECONDS = 15.0
LONGEST_IDLE_SECONDS = 1.0  # the server hangs up after two


@dataclass(frozen=True)
class Reply:
    """What came back: status, where it sends us, the page, and how long it took (seconds)."""

    status: int
    location: str
    body: str
    seconds: float


class Visitor:
    """A browser without pictures. Raises OSError or HTTPException when the server is not there or goes away."""

    def __init__(self, base: str):
        self._host = urlsplit(base).netloc
        self._connection: http.client.HTTPConnection | None = None
        self._last_used = 0.0
        self._cookies: dict[str, str] = {}
        self._csrf = ""

    def sign_in(self, name: str) -> Visitor:
        """Go through the sign-in page as name@demo.test. Raises RuntimeError when refused."""
        self._csrf = self._token_in(self.get("/login").body)
        reply = self.post("/login", {"email": f"{name}@demo.test", "password": PASSWORD, "next": ""})
        if reply.status != 303:
            raise RuntimeError(f"{name} could not sign in: {reply.status}")
        self._csrf = self._token_in(self.get("/tickets").body)
        return self

    def get(self, path: str) -> Reply:
        """Fetch a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str], *, key: str = "") -> Reply:
        """Send a form with this session's CSRF token and, where `key` is given, that idempotency key."""
        form = {"csrf_token": self._csrf, **fields}
        if key:
            form["idempotency_key"] = key
        return self._ask("POST", path, urlencode(form))

    def close(self) -> None:
        """Hang up; the next request connects anew."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: str | None) -> Reply:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self._last_used > LONGEST_IDLE_SECONDS:
            self.close()
        began = time.perf_counter()
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, timeout=LONGEST_WAIT_SECONDS)
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            page = answer.read().decode("utf-8")
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        seconds, self._last_used = time.perf_counter() - began, time.monotonic()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _sep, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return Reply(answer.status, answer.headers.get("Location", ""), page, seconds)

    @staticmethod
    def _token_in(page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if not found:
            raise RuntimeError("the page has no form")
        return found.group(1)


def new_key() -> str:
    """An idempotency key for one wish."""
    return str(uuid.uuid4())
