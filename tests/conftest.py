"""Real databases for every test: a migrated template, copied; SQLite as a file, PostgreSQL as CREATE DATABASE … TEMPLATE."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from sqlalchemy import create_engine, text

from config import Config
from hotline import clock, create_app
from hotline.actor import SYSTEM
from hotline.catalogue.actions import load_catalogue
from hotline.catalogue.queries import department_by_code
from hotline.db import db, transaction
from hotline.staff.actions import add_user
from hotline.staff.permissions import Role
from tests.support.browser import chromium, served
from tests.support.engines import remembering
from tests.support.lives import by, look, moved, opened, spoil
from tests.support.mailbox import mailbox
from tests.support.memory import in_memory
from tests.support.postgres import Postgres
from tests.support.telling import everything, person, told

# Fixtures for every test.
__all__ = ["by", "chromium", "everything", "look", "mailbox", "moved", "opened", "person", "served", "spoil", "told"]
PASSWORD = "hotline-demo"
TWILIO_TOKEN = "token-of-the-tests"
PEOPLE = (
    ("operator", "Trần Thị Mai", Role.OPERATOR, None),
    ("staff", "Lê Văn Hùng", Role.STAFF, "SXD"),
    ("staff2", "Đỗ Thị Hạnh", Role.STAFF, "SXD"),
    ("head", "Phạm Quốc Bảo", Role.HEAD, "SXD"),
    ("health", "Vũ Thị Ngọc", Role.STAFF, "SYT"),
    ("lead", "Nguyễn Minh Tuấn", Role.LEAD, None),
    ("leader", "Hoàng Thị Thu", Role.LEADER, None),
    ("admin", "Bùi Anh Khoa", Role.ADMIN, None),
)


db._make_engine = remembering
if memory := in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))  # before the first tmp_path, and for all workers


def pytest_addoption(parser):
    """`--rounds 200`: how often endurance tests of the timers are repeated."""
    parser.addoption("--rounds", type=int, default=3, help="Rounds of the endurance tests of timers.")


@pytest.fixture
def rounds(request):
    """How many rounds an endurance test of the timers has."""
    return request.config.getoption("--rounds")


def settings(folder: Path, database_url: str) -> Config:
    """The configuration of a test."""
    return Config(
        secret_key="a secret of the tests, long enough to be taken",
        public_url="http://localhost",
        database_url=database_url,
        instance_dir=folder,
        testing=True,
        demo=True,
        twilio_tokens=(TWILIO_TOKEN,),
    )


def _furnish(config: Config) -> None:
    app = create_app(config)
    with app.app_context():
        upgrade()
        now = clock.now()
        with transaction():
            load_catalogue(by=SYSTEM, now=now)
        with transaction():
            for name, full_name, role, code in PEOPLE:
                unit = department_by_code(code, now.date()) if code else None
                add_user(f"{name}@demo.test", full_name, role, unit, PASSWORD, by=SYSTEM, now=now, is_demo=True)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A migrated and furnished SQLite file."""
    folder = tmp_path_factory.mktemp("sqlite")
    _furnish(settings(folder, f"sqlite:///{folder / 'template.db'}"))
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """A PostgreSQL server of our own on a free port of the loopback."""
    server = Postgres()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres, tmp_path_factory):
    """A migrated and furnished PostgreSQL database."""
    postgres.create("template_of_tests")
    _furnish(settings(tmp_path_factory.mktemp("postgres"), postgres.url("template_of_tests")))
    return "template_of_tests"


@pytest.fixture(params=["sqlite", "postgresql"])
def config(request, tmp_path):
    """Settings with a database of this test's own."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        return settings(tmp_path, f"sqlite:///{tmp_path / 'test.db'}")
    server = request.getfixturevalue("postgres")
    name = server.copy(request.getfixturevalue("postgres_template"))
    return settings(tmp_path, server.url(name))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_config(request, tmp_path):
    """Settings with an empty database without tables."""
    if request.param == "sqlite":
        return settings(tmp_path, f"sqlite:///{tmp_path / 'bare.db'}")
    server = request.getfixturevalue("postgres")
    return settings(tmp_path, server.url(server.copy("template1")))


@pytest.fixture
def app(config, compiled_templates):
    """The application on that database."""
    yield from _application(config, compiled_templates)


@pytest.fixture
def bare_app(bare_config, compiled_templates):
    """The application on an empty database without tables."""
    yield from _application(bare_config, compiled_templates)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory):
    """Pages compiled by one test serve the next: nearly half of a test's time otherwise."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


def _application(config: Config, compiled_templates: BytecodeCache) -> Iterator[Flask]:
    application = create_app(config)
    application.jinja_env.bytecode_cache = compiled_templates
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()
    if not config.is_sqlite:
        base, _slash, name = config.database_url.rpartition("/")
        engine = create_engine(f"{base}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


@pytest.fixture
def client(app):
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def sign_in(app):
    """sign_in("staff") -> a client that went through the sign-in page as that person."""

    def enter(name):
        client = app.test_client()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text).group(1)
        data = {"csrf_token": token, "email": f"{name}@demo.test", "password": PASSWORD, "next": ""}
        assert client.post("/login", data=data).status_code == 303
        return client

    return enter
