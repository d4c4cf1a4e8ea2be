"""Runs migrations inside `flask db …`: one connection, one transaction for each, batch mode for SQLite."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

LOCK_TIMEOUT = "5s"
BY_HAND = "ticket_words"  # an FTS5 table with its shadows, a generated column with its index: no model knows of them


def _render_item(kind: str, item: Any, _autogen_context: Any) -> str | bool:
    # Migrations import nothing from the app: its own column type is written as what it is in the database.
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def _include_name(name: str | None, _kind: str, _parents: Any) -> bool:
    return BY_HAND not in (name or "")


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=current_app.extensions["migrate"].db.metadata,
        render_as_batch=True,
        render_item=_render_item,
        include_name=_include_name,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Upgrade or downgrade the application's database."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        connection.detach()  # what is set here must not come back with the pool
        if connection.dialect.name == "sqlite":
            # A table rebuilt in batch mode must not take its children with it. Inside a transaction this does nothing.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        else:
            connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            connection.commit()
        connection = connection.execution_options(hotline_write=True)
        _migrate(connection)


run()
