"""The server is killed without warning, a hundred times, while operators save: what was acknowledged exists, once."""

import contextlib
import http.client
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections import Counter

import psutil
import pytest
from sqlalchemy import select, text

from config import demo_environment
from hotline.db import db
from hotline.messages.models import Message
from hotline.serve import server_command
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.rules.codes import read_code
from hotline.tickets.rules.lifecycle import Verb
from tools.province import HOST, ROOT, address_of, free_port, is_listening
from tools.visitor import Visitor, new_key

KILLS, OPERATORS = 100, 4
WHOLE_SERVER_EVERY = 10
ACKNOWLEDGED_BETWEEN_KILLS = 2
LONGEST_WAIT_SECONDS = 30


class Server:
    """gunicorn as `make run` starts it, in a process group of its own so that all of it can be shot at once."""

    def __init__(self, environment: dict[str, str], port: int):
        self._environment, self._port = environment, port
        self.start()

    def start(self) -> None:
        command = server_command(HOST, self._port)
        self._master = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        wait_until(lambda: is_listening(self._port))

    def kill(self, chance: random.Random, *, whole: bool) -> None:
        """SIGKILL a worker, or everybody; returns when the victims are gone."""
        workers = psutil.Process(self._master.pid).children()
        if whole:
            os.killpg(self._master.pid, signal.SIGKILL)
            assert self._master.wait(10) == -signal.SIGKILL
            self.start()
        elif workers:
            victim = chance.choice(workers)
            victim.kill()
            assert not psutil.wait_procs([victim], timeout=10)[1]

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._master.pid, signal.SIGTERM)
        self._master.wait(20)


class Operator(threading.Thread):
    """Saves one report after the other; a report whose answer never came is sent again with the same key."""

    def __init__(self, visitor: Visitor, stop: threading.Event):
        super().__init__(daemon=True)
        self._visitor, self._stopping = visitor, stop
        self.codes: dict[str, str] = {}
        self.broken, self.unexpected = 0, Counter()

    def run(self) -> None:
        while not self._stopping.is_set():
            key = new_key()
            while key not in self.codes and not self.unexpected:
                try:
                    reply = self._visitor.post("/tickets/new", {"caller_kind": "citizen", "content": key}, key=key)
                except (OSError, http.client.HTTPException):
                    self.broken += 1
                    time.sleep(0.05)
                    continue
                if reply.status == 303:
                    self.codes[key] = re.fullmatch(r"/console\?saved=(.+)", reply.location).group(1)
                elif reply.status != 503:
                    self.unexpected[reply.status] += 1


def wait_until(happens) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not happens():
        assert time.monotonic() < deadline, "the server never came back"
        time.sleep(0.01)


@pytest.fixture
def server(config):
    port = free_port()
    environment = demo_environment(address_of(port), config.secret_key, "a-token") | {
        "HOTLINE_DATABASE_URL": config.database_url,
        "HOTLINE_INSTANCE_DIR": str(config.instance_dir),
    }
    running = Server(environment, port)
    yield running, address_of(port)
    running.stop()


def test_after_a_hundred_kills_every_code_that_was_given_exists_exactly_once(app, server):
    running, base = server
    stop, chance = threading.Event(), random.Random(7)
    operators = [Operator(Visitor(base).sign_in("operator"), stop) for _ in range(OPERATORS)]
    for operator in operators:
        operator.start()

    def acknowledged() -> int:
        return sum(len(operator.codes) for operator in operators)

    for number in range(1, KILLS + 1):
        enough = acknowledged() + ACKNOWLEDGED_BETWEEN_KILLS
        wait_until(lambda enough=enough: acknowledged() >= enough)
        time.sleep(chance.random() * 0.03)
        running.kill(chance, whole=number % WHOLE_SERVER_EVERY == 0)
    stop.set()
    for operator in operators:
        operator.join(LONGEST_WAIT_SECONDS)
        assert not operator.is_alive()

    given = {key: code for operator in operators for key, code in operator.codes.items()}
    assert not sum((operator.unexpected for operator in operators), Counter())
    assert sum(operator.broken for operator in operators) >= KILLS / 4, "the kills met nobody at work"
    assert len(given) >= KILLS * ACKNOWLEDGED_BETWEEN_KILLS
    with app.app_context():
        there = [tuple(row) for row in db.session.execute(select(Ticket.content, Ticket.code))]
        openings = Counter(db.session.scalars(select(TicketEvent.ticket_id).where(TicketEvent.verb == Verb.OPEN)))
        if db.engine.dialect.name == "sqlite":
            assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert len(there) == len(given)
        assert dict(there) == given
        assert all(read_code(code) == code for code in given.values())
        assert len(openings) == len(given)
        assert set(openings.values()) == {1}
        assert db.session.scalars(select(Message)).all() == []  # no number was given, so nobody is texted
