"""Migrations: one numbered line that ends at the models, and each step goes down and up again, with data in it."""

import ast
import shutil
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import TextClause, func, inspect, select, table, text

from hotline.db import db
from hotline.demo.load import load_province

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"
LINE = ScriptDirectory(str(MIGRATIONS))
STEPS = list(LINE.walk_revisions())[::-1]  # the first schema first
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LIBRARIES = {"alembic", "sqlalchemy"}
BY_HAND = "ticket_words"  # the index of words: no table or column of the models


def fact(row):
    """One reflected thing as text that can be compared and sorted."""
    flat = {**row, **row.get("dialect_options", {})}
    flat.pop("dialect_options", None)
    return sorted((key, str(value) if isinstance(value, TextClause) else repr(value)) for key, value in flat.items())


def photograph():
    """All that the database says of its tables, except Alembic's own; the order of columns is no difference."""
    look = inspect(db.engine)
    found = {}
    for name in look.get_table_names():
        if name != "alembic_version":
            found[name] = {
                "columns": sorted(map(fact, look.get_columns(name))),
                "key": fact(look.get_pk_constraint(name)),
                "foreign keys": sorted(map(fact, look.get_foreign_keys(name))),
                "unique": sorted(map(fact, look.get_unique_constraints(name))),
                "checks": sorted(map(fact, look.get_check_constraints(name))),
                "indexes": sorted(map(fact, look.get_indexes(name))),
            }
    if db.engine.dialect.name == "postgresql":
        found |= dict.fromkeys(look.get_sequence_names(), "sequence")
        found |= {kind["name"]: "enum" for kind in look.get_enums()}
    return found


def rows():
    """How many rows each table holds."""
    names = [name for name in inspect(db.engine).get_table_names() if name != "alembic_version" and BY_HAND not in name]
    with db.engine.connect() as connection:
        return {name: connection.scalar(select(func.count()).select_from(table(name))) for name in names}


def settle():
    """Load a small demonstration and let go of the database."""
    load_province(60, 7, NOW, told=lambda number: None)
    db.session.remove()
    found = rows()
    assert found["tickets"] == 60 and found["ticket_events"] > 200
    return found


def assert_nothing_lost(before):
    """Tables that are still there hold as many rows, and what they point to is there."""
    now = rows()
    assert {name: now[name] for name in before.keys() & now.keys()} == {
        name: before[name] for name in before.keys() & now.keys()
    }
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_migrations_are_one_line_numbered_from_0001():
    assert len(LINE.get_heads()) == len(LINE.get_bases()) == 1
    assert [step.revision for step in STEPS] == [f"{number:04}" for number in range(1, len(STEPS) + 1)]
    assert [step.down_revision for step in STEPS] == [None, *[step.revision for step in STEPS[:-1]]]
    assert all(Path(step.path).name.startswith(f"{step.revision}_") for step in STEPS)
    assert not any(step.dependencies or step.branch_labels for step in STEPS)


@pytest.mark.parametrize("path", sorted(MIGRATIONS.rglob("*.py")), ids=lambda path: path.name)
def test_a_migration_imports_nothing_of_the_house(path):
    taken = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            taken |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            taken.add("." if node.level else node.module.split(".")[0])
    allowed = LIBRARIES | ({"flask"} if path.name == "env.py" else set())
    assert taken - allowed <= sys.stdlib_module_names


def test_alembic_finds_nothing_between_models_and_migrations(bare_app):
    with bare_app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            opts = {"compare_type": True, "include_name": lambda name, _kind, _parents: BY_HAND not in (name or "")}
            context = MigrationContext.configure(connection, opts=opts)
            assert compare_metadata(context, db.metadata) == []


def test_models_and_migrations_make_the_same_tables_checks_and_defaults(bare_app):
    with bare_app.app_context():
        upgrade()
        migrated = photograph()
        downgrade(revision="base")
        db.create_all()
        assert photograph() == migrated


def test_each_migration_goes_down_and_up_again_to_the_same_schema(bare_app):
    with bare_app.app_context():
        seen = {None: photograph()}
        assert seen[None] == {}
        for step in STEPS:
            upgrade(revision=step.revision)
            seen[step.revision] = photograph()
        assert set(db.metadata.tables) <= set(seen[STEPS[-1].revision])
        for step in reversed(STEPS):
            downgrade(revision=step.down_revision or "base")
            assert photograph() == seen[step.down_revision], f"down from {step.revision}"
            upgrade(revision=step.revision)
            assert photograph() == seen[step.revision], f"up again to {step.revision}"
            downgrade(revision=step.down_revision or "base")


def test_rows_outlive_each_migration_down_and_up(bare_app):
    with bare_app.app_context():
        upgrade()
        before = settle()
        for step in reversed(STEPS[1:]):
            downgrade(revision=step.down_revision)
            assert_nothing_lost(before)
            there = {name: before[name] for name in before.keys() & rows().keys()}  # tables that the step does not make
            upgrade(revision=step.revision)
            assert_nothing_lost(there)
            downgrade(revision=step.down_revision)


def test_a_full_database_goes_down_to_nothing_and_up_again(bare_app):
    with bare_app.app_context():
        upgrade()
        schema = photograph()
        settle()
        downgrade(revision="base")
        assert photograph() == {}
        upgrade()
        assert photograph() == schema
        assert set(rows().values()) == {0}
        settle()


@pytest.fixture
def with_next(tmp_path):
    """with_next(up, down) -> a copy of the migrations with one more at its end."""

    def plant(up, down):
        copy = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
        revision = f"{len(STEPS) + 1:04}"
        (copy / "versions" / f"{revision}_planted.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n\n"
            f"revision = {revision!r}\ndown_revision = {STEPS[-1].revision!r}\n\n\n"
            f"def upgrade():\n    {up}\n\n\ndef downgrade():\n    {down}\n",
            encoding="utf-8",
        )
        return str(copy)

    return plant


WIDER = 'with op.batch_alter_table("departments") as units: units.alter_column("kind", type_=sa.String({0}))'


def test_a_table_that_others_point_to_may_be_rebuilt_with_rows_in_it(bare_app, with_next):
    directory = with_next(WIDER.format(64), WIDER.format(32))
    with bare_app.app_context():
        upgrade()
        schema, before = photograph(), settle()
        upgrade(directory=directory)
        assert photograph() != schema
        assert_nothing_lost(before)
        downgrade(directory=directory, revision=STEPS[-1].revision)
        assert photograph() == schema
        assert_nothing_lost(before)


@pytest.mark.parametrize("bare_config", ["sqlite"], indirect=True)
def test_after_a_migration_foreign_keys_hold_again(bare_app):
    with bare_app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


@pytest.mark.parametrize("bare_config", ["postgresql"], indirect=True)
def test_a_migration_does_not_wait_for_a_lock_for_ever(bare_app, with_next):
    asked = "op.execute(\"CREATE TABLE planted AS SELECT current_setting('lock_timeout') AS patience\")"
    directory = with_next(asked, 'op.drop_table("planted")')
    with bare_app.app_context():
        upgrade(directory=directory)
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT patience FROM planted")) == "5s"
