"""Live pages: one watcher thread a process looks whether the database changed and wakes the open streams.

A stream holds no database connection. Past half of the server's threads the next one is refused, and its page polls.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from flask import Flask, Response
from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hotline.db import db
from hotline.errors import Unavailable

MOST_STREAMS = 128
LOOK_EVERY_SECONDS = 0.25
HEARTBEAT_SECONDS = 15
RETRY_SECONDS = 30


class Watch:
    """Watches one thing. `fingerprint` is asked, inside an app context, whenever the database has changed."""

    def __init__(self, fingerprint: Callable[[], str]):
        self._fingerprint = fingerprint
        self._changed = threading.Condition()
        self._edition = 0
        self._streams = 0
        self._thread: threading.Thread | None = None

    def stream(self, app: Flask) -> Response:
        """A server-sent stream that says `changed` after every change. Raises Unavailable (503) when full."""
        with self._changed:
            if self._streams >= MOST_STREAMS:
                raise Unavailable(
                    _l("Too many live pages; this one will ask again by itself."), retry_after=RETRY_SECONDS
                )
            self._streams += 1
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, args=(app,), daemon=True, name="live-watch")
                self._thread.start()
        db.session.remove()
        response = Response(self._events(), mimetype="text/event-stream")
        response.headers["X-Accel-Buffering"] = "no"
        response.call_on_close(self._leave)
        return response

    def _leave(self) -> None:
        with self._changed:
            self._streams -= 1

    def _events(self) -> Iterator[str]:
        seen = self._edition
        yield "retry: 3000\nevent: hello\ndata: -\n\n"
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._edition != seen, timeout=HEARTBEAT_SECONDS)
                news, seen = self._edition != seen, self._edition
            yield "event: changed\ndata: -\n\n" if news else ": still here\n\n"

    def _look(self, app: Flask) -> None:
        known_version, known_print = "", ""
        while True:
            time.sleep(LOOK_EVERY_SECONDS)
            try:
                with app.app_context(), db.engine.connect() as connection:
                    sqlite = db.engine.dialect.name == "sqlite"
                    sql = "PRAGMA data_version" if sqlite else "SELECT pg_current_wal_insert_lsn()"
                    while self._streams:
                        version = str(connection.execute(text(sql)).scalar())
                        connection.rollback()
                        if version != known_version:
                            known_version, found = version, self._fingerprint()
                            db.session.rollback()
                            if found != known_print:
                                known_print = found
                                self._wake()
                        time.sleep(LOOK_EVERY_SECONDS)
            except DBAPIError:
                time.sleep(1)

    def _wake(self) -> None:
        with self._changed:
            self._edition += 1
            self._changed.notify_all()
