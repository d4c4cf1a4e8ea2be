"""The sweep of deadlines on SQLite and PostgreSQL: `python bench/sweeping.py`. What it costs when nothing is due, and
how fast it is, and how patient the operators must be, when ten thousand deadlines pass at once.

The open cases are copies, written in bulk, of a few that the verbs made. The sweep runs in a process of its own as the
jobs process does; meanwhile an operator saves reports through gunicorn with 2 workers. Both databases keep what they
acknowledge (`synchronous = FULL`, `fsync = on`).
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from sqlalchemy import func, insert, select, text  # noqa: E402

from bench.databases import postgres  # noqa: E402
from bench.plans import asked, plans_of, scans_in  # noqa: E402
from bench.work import REPORT, Office  # noqa: E402
from config import Config  # noqa: E402
from hotline import clock, create_app  # noqa: E402
from hotline.actor import Actor  # noqa: E402
from hotline.catalogue import queries as catalogue  # noqa: E402
from hotline.catalogue.models import Category  # noqa: E402
from hotline.db import db, transaction  # noqa: E402
from hotline.messages.models import Message, MessageState  # noqa: E402
from hotline.serve import server_command  # noqa: E402
from hotline.staff.actions import actor_of  # noqa: E402
from hotline.staff.models import User  # noqa: E402
from hotline.tickets import actions, jobs  # noqa: E402
from hotline.tickets.models import Clock, Crossing, Ticket  # noqa: E402
from tools.crowd import copy_case  # noqa: E402
from tools.province import HOST, address_of, environment_in, flask, free_port, serving  # noqa: E402

OPEN, DUE = 200_000, 10_000
IDLE_SWEEPS, QUIET_CREATES = 100, 200
MOST_IDLE_MS = 10
LEAST_A_SECOND = 1_500
MOST_SLOWER = 3.0
SCANNED_NEVER = ("clocks", "tickets", "pauses", "messages")
CATEGORY, FIVE_MINUTES = "GT-01", timedelta(minutes=5)
JUST_LATE = timedelta(hours=24) + FIVE_MINUTES
# How open cases stand: in percent, and how many minutes ago they came in at most.
SHARES = {"at work": (70, 2 * 1440), "fresh": (15, 30), "waiting": (10, 1440), "asked": (1, 1440), "on hold": (4, 1440)}


@dataclass(frozen=True)
class Idle:
    """Sweeps that found nothing: milliseconds each, the plans of their queries, the table scans among them."""

    milliseconds: list[float]
    plans: list[str]
    scans: list[str]


@dataclass(frozen=True)
class Rush:
    """A sweep of many at once: clocks, crossings written, seconds; seconds that creating took before and meanwhile."""

    clocks: int
    crossings: int
    seconds: float
    quiet: list[float]
    meanwhile: list[float]

    @property
    def slower(self) -> float:
        """How many times the quiet p95 the operators waited."""
        return p95_ms(self.meanwhile) / p95_ms(self.quiet)


@dataclass(frozen=True)
class Figures:
    """What was measured on one database."""

    name: str
    idle: Idle
    rush: Rush
    silent_clocks: int
    silent_seconds: float


def print_sweeping(open_cases: int = OPEN, due: int = DUE) -> bool:
    """Measure both databases and print it; whether every promise was kept."""
    print(f"\nThe sweep among {open_cases:,} open reports, load {os.getloadavg()[0]:.1f} …", flush=True)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        found.append(_measure("SQLite", "", Path(folder), open_cases, due))
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        found.append(_measure("PostgreSQL", url, Path(folder), open_cases, due))
    print("\n| database | nothing due: ms, p95 | due at once | clocks a second | create p50, p95 quiet, ms "
          "| meanwhile | p95 ratio | accepted by silence a second (no promise) |"
          "\n|---|---:|---:|---:|---:|---:|---:|---:|")  # fmt: skip
    for one in found:
        rush = one.rush
        print(f"| {one.name} | {median(one.idle.milliseconds):.1f}, {_p95(one.idle.milliseconds):.1f} "
              f"| {rush.clocks:,} | {rush.clocks / rush.seconds:,.0f} "
              f"| {_waits(rush.quiet)} | {_waits(rush.meanwhile)} ({len(rush.meanwhile)}) | {rush.slower:.1f} "
              f"| {one.silent_clocks / one.silent_seconds:,.0f} of {one.silent_clocks:,} |")  # fmt: skip
    for one in found:
        print(f"\n{one.name}, a sweep with nothing due asks:")
        for plan in one.idle.plans:
            print("    " + plan.replace("\n", "\n    "))
    promises = {
        f"Nothing due: at most {MOST_IDLE_MS} ms": all(median(one.idle.milliseconds) <= MOST_IDLE_MS for one in found),
        "no table is read from end to end": not any(one.idle.scans for one in found),
        f"{LEAST_A_SECOND:,} clocks a second or more": all(
            one.rush.clocks / one.rush.seconds >= LEAST_A_SECOND for one in found
        ),
        "each crossed once": all(one.rush.crossings == due <= one.rush.clocks for one in found),
        f"creating under {MOST_SLOWER:.0f} times the quiet p95": all(one.rush.slower < MOST_SLOWER for one in found),
    }
    print("\n" + "; ".join(f"{promise}: {'yes' if kept else 'NO'}" for promise, kept in promises.items()) + ".")
    return all(promises.values())


def p95_ms(waits: Sequence[float]) -> float:
    """What 19 in 20 waited at most, in milliseconds."""
    return _p95(waits) * 1000


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[18]


def _waits(waits: Sequence[float]) -> str:
    return f"{median(waits) * 1000:.0f}, {p95_ms(waits):.0f}"


def _measure(name: str, url: str, folder: Path, open_cases: int, due: int) -> Figures:
    port = free_port()
    environment = environment_in(folder, address_of(port)) | {"HOTLINE_DATABASE_URL": url}
    flask(environment, "db", "upgrade")
    flask(environment, "demo", "load", "--tickets", "50")
    app, now = create_app(Config.from_env(environment)), clock.now()
    with app.app_context():
        began = time.perf_counter()
        models = _models(now)
        _open_cases(models, now, open_cases)
        print(f"{name}: {open_cases:,} open reports in {time.perf_counter() - began:.0f} s", flush=True)
        idle = _sweep_idle(clock.now())
    with serving(server_command(HOST, port), port, environment):
        office = Office(address_of(port))
        _creates(office, QUIET_CREATES // 4)  # warms up
        quiet = _creates(office, QUIET_CREATES)
        with app.app_context():
            late = copy_case(models["late"], [now - JUST_LATE] * due, unswept_since=now - FIVE_MINUTES - FIVE_MINUTES)
        with _sweeper(environment) as sweeper:
            meanwhile = _creates_while(office, sweeper)
            clocks, seconds = sweeper.result()
    with app.app_context():
        mine = select(func.count()).select_from(Crossing).join(Clock)
        crossings = db.session.scalar(mine.where(Clock.ticket_id.between(late.start, late.stop - 1))) or 0
        copy_case(models["silent"], [_just_past_acceptance(now)] * due)
    with _sweeper(environment) as sweeper:
        sweeper.begin()
        silent_clocks, silent_seconds = sweeper.result()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return Figures(name, idle, Rush(clocks, crossings, seconds, quiet, meanwhile), silent_clocks, silent_seconds)


# What lies open


def _models(now: datetime) -> dict[str, str]:
    """The codes of the cases that are copied, by how they stand."""
    made = {name: _opened(now) for name in ("at work", "fresh", "waiting", "asked", "on hold", "silent")}
    with transaction() as session:
        category = session.scalars(select(Category).where(Category.code == CATEGORY)).one()
        category.resolve_target, promised = "24h", category.resolve_target
    made["late"] = _opened(now)
    with transaction() as session:
        session.scalars(select(Category).where(Category.code == CATEGORY)).one().resolve_target = promised
    for name in ("at work", "waiting", "asked", "on hold", "late"):
        _does(made[name], "staff", "accept", now)
    for name in ("at work", "waiting", "asked", "on hold", "silent", "late"):
        _does(made[name], "operator", "note", now, text="Đã gọi lại cho người dân.", reached=True)
    _does(made["waiting"], "staff", "ask", now, question="Số nhà nào?", by_phone=True)
    _does(made["waiting"], "operator", "confirm", now)
    _does(made["asked"], "staff", "ask", now, question="Số nhà nào?")
    _does(made["on hold"], "staff", "hold", now, reason="Chờ vật tư.")
    return made


def _opened(now: datetime) -> str:
    with transaction() as session:
        category = session.scalars(select(Category).where(Category.code == CATEGORY)).one()
        wish = actions.NewTicket(REPORT["content"], now, category_id=category.id, phone="0912345678")
        return actions.open_ticket(wish, by=_person("operator"), now=now).code


def _does(code: str, who: str, verb: str, now: datetime, **words: Any) -> None:
    with transaction() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.code == code)).one()
        getattr(actions, verb)(ticket, **words, by=_person(who), now=now)


def _person(name: str) -> Actor:
    user = db.session.scalars(select(User).where(User.email == f"{name}@demo.test")).one()
    return actor_of(user, "127.0.0.1")


def _open_cases(models: dict[str, str], now: datetime, number: int) -> None:
    """Open cases of the last days, none with a threshold to cross, in the proportions of a working province."""
    chance = Random(7)
    for name, (share, minutes) in SHARES.items():
        received = [now - timedelta(seconds=chance.randrange(60 * minutes)) for _ in range(number * share // 100)]
        copy_case(models[name], received, unswept_since=now + timedelta(hours=1))
    _outbox(models["at work"], number)
    if db.engine.dialect.name == "postgresql":  # as its own housekeeping does within minutes
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _outbox(code: str, number: int) -> None:
    """The texts that told their callers, delivered long ago."""
    row = db.session.scalars(select(Message).where(Message.ticket_code == code)).first()
    if row is None:
        raise RuntimeError("nobody was told")
    told = {column.key: getattr(row, column.key) for column in Message.__table__.columns if column.key != "id"}
    told |= {"state": MessageState.DELIVERED, "sent_at": row.made_at, "delivered_at": row.made_at}
    with transaction():
        texts = [told | {"dedupe_key": f"copy:{place}:opening"} for place in range(number)]
        db.session.connection().execute(insert(Message), texts)


def _just_past_acceptance(now: datetime) -> datetime:
    """When a case came in whose acceptance time of eight working hours is over by now."""
    arithmetic, at = catalogue.work_calendar("VN-OFFICE")[1], now
    while (arithmetic.deadline(at, 8 * 3600) or now) >= now:
        at -= timedelta(minutes=10)
    return at


# Nothing due


def _sweep_idle(now: datetime) -> Idle:
    jobs.escalate(now)
    with asked() as statements:
        jobs.escalate(now)
    plans = plans_of(statements)
    scans = scans_in(plans, SCANNED_NEVER)
    milliseconds = []
    for _ in range(IDLE_SWEEPS):
        began = time.perf_counter()
        if jobs.escalate(now):
            raise RuntimeError("something was due")
        milliseconds.append((time.perf_counter() - began) * 1000)
        db.session.remove()
    return Idle(milliseconds, plans, scans)


# Ten thousand due


def _creates(office: Office, number: int) -> list[float]:
    return [step() for step in office.create(number)]


def _creates_while(office: Office, sweeper: _Sweeper) -> list[float]:
    """Save one report after the other while it sweeps."""
    waits: list[float] = []
    sweeper.begin()
    while sweeper.is_at_work():
        waits += _creates(office, 1)
    return waits


class _Sweeper:
    """The sweep in a process of its own: connected, then told to begin."""

    def __init__(self, process: subprocess.Popen[str]):
        self._process = process

    def begin(self) -> None:
        if self._process.stdout is None or self._process.stdin is None or not self._process.stdout.readline():
            raise RuntimeError("the sweeper did not start")
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def is_at_work(self) -> bool:
        return self._process.poll() is None

    def result(self) -> tuple[int, float]:
        """How many clocks it dealt with, in how many seconds."""
        said, _nothing = self._process.communicate()
        clocks, seconds = json.loads(said)
        return clocks, seconds


@contextlib.contextmanager
def _sweeper(environment: dict[str, str]) -> Iterator[_Sweeper]:
    command = [sys.executable, __file__, "sweep"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield _Sweeper(process)
        finally:
            process.kill()


def sweep_when_told() -> None:
    """What the sweeper's process does."""
    with create_app(Config.from_env()).app_context():
        db.session.scalar(select(func.count()).select_from(User))
        db.session.rollback()
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.perf_counter()
        now, clocks = clock.now(), 0
        while done := jobs.escalate(now):
            clocks += done
        print(json.dumps([clocks, time.perf_counter() - began]), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["sweep"]:
        sweep_when_told()
    else:
        sys.exit(0 if print_sweeping(*map(int, sys.argv[1:])) else 1)
