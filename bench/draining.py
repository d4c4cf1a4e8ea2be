"""How fast the outbox drains on SQLite and PostgreSQL: `python bench/draining.py [texts] [a minute]`.

The whole jobs process sends, with its bell and all its other jobs, through a gateway that takes every text at once; so
the pace is the sender's own. Meanwhile urgent texts are queued every second and must not wait behind the crowd.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from sqlalchemy import func, insert, select, text  # noqa: E402

from bench.databases import postgres  # noqa: E402
from config import Config  # noqa: E402
from hotline import clock, create_app  # noqa: E402
from hotline import jobs as house_jobs  # noqa: E402
from hotline.catalogue.models import Setting  # noqa: E402
from hotline.db import db, transaction  # noqa: E402
from hotline.messages import jobs  # noqa: E402
from hotline.messages.gateways import Outcome, OutgoingText, Sent  # noqa: E402
from hotline.messages.models import Message, MessageState, Sender  # noqa: E402
from tools.province import address_of, environment_in, flask  # noqa: E402

TEXTS, A_MINUTE = 100_000, 20_000
MOST_OFF = 0.05
LONGEST_WAIT_SECONDS = 5.0
CAPPED, A_NUMBER_A_DAY = 200, 8
URGENT_EVERY_SECONDS = 1.0


class NullGateway:
    """Takes every text at once, and forgets it."""

    name = "null"

    def send(self, text: OutgoingText) -> Sent:
        """Taken."""
        return Sent(Outcome.SENT, sid=f"null-{text.key}")


@dataclass(frozen=True)
class Drained:
    """What was found in the outbox afterwards."""

    texts: int
    seconds: float
    waits: list[float]
    most_a_number: int
    capped_left: int
    segments: int

    @property
    def a_minute(self) -> float:
        """The pace that was reached."""
        return self.texts / self.seconds * 60


def print_draining(texts: int = TEXTS, a_minute: int = A_MINUTE) -> bool:
    """Measure on both databases and print a table; False when a promise is missed."""
    print(f"\nDraining {texts:,} texts at {a_minute:,} a minute, through the jobs process:\n", flush=True)
    print("| database | texts | seconds | a minute | of the rate | urgent texts | longest wait, s | most a number |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    well = True
    with _databases() as databases:
        for name, url in databases:
            with tempfile.TemporaryDirectory() as folder:
                found = _drain(Path(folder), url, texts, a_minute)
            share, longest = found.a_minute / a_minute, max(found.waits)
            well &= abs(share - 1) <= MOST_OFF and longest < LONGEST_WAIT_SECONDS and bool(found.waits)
            well &= found.most_a_number <= A_NUMBER_A_DAY and found.capped_left == CAPPED - A_NUMBER_A_DAY
            print(f"| {name} | {found.texts:,} | {found.seconds:.1f} | {found.a_minute:,.0f} | {share:.1%} "
                  f"| {len(found.waits)} | {longest:.2f} | {found.most_a_number} |", flush=True)  # fmt: skip
    print(f"\nWithin {MOST_OFF:.0%} of the rate, urgent texts within {LONGEST_WAIT_SECONDS:.0f} seconds, "
          f"at most {A_NUMBER_A_DAY} texts a number: {'yes' if well else 'NO'}.\n")  # fmt: skip
    return well


@contextlib.contextmanager
def _databases() -> Iterator[list[tuple[str, str]]]:
    with postgres() as url:
        yield [("SQLite", ""), ("PostgreSQL", url)]


def _drain(folder: Path, url: str, texts: int, a_minute: int) -> Drained:
    environment = environment_in(folder, address_of(8000)) | {"HOTLINE_DATABASE_URL": url}
    flask(environment, "db", "upgrade")
    flask(environment, "demo", "load", "--tickets", "1")
    with create_app(Config.from_env(environment)).app_context():
        now = clock.now()
        with transaction() as session:
            for key, value in (
                ("texts_a_minute", a_minute),
                ("segments_a_day", 10 * texts),
                ("texts_a_number_a_day", A_NUMBER_A_DAY),
                ("texts_begin_hour", 0),
                ("texts_end_hour", 24),
            ):
                session.merge(Setting(key=key, value=value))
            before = session.scalar(select(func.count()).select_from(Message)) or 0
            session.execute(insert(Message), _crowd(texts, now))
        db.session.execute(text("ANALYZE"))
        db.session.rollback()
        with _jobs_process(environment):
            _queue_urgent_until(texts)
        found = _found(texts)
        db.session.remove()
        db.engine.dispose()
    if before > 100:
        raise RuntimeError("the province was not empty")
    return found


def _crowd(texts: int, now: datetime) -> list[dict[str, object]]:
    """Invitations to as many numbers; and many to one number, of which only a few may leave."""
    row = {"template": "answered", "channel": "text", "precedence": 2, "is_daytime_only": True, "made_at": now,
           "expires_at": now + timedelta(days=2), "next_attempt_at": now}  # fmt: skip
    crowd = [
        row | {"dedupe_key": f"crowd:{n}", "to_number": f"+849{10_000_000 + n}", "body": f"1022: tin so {n}"}
        for n in range(texts)
    ]
    # Due a little earlier, so that they stand in front of the crowd.
    first = row | {"next_attempt_at": now - timedelta(seconds=1), "to_number": "+84900000000", "body": "1022: tin"}
    return crowd + [first | {"dedupe_key": f"capped:{n}"} for n in range(CAPPED)]


def _urgent(number: int, now: datetime) -> dict[str, object]:
    return {
        "dedupe_key": f"urgent:{number}",
        "template": "staff_alert",
        "channel": "text",
        "precedence": number % 2,
        "to_number": f"+848{10_000_000 + number}",
        "body": "1022: khan",
        "made_at": now,
        "next_attempt_at": now,
        "expires_at": now + timedelta(hours=12),
    }


def _queue_urgent_until(texts: int) -> None:
    number, deadline = 0, time.monotonic() + 3600
    left = select(func.count()).where(Message.dedupe_key.like("crowd:%"), Message.state != MessageState.SENT)
    while time.monotonic() < deadline:
        with transaction() as session:
            session.execute(insert(Message), [_urgent(number, clock.now())])
        number += 1
        time.sleep(URGENT_EVERY_SECONDS)
        if number % 5 == 0 and not db.session.scalar(left):
            break
        db.session.rollback()
    time.sleep(LONGEST_WAIT_SECONDS)


def _found(texts: int) -> Drained:
    sent = Message.state == MessageState.SENT
    crowd = Message.dedupe_key.like("crowd:%")
    times = db.session.execute(select(func.min(Message.sent_at), func.max(Message.sent_at)).where(crowd, sent)).one()
    # All that left in this time counts: what is urgent takes its share of the rate.
    within = select(func.count()).where(sent, Message.sent_at.between(*times))
    urgent = db.session.execute(select(Message.made_at, Message.sent_at).where(Message.dedupe_key.like("urgent:%")))
    capped = Counter(db.session.scalars(select(Message.state).where(Message.dedupe_key.like("capped:%"))))
    if (db.session.scalar(select(func.count()).where(crowd, sent)) or 0) != texts:
        raise RuntimeError("not all texts left")
    return Drained(
        texts=db.session.scalar(within) or 0,
        seconds=(times[1] - times[0]).total_seconds(),
        waits=[((sent_at or clock.now()) - made_at).total_seconds() for made_at, sent_at in urgent],
        most_a_number=capped[MessageState.SENT],
        capped_left=capped[MessageState.NEW],
        segments=db.session.scalar(select(Sender.day_segments).where(Sender.name == NullGateway.name)) or 0,
    )


@contextlib.contextmanager
def _jobs_process(environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, __file__, "jobs"], cwd=ROOT, env=environment)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def run_jobs() -> None:
    """What `flask jobs run` does, with the gateway that takes everything."""
    jobs.gateway = NullGateway  # type: ignore[assignment]
    house_jobs.run_for_ever(create_app(Config.from_env()))


if __name__ == "__main__":
    if sys.argv[1:] == ["jobs"]:
        run_jobs()
    else:
        sys.exit(0 if print_draining(*map(int, sys.argv[1:])) else 1)
