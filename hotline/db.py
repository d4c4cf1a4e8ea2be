"""The database: base class, naming convention, column types and `transaction()`, the one commit of the code base."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, Table, event, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 10_000
LOOK_AGAIN_SECONDS = 0.002


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values; stored in UTC; SQLite gets sortable text without zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def coded(codes: type[StrEnum], name: str) -> Enum:
    """A StrEnum stored by value as VARCHAR with a CHECK named `name`."""
    return Enum(
        codes,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda kinds: [kind.value for kind in kinds],
    )


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    registry = registry(
        metadata=metadata, type_annotation_map={datetime: UtcDateTime(), dict[str, Any]: JSON(), list[str]: JSON()}
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
_one_writer = threading.Lock()


def init_db(app: Flask) -> None:
    """Bind the database of the app's configuration and give SQLite its profile on every connection."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _sqlite_profile)
            event.listen(db.engine, "begin", _sqlite_begin)


def _sqlite_profile(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN is off: it is deferred, and deferred write transactions lose updates silently.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "journal_size_limit = 67108864"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("hotline_write", False):
        _sqlite_begin_writing(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _sqlite_begin_writing(connection: Connection) -> None:
    """Wait for the one place to write. Raises OperationalError when it does not come.

    SQLite's own waiting looks again ever more rarely, at last ten times a second, and misses one turn after the other.
    """
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        given_up_at = time.monotonic() + BUSY_TIMEOUT_MS / 1000
        while time.monotonic() < given_up_at:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
            time.sleep(LOOK_AGAIN_SECONDS)
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails as SQLAlchemy's errors do
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


@contextmanager
def transaction() -> Iterator[Session]:
    """The one commit: everything inside happens, or nothing does.

    What was read before is forgotten, so decisions inside are made on the present state. On SQLite one writer a
    process waits in line here rather than in the busy handler, which is unfair. Raises RuntimeError when nested.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("transaction() does not nest: the caller already holds one")
    session.rollback()
    session.expire_all()  # a rollback forgets nothing when the last transaction was committed
    sqlite = db.engine.dialect.name == "sqlite"
    if sqlite:
        _one_writer.acquire()
    try:
        session.connection(execution_options={"hotline_write": True})
        session.info["writing"] = True
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
    finally:
        session.info["writing"] = False
        if sqlite:
            _one_writer.release()


def insert_once(table: type[Base], **values: Any) -> bool:
    """Insert a row in the running transaction unless its unique key is there already; True when it is news."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    statement = insert(cast(Table, table.__table__)).on_conflict_do_nothing().returning(literal(1))
    return db.session.execute(statement, values).first() is not None


def insert_each_once(table: type[Base], rows: Sequence[dict[str, Any]]) -> int:
    """The same for many rows at once, all with the same columns; how many were news."""
    if not rows:
        return 0
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    statement = insert(cast(Table, table.__table__)).on_conflict_do_nothing()
    # Counted by the driver: with RETURNING all rows become one long statement, which costs more than it saves.
    result = db.session.connection().execute(statement, rows, execution_options={"preserve_rowcount": True})
    return result.rowcount


def stand_in_line(key: str) -> None:
    """Until the commit one transaction at a time has `key`. On SQLite the one place to write is the line."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, _context: Any, _instances: Any) -> None:
    if not session.info.get("writing"):
        raise RuntimeError("a write outside transaction()")


__all__ = [
    "Base",
    "UtcDateTime",
    "coded",
    "db",
    "init_db",
    "insert_each_once",
    "insert_once",
    "stand_in_line",
    "transaction",
]
