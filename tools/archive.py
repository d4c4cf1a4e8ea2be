"""Years of work, written in bulk: copies of lives that the verbs made, each of another day, place, caller and wording.

`python tools/archive.py --tickets 200000 --seed 7` fills the database of HOTLINE_DATABASE_URL, which must hold a
demonstration. The same seed over the same demonstration writes the same tickets.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from sqlalchemy import JSON, Connection, func, select, text  # noqa: E402

from config import Config  # noqa: E402
from hotline import clock, create_app  # noqa: E402
from hotline.catalogue.models import Area, Category  # noqa: E402
from hotline.catalogue.queries import current_areas  # noqa: E402
from hotline.db import db, transaction  # noqa: E402
from hotline.demo import words  # noqa: E402
from hotline.tickets.actions.searching import filed_as, is_secret, names_of_place  # noqa: E402
from hotline.tickets.models import (  # noqa: E402
    Answer,
    Clock,
    CodeCounter,
    Extension,
    Leg,
    Pause,
    Ticket,
    TicketEvent,
    TicketSearch,
)
from hotline.tickets.rules.codes import ticket_code  # noqa: E402
from hotline.web.formats import local  # noqa: E402

COPIED = (TicketEvent, Clock, Leg, Pause, Extension, Answer)
TICKETS_AT_ONCE = 5_000
MODELS = 600
CACHE_KB = 262_144
LONGEST_WEEKS = 150
OPEN = 2_000  # the work that lies open does not grow with the years behind it
STREETS = ("Phú Riềng Đỏ", "Hùng Vương", "Nguyễn Huệ", "Lê Duẩn", "Trần Phú", "Lý Thường Kiệt", "Nguyễn Văn Linh",
           "Hai Bà Trưng", "Cách Mạng Tháng Tám", "Võ Văn Tần", "Điểu Ong", "Ngô Quyền")  # fmt: skip
NEAR = ("gần trường tiểu học", "trước cổng chợ", "cạnh trạm y tế", "đối diện trụ sở UBND", "sau nhà văn hóa",
        "đầu hẻm", "cuối đường", "ngay ngã ba", "dọc QL14", "bên ĐT741", "khu phố 3", "tổ 5, ấp 2")  # fmt: skip
MORE = ("Bà con rất bức xúc.", "Đề nghị sớm kiểm tra.", "Tình trạng kéo dài hơn một tuần.", "Có hình ảnh kèm theo.",
        "Trẻ em hay qua lại chỗ này.", "Đã báo tổ trưởng nhưng chưa thấy ai đến.", "Ban đêm rất nguy hiểm.",
        "Mong được trả lời bằng văn bản.", "Xin giữ kín thông tin.", "Sự việc lặp lại nhiều lần.")  # fmt: skip

Row = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """A row to copy: its values as the driver takes them, and its instants apart, which every copy moves."""

    values: Row
    instants: dict[str, datetime]

    def moved(self, later: timedelta) -> Row:
        """The values of a copy `later`."""
        return self.values | {name: _instant(at + later) for name, at in self.instants.items()}


@dataclass(frozen=True)
class Model:
    """A life to copy: its ticket and what hangs on it."""

    ticket: Piece
    parts: dict[Any, list[Piece]]


@dataclass(frozen=True)
class _Places:
    """The catalogue at hand, by ids."""

    areas: dict[int, Area]
    categories: dict[int, Category]

    def filed(self, row: Row) -> Row:
        """What a copy is found by."""
        category = self.categories.get(row["category_id"])
        facts = filed_as(
            code=row["code"],
            content=row["content"],
            address=row["address"],
            places=names_of_place(self.areas[row["area_id"]], category),
            codes=(row["procedure_code"], row["dossier_code"]),
            tax_code=row["tax_code"],
            names=(row["business_name"], row["caller_name"]),
            e164=row["phone_e164"],
            phone=row["phone_raw"],
            is_secret=is_secret(bool(row["is_confidential"]), category),
            units=(row["department_id"],),
        )
        return {"ticket_id": row["id"], **facts}


@dataclass(frozen=True)
class Written:
    """How many tickets and notices were written, in how many seconds."""

    tickets: int
    notices: int
    seconds: float


def fill(tickets: int, *, seed: int, now: datetime) -> Written:
    """Write `tickets` copies in batches of one transaction each; OPEN of them, or half, are still open.

    Copies are moved by whole weeks, so that working hours stay working hours.
    """
    began, chance = time.perf_counter(), Random(seed)
    closed, opened = _models(is_open=False), _models(is_open=True)
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text(f"PRAGMA cache_size = -{CACHE_KB}"))
    areas = list(current_areas(local(now).date()))
    places = _Places({area.id: area for area in areas}, {row.id: row for row in db.session.scalars(select(Category))})
    serials = {row.year: row.last for row in db.session.scalars(select(CodeCounter))}
    next_id = {table: (db.session.scalar(select(func.max(table.id))) or 0) + 1 for table in (Ticket, *COPIED)}
    notices, still_open = 0, min(OPEN, tickets // 2)
    for start in range(0, tickets, TICKETS_AT_ONCE):
        rows: dict[Any, list[Row]] = defaultdict(list)
        for number in range(start, min(start + TICKETS_AT_ONCE, tickets)):
            is_open = number >= tickets - still_open
            model = chance.choice(opened if is_open else closed)
            weeks = chance.choice((0, 0, 1)) if is_open else chance.randrange(LONGEST_WEEKS)
            _copy(model, timedelta(weeks=-weeks), chance, areas, serials, next_id, rows)
        notices += len(rows[TicketEvent])
        with transaction() as session:
            for table in (Ticket, *COPIED):
                write(session.connection(), table, rows[table])
            write(session.connection(), TicketSearch, [places.filed(row) for row in rows[Ticket]])
            for year, last in serials.items():
                session.merge(CodeCounter(year=year, last=last))
    if db.engine.dialect.name == "postgresql":
        with transaction() as session:
            for table in (Ticket, *COPIED):  # ids that were given move no sequence
                name = table.__tablename__
                session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"))
    return Written(tickets, notices, time.perf_counter() - began)


def settle() -> None:
    """What the database's own housekeeping does within minutes: statistics and, on PostgreSQL, the visibility map."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"))


def _models(*, is_open: bool) -> list[Model]:
    alone = (Ticket.is_open.is_(is_open), Ticket.parent_id.is_(None), ~Ticket.attached.any())
    found = db.session.scalars(select(Ticket).where(*alone).order_by(Ticket.id).limit(MODELS)).all()
    ids = [ticket.id for ticket in found]
    parts: dict[int, dict[Any, list[Piece]]] = {ticket_id: {} for ticket_id in ids}
    for table in COPIED:
        for row in db.session.scalars(select(table).where(table.ticket_id.in_(ids)).order_by(table.id)):
            parts[row.ticket_id].setdefault(table, []).append(_piece(row))
    return [Model(_piece(ticket), parts[ticket.id]) for ticket in found]


def _piece(one: Any) -> Piece:
    values, instants = {}, {}
    for column in type(one).__table__.columns:
        value = getattr(one, column.key)
        if isinstance(value, datetime):
            instants[column.key] = value
        elif column.computed is None:
            values[column.key] = _bound(column, value)
    unique = {"source": None, "source_id": None, "text_key": None}
    return Piece({name: unique.get(name, value) for name, value in values.items()} | dict.fromkeys(instants), instants)


def _bound(column: Any, value: Any) -> Any:
    if isinstance(column.type, JSON):
        return json.dumps(value, ensure_ascii=False)
    bind = column.type.bind_processor(db.engine.dialect)
    return bind(value) if bind else value


def _instant(at: datetime) -> Any:
    """As `UtcDateTime` stores it; written out here, as it is asked for a million times."""
    if db.engine.dialect.name == "postgresql":
        return at
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def _copy(
    model: Model,
    later: timedelta,
    chance: Random,
    areas: Sequence[Area],
    serials: dict[int, int],
    next_id: dict[Any, int],
    rows: dict[Any, list[Row]],
) -> None:
    """Add one copy of `model` to `rows`; its pieces keep their order, as their ids grow."""
    year = local(model.ticket.instants["received_at"] + later).year
    serials[year] = serials.get(year, 0) + 1
    ticket_id, next_id[Ticket] = next_id[Ticket], next_id[Ticket] + 1
    ticket = model.ticket.moved(later)
    changed = {
        "id": ticket_id,
        "code": ticket_code(year, serials[year]),
        "content": f"{ticket['content']} {chance.choice(MORE)} {chance.choice(MORE)}",
        "address": f"{chance.choice(NEAR)}, {chance.randrange(1, 900)} đường {chance.choice(STREETS)}",
        "area_id": chance.choice(areas).id,
        "caller_name": f"{chance.choice(words.SURNAMES)} {chance.choice(words.GIVEN)}",
        "phone_e164": f"+849{chance.randrange(10_000_000, 99_999_999)}" if ticket["phone_e164"] else None,
    }
    rows[Ticket].append(ticket | changed)
    for table, some in model.parts.items():
        for piece in some:
            rows[table].append(piece.moved(later) | {"id": next_id[table], "ticket_id": ticket_id})
            next_id[table] += 1


def write(connection: Connection, model: Any, rows: Sequence[Row]) -> None:
    """Insert rows of values that are ready, with any of the columns, the quickest way each driver has."""
    if not rows:
        return
    names = [column.key for column in model.__table__.columns if column.computed is None]
    values = ([row.get(name) for name in names] for row in rows)
    table, listed = model.__tablename__, ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "postgresql":
        with driver.cursor().copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
    else:
        driver.executemany(f"INSERT INTO {table} ({listed}) VALUES ({', '.join('?' * len(names))})", values)


def main(words_given: Iterable[str]) -> None:
    """Fill the configured database and say how fast."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    wanted = parser.parse_args(list(words_given))
    with create_app(Config.from_env()).app_context():
        done = fill(wanted.tickets, seed=wanted.seed, now=clock.now())
        settle()
    print(f"{done.tickets:,} tickets and {done.notices:,} notices in {done.seconds:.0f} s: "
          f"{done.tickets / done.seconds:,.0f} tickets a second")  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
