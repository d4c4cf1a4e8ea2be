"""The search at two sizes, on SQLite and PostgreSQL: `python bench/searching.py [SMALL LARGE [SQLite] [PostgreSQL]]`.

Reports are made up in bulk, filed by the same pure rules, and asked for by the province and by one unit: rare words,
very common ones, first letters, numbers, phrases. What counts is how much longer the larger house takes.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from flask_migrate import upgrade  # noqa: E402
from sqlalchemy import insert, select, text  # noqa: E402

from bench.databases import postgres  # noqa: E402
from config import Config  # noqa: E402
from hotline import clock, create_app  # noqa: E402
from hotline.actor import SYSTEM, Actor, ActorKind  # noqa: E402
from hotline.catalogue.actions import load_catalogue  # noqa: E402
from hotline.catalogue.models import Area, Category, Department  # noqa: E402
from hotline.db import db, transaction  # noqa: E402
from hotline.demo import words as said  # noqa: E402
from hotline.tickets.actions.searching import filed_as, names_of_place  # noqa: E402
from hotline.tickets.models import CallerKind, Channel, Ticket, TicketSearch  # noqa: E402
from hotline.tickets.queries import search  # noqa: E402
from hotline.tickets.rules.codes import ticket_code  # noqa: E402
from hotline.tickets.rules.lifecycle import Status  # noqa: E402

SMALL, LARGE = 10_000, 200_000
KINDS = ("SQLite", "PostgreSQL")
MOST_GROWTH = 3.0
ROUNDS, BATCH = 7, 5_000
QUERIES = (
    *("đường", "xã", "nước", "phường", "trường", "đường nước", "đèn chiếu sáng tắt", "ổ gà", "rác không thu gom"),
    *("nguyễn văn", "nguyen thi lan", "đ", "th", "ng", "đư", "tr", "duon", "ngu", "truon", "rac bo", "QL14", "ĐT 741"),
    *("phường Tân Phú", "TX. Phước Long", "thị trấn Đức Phong", "UBND phường", "khu phố 2", '"hùng vương"'),
    *('"đèn chiếu sáng"', "hùng vương ngập", "0123", "7788", "0912345678", "456", "26-0000109", "loa kẹo kéo karaoke"),
    *("trại heo suối", "gỗ bình phú", "bảo hiểm y tế thẻ", "zebra", "ngập lụt zebra", "ho so tach thua"),
)


@dataclass
class Asking:
    """How long one query took, in milliseconds, in each house."""

    taken: dict[tuple[str, int, str], list[float]] = field(default_factory=dict)

    def note(self, key: tuple[str, int, str], seconds: float) -> None:
        """One more time."""
        self.taken.setdefault(key, []).append(seconds * 1000)


@contextlib.contextmanager
def house(url: str, folder: Path, tickets: int) -> Iterator[Any]:
    """An application with as many reports, filed."""
    config = Config(
        secret_key="a secret of the bench, long enough to be taken",
        public_url="http://localhost",
        database_url=url,
        instance_dir=folder,
        testing=True,
        demo=True,
    )
    app = create_app(config)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        with transaction():
            load_catalogue(by=SYSTEM, now=clock.now())
        began = time.perf_counter()
        _fill(tickets)
        print(f"{db.engine.dialect.name}: {tickets:,} reports in {time.perf_counter() - began:.0f} s", flush=True)
        yield app
        db.session.remove()
        db.engine.dispose()


def _fill(number: int) -> None:
    chance, now = Random(7), datetime(2026, 11, 24, 3, tzinfo=UTC)
    categories = [c for c in db.session.scalars(select(Category)) if c.code in said.REPORTS]
    areas = list(db.session.scalars(select(Area).where(Area.valid_to.is_(None))))
    units = list(db.session.scalars(select(Department.id).where(Department.valid_to.is_(None)).order_by(Department.id)))
    for start in range(1, number + 1, BATCH):
        rows, filed = [], []
        for ticket_id in range(start, min(start + BATCH, number + 1)):
            row, place = _report(chance, ticket_id, number, now, categories, areas, units)
            rows.append(row)
            filed.append({"ticket_id": ticket_id, **_filed(row, place)})
        with transaction() as session:
            session.execute(insert(Ticket), rows)
            session.execute(insert(TicketSearch), filed)
    with transaction() as session:
        if db.engine.dialect.name == "sqlite":
            session.execute(text("INSERT INTO ticket_words (ticket_words) VALUES ('optimize')"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"))


def _report(
    chance: Random, ticket_id: int, number: int, now: datetime, categories: Any, areas: Any, units: Any
) -> tuple[dict[str, Any], list[str]]:
    category, area = chance.choice(categories), chance.choice(areas)
    place = chance.choice(said.PLACES)
    told = chance.choice(said.REPORTS[category.code][0]).format(place=place, since=chance.choice(said.SINCE))
    at = now - timedelta(minutes=(number - ticket_id) * 5)
    digits = f"9{chance.randrange(10_000_000, 99_999_999)}"
    row = {
        "id": ticket_id,
        "code": ticket_code(at.year - (ticket_id // 999_000), ticket_id % 999_000 + 1),
        "status": Status.CLOSED if chance.random() < 0.95 else Status.TRIAGE,
        "channel": Channel.PHONE,
        "content": f"{told} {chance.choice(said.CLOSING)} Số {chance.randrange(1, 900)}.",
        "address": f"{chance.randrange(1, 400)} {place}",
        "category_id": category.id,
        "area_id": area.id,
        "priority": category.priority,
        "caller_kind": CallerKind.CITIZEN,
        "caller_name": f"{chance.choice(said.SURNAMES)} {chance.choice(said.GIVEN)}",
        "business_name": chance.choice(said.BUSINESSES) if chance.random() < 0.05 else "",
        "phone_raw": f"0{digits}",
        "phone_e164": f"+84{digits}",
        "phone_kind": "mobile",
        "follow_code": "1234",
        "department_id": chance.choice(units),
        "received_at": at,
        "opened_at": at,
        "stopped_at": at,
    }
    return row, names_of_place(area, category)


def _filed(row: dict[str, Any], places: list[str]) -> dict[str, Any]:
    return filed_as(
        code=row["code"],
        content=row["content"],
        address=row["address"],
        places=places,
        codes=(),
        tax_code="",
        names=(row["business_name"], row["caller_name"]),
        e164=row["phone_e164"],
        phone=row["phone_raw"],
        is_confidential=False,
        units=(row["department_id"],),
    )


def ask_all(asking: Asking, size: int) -> None:
    """Every query by the province and by one unit, several times, the first of which does not count."""
    unit = db.session.scalar(select(Ticket.department_id).limit(1))
    people = {
        "province": Actor(ActorKind.STAFF, "Tổng đài", role="lead"),
        "unit": Actor(ActorKind.STAFF, "Chuyên viên", role="staff", department_id=unit),
    }
    for turn in range(ROUNDS + 1):
        for name, who in people.items():
            for words in QUERIES:
                began = time.perf_counter()
                search(words, who)
                taken = time.perf_counter() - began
                db.session.rollback()
                db.session.expunge_all()
                if turn:
                    asking.note((name, size, words), taken)


def print_searching(small: int = SMALL, large: int = LARGE, kinds: Sequence[str] = KINDS) -> bool:
    """Measure and print; whether the larger house is within what was promised."""
    well = True
    for kind in kinds:
        asking = Asking()
        with contextlib.ExitStack() as stack:
            for size in (small, large):
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                url = f"sqlite:///{folder}/bench.db" if kind == "SQLite" else stack.enter_context(postgres())
                with house(url, folder, size):
                    ask_all(asking, size)
                    if kind == "SQLite":
                        print(f"  {sum(f.stat().st_size for f in folder.glob('bench.db*')) / 2**20:,.0f} MB")
        well &= _print(kind, asking, small, large)
    return well


def _print(kind: str, asking: Asking, small: int, large: int) -> bool:
    print(f"\n{kind}, {len(QUERIES)} queries, {ROUNDS} times each, milliseconds\n")
    print(f"| who | reports | p50 | p95 | / {small:,} |\n|---|---:|---:|---:|---:|")
    well = True
    for who in ("province", "unit"):
        before = 0.0
        for size in (small, large):
            taken = [ms for (name, at, _w), some in asking.taken.items() if (name, at) == (who, size) for ms in some]
            p95 = quantiles(taken, n=20)[-1]
            growth = p95 / before if before else 1.0
            print(f"| {who} | {size:,} | {median(taken):.1f} | {p95:.1f} | {growth:.2f} |")
            well &= growth <= MOST_GROWTH
            before = p95
    slow = sorted(((median(ms), key) for key, ms in asking.taken.items() if key[1] == large), reverse=True)[:10]
    print("\nSlowest: " + "; ".join(f"{words!r} ({who}) {ms:.0f}" for ms, (who, _size, words) in slow))
    print(f"\np95 at {large:,} at most {MOST_GROWTH} times that at {small:,}: {'yes' if well else 'NO'}.\n")
    return well


def main() -> int:
    """Measure at the sizes asked for; 1 when a promised ratio is missed."""
    sizes = [int(argument) for argument in sys.argv[1:3]] or [SMALL, LARGE]
    return 0 if print_searching(*sizes, kinds=sys.argv[3:] or KINDS) else 1


if __name__ == "__main__":
    sys.exit(main())
