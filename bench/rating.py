"""Many citizens at once on SQLite and PostgreSQL: `python bench/rating.py`. Two thousand open their links within twenty
seconds, then a hundred ratings a second arrive. Nobody waits for the one before: each comes at its own instant, and the
time counts from that instant, so that a server that falls behind shows it.

The answered cases are copies, written in bulk, of one that the verbs made; visitors live in a process of their own.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from sqlalchemy import func, insert, select, text  # noqa: E402

from bench.databases import postgres  # noqa: E402
from config import Config  # noqa: E402
from hotline import clock, create_app  # noqa: E402
from hotline.db import db, transaction  # noqa: E402
from hotline.satisfaction.models import Rating, Survey  # noqa: E402
from hotline.satisfaction.rules import LINK_PURPOSE  # noqa: E402
from hotline.serve import server_command  # noqa: E402
from hotline.tickets.models import Answer, Ticket, TicketEvent  # noqa: E402
from hotline.tickets.rules.codes import ticket_code  # noqa: E402
from hotline.web.tokens import link_token, token_hash  # noqa: E402
from tools.province import HOST, address_of, environment_in, flask, free_port, serving  # noqa: E402

OPENERS, OPEN_SECONDS = 2_000, 20
RATINGS_A_SECOND, RATE_SECONDS = 100, 20
MOST_P99_SECONDS = 1.0
VISITORS, WARMING = 100, 40
LONG_AGO = 1991  # a year whose codes no living case has
LONGEST_WAIT_SECONDS = 30


@dataclass(frozen=True)
class Crowd:
    """What one crowd met: seconds from each one's own instant to the last byte, and what was not as it should be."""

    waits: list[float]
    wrong: list[str]

    @property
    def p99(self) -> float:
        """What 99 in 100 waited at most."""
        return quantiles(self.waits, n=100, method="inclusive")[98]


def print_rating(openers: int = OPENERS, a_second: int = RATINGS_A_SECOND) -> bool:
    """Measure both databases and print it; whether every promise was kept."""
    print(f"\nCitizens at their links, load {os.getloadavg()[0]:.1f} …", flush=True)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        found.append(("SQLite", *_measure("", Path(folder), openers, a_second)))
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        found.append(("PostgreSQL", *_measure(url, Path(folder), openers, a_second)))
    print("\n| database | links opened | p50, p99 ms | ratings | a second | p50, p99 ms | rows | wrong answers |"
          "\n|---|---:|---:|---:|---:|---:|---:|---:|")  # fmt: skip
    for name, opened, rated, rows in found:
        print(f"| {name} | {len(opened.waits):,} | {_ms(opened)} | {len(rated.waits):,} | {a_second} | {_ms(rated)} "
              f"| {rows:,} | {len(opened.wrong) + len(rated.wrong)} |")  # fmt: skip
    kept = {
        f"p99 under {MOST_P99_SECONDS:.0f} s": all(
            max(opened.p99, rated.p99) < MOST_P99_SECONDS for _name, opened, rated, _rows in found
        ),
        "one row each": all(rows == len(rated.waits) for _name, _opened, rated, rows in found),
        "nobody was turned away": not any(opened.wrong + rated.wrong for _name, opened, rated, _rows in found),
    }
    print("\n" + "; ".join(f"{promise}: {'yes' if held else 'NO'}" for promise, held in kept.items()) + ".")
    return all(kept.values())


def _ms(crowd: Crowd) -> str:
    return f"{median(crowd.waits) * 1000:.0f}, {crowd.p99 * 1000:.0f}"


def _measure(url: str, folder: Path, openers: int, a_second: int) -> tuple[Crowd, Crowd, int]:
    port = free_port()
    environment = environment_in(folder, address_of(port)) | ({"HOTLINE_DATABASE_URL": url} if url else {})
    flask(environment, "db", "upgrade")
    flask(environment, "demo", "load", "--tickets", "50")
    app = create_app(Config.from_env(environment))
    raters = a_second * RATE_SECONDS
    with app.app_context():
        tokens = _answered_cases(openers + raters, app.config["HOTLINE"].secret_key)
        before = db.session.scalar(select(func.count()).select_from(Rating)) or 0
        db.session.remove()
        db.engine.dispose()
    with serving(server_command(HOST, port), port, environment):
        _crowd(address_of(port), "open", tokens[:WARMING], 1)  # a server that has just started is nobody's Monday
        opened = _crowd(address_of(port), "open", tokens[:openers], OPEN_SECONDS)
        rated = _crowd(address_of(port), "rate", tokens[openers:], RATE_SECONDS)
    with app.app_context():
        rows = (db.session.scalar(select(func.count()).select_from(Rating)) or 0) - before
        db.session.remove()
        db.engine.dispose()
    return opened, rated, rows


def _answered_cases(number: int, secret: str) -> list[str]:
    """Copies of one answered case with its closing, answer and survey; their tokens."""
    now = clock.now()
    asked = select(Survey).where(Survey.suppressed_as.is_(None), Survey.cycle == 1).order_by(Survey.id.desc()).limit(1)
    model = db.session.scalars(asked).one()
    answer = db.session.scalars(
        select(Answer).where(Answer.ticket_id == model.ticket_id, Answer.published_at.is_not(None)).limit(1)
    ).one()
    rows = {Ticket: _row_of(model.ticket), TicketEvent: _row_of(model.closing_event), Answer: _row_of(answer)}
    survey = _row_of(model)
    firsts = {table: (db.session.scalar(select(func.max(table.id))) or 0) + 1 for table in (*rows, Survey)}
    tokens = [link_token(secret, LINK_PURPOSE, firsts[Survey] + turn) for turn in range(number)]
    made: dict[Any, list[dict[str, Any]]] = {table: [] for table in (*rows, Survey)}
    for turn, token in enumerate(tokens):
        ids = {table: first + turn for table, first in firsts.items()}
        mine = {"ticket_id": ids[Ticket]}
        made[Ticket].append(rows[Ticket] | {"id": ids[Ticket], "code": ticket_code(LONG_AGO, turn + 1), "source": None})
        made[TicketEvent].append(rows[TicketEvent] | mine | {"id": ids[TicketEvent]})
        made[Answer].append(rows[Answer] | mine | {"id": ids[Answer]})
        made[Survey].append(
            survey | mine | {"id": ids[Survey], "closing_event_id": ids[TicketEvent], "token_hash": token_hash(token),
                             "expires_at": now + timedelta(days=14), "remind_at": None}
        )  # fmt: skip
    with transaction() as session:
        for table, some in made.items():
            session.connection().execute(insert(table), some)
            if db.engine.dialect.name == "postgresql":  # ids that were given move no sequence
                name = table.__tablename__
                session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"))
    return tokens


def _row_of(one: Any) -> dict[str, Any]:
    return {column.key: getattr(one, column.key) for column in type(one).__table__.columns if column.computed is None}


def _crowd(base: str, deed: str, tokens: Sequence[str], seconds: int) -> Crowd:
    """Let a process of its own come with every token, evenly over the seconds."""
    command = [sys.executable, __file__, deed, base, str(seconds)]
    done = subprocess.run(command, input="\n".join(tokens), capture_output=True, text=True, check=True, cwd=ROOT)
    return Crowd(**json.loads(done.stdout))


def _come(deed: str, base: str, seconds: int, tokens: Sequence[str]) -> Crowd:
    """Every token at its own instant, by a hundred visitors in turns."""
    waits, wrong = [0.0] * len(tokens), []
    begin = time.perf_counter() + 0.5

    def visit(first: int) -> None:
        for turn in range(first, len(tokens), VISITORS):
            at = begin + turn * seconds / len(tokens)
            time.sleep(max(0.0, at - time.perf_counter()))
            status = _ask(base, deed, tokens[turn])
            waits[turn] = time.perf_counter() - at
            if status != {"open": 200, "rate": 303}[deed]:
                wrong.append(f"{deed}: {status}")

    threads = [threading.Thread(target=visit, args=(first,)) for first in range(VISITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Crowd(waits, wrong)


def _ask(base: str, deed: str, token: str) -> str | int:
    """One citizen's phone: a connection of its own, a page or a rating; the status, or what went wrong."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=LONGEST_WAIT_SECONDS)
    try:
        if deed == "open":
            connection.request("GET", f"/r/{token}")
        else:
            form = urlencode({"solved": "yes", "score": "5"})
            connection.request("POST", f"/r/{token}", form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


if __name__ == "__main__":
    if len(sys.argv) == 4:
        met = _come(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.stdin.read().split())
        print(json.dumps({"waits": met.waits, "wrong": met.wrong}))
    else:
        sys.exit(0 if print_rating() else 1)
