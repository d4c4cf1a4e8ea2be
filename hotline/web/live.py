"""Live pages: server-sent events that say "changed", and nothing else. The page then fetches what it shows.

One watching thread a process serves all its listeners. On SQLite it asks `PRAGMA data_version` (a counter in memory)
every 250 ms and runs the watched queries only when somebody has committed; on PostgreSQL it runs them once a second.
A listener holds no session and no connection; above the cap the answer is 503 and the page falls back to polling.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Flask, Response, current_app
from sqlalchemy import Engine, Select
from sqlalchemy.exc import SQLAlchemyError

from hotline.db import db
from hotline.errors import Unavailable

log = logging.getLogger("hotline.live")
HEARTBEAT_SECONDS = 15.0
LONGEST_STREAM_SECONDS = 600.0
SQLITE_LOOK_SECONDS, POSTGRESQL_LOOK_SECONDS = 0.25, 1.0
MOST_STREAMS = 128  # half of the 256 threads of a worker
RETRY_SECONDS = 30
Queries = Callable[[], Sequence[Select[*tuple[Any, ...]]]]


class Watch:
    """Counts changes of what `queries` answer, while somebody listens."""

    def __init__(self, engine: Engine, queries: Queries) -> None:
        self._engine, self._queries = engine, queries
        self._news = threading.Condition()
        self._version = 0
        self._listeners = 0
        self._thread: threading.Thread | None = None

    def events(self, *, heartbeat: float = HEARTBEAT_SECONDS, longest: float = LONGEST_STREAM_SECONDS) -> Iterator[str]:
        """Event-stream chunks: one `changed` at each change, a comment as heartbeat, an end after `longest` seconds."""
        with self._news:
            self._listeners += 1
            seen = self._version
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="hotline-live", daemon=True)
                self._thread.start()
        try:
            yield "retry: 3000\n\n: listening\n\n"
            left = longest
            while left > 0:
                with self._news:
                    if self._version == seen:
                        self._news.wait(min(heartbeat, left))
                    is_news, seen = self._version != seen, self._version
                if is_news:
                    yield f"event: changed\ndata: {seen}\n\n"
                    left -= 1
                else:
                    yield ": still here\n\n"
                    left -= heartbeat
        finally:
            with self._news:
                self._listeners -= 1
                self._news.notify_all()

    def _look(self) -> None:
        try:
            look = self._look_at_sqlite if self._engine.dialect.name == "sqlite" else self._look_at_postgresql
            look()
        finally:
            with self._news:
                self._thread = None

    def _look_at_sqlite(self) -> None:
        # data_version counts the commits of *other* connections, so this one is kept and never written through.
        raw = self._engine.raw_connection()
        raw.detach()
        try:
            last, print_ = None, self._fingerprint()
            while self._pause(SQLITE_LOOK_SECONDS):
                version = raw.cursor().execute("PRAGMA data_version").fetchone()
                if version != last:
                    last, print_ = version, self._compare(print_)
        finally:
            raw.close()

    def _look_at_postgresql(self) -> None:
        print_ = self._fingerprint()
        while self._pause(POSTGRESQL_LOOK_SECONDS):
            print_ = self._compare(print_)

    def _pause(self, seconds: float) -> bool:
        """Wait; False once nobody listens any more."""
        with self._news:
            self._news.wait_for(lambda: self._listeners == 0, timeout=seconds)
            if self._listeners == 0:
                self._thread = None
                return False
            return True

    def _compare(self, before: object) -> object:
        now = self._fingerprint()
        if now != before:
            with self._news:
                self._version += 1
                self._news.notify_all()
        return now

    def _fingerprint(self) -> object:
        try:
            with self._engine.connect() as connection:
                return [[tuple(row) for row in connection.execute(query)] for query in self._queries()]
        except SQLAlchemyError as error:
            log.warning("live updates cannot look: %s", type(error).__name__)
            return None


class Cap:
    """At most `most` streams at a time in this process."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def enter(self) -> None:
        """Raise Unavailable (503, Retry-After) when the house is full."""
        if not self._free.acquire(blocking=False):
            raise Unavailable(retry_after=RETRY_SECONDS)

    def leave(self) -> None:
        """Give the place back."""
        self._free.release()


def add_watch(app: Flask, name: str, queries: Queries) -> None:
    """Let pages of `app` listen to `name`: whenever what `queries` answer differs from before."""
    app.extensions.setdefault("hotline_live_queries", {})[name] = queries
    app.extensions.setdefault("hotline_live", {})
    app.extensions.setdefault("hotline_live_cap", Cap(app.config.get("HOTLINE_LIVE_STREAMS", MOST_STREAMS)))


def stream(name: str) -> Response:
    """The event stream of `name` for the present request. Raises Unavailable above the cap."""
    cap: Cap = current_app.extensions["hotline_live_cap"]
    cap.enter()
    watches = current_app.extensions["hotline_live"]
    watch = watches.get(name)
    if watch is None:
        watch = watches.setdefault(name, Watch(db.engine, current_app.extensions["hotline_live_queries"][name]))
    db.session.remove()
    response = Response(watch.events(), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(cap.leave)
    return response
