"""`transaction()`: decisions inside are made on the present state, whoever wrote it meanwhile."""

import sqlite3
import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from hotline.catalogue.models import Setting
from hotline.db import transaction
from hotline.tickets.models import Ticket


def somebody_else(app, change):
    """A transaction of another thread, from beginning to end."""

    def alone():
        with app.app_context(), transaction() as session:
            change(session.scalars(select(Ticket)).one())

    other = threading.Thread(target=alone)
    other.start()
    other.join()


def silence_clocks(ticket):
    for clock in ticket.clocks:
        clock.next_step = clock.fires_at = None


@pytest.mark.parametrize("is_locked", [False, True])
def test_what_was_read_in_one_transaction_is_read_again_in_the_next(app, opened, is_locked):
    opened()
    with app.app_context():
        with transaction() as session:
            known = session.scalars(select(Ticket)).one()
            assert all(clock.fires_at is not None for clock in known.clocks)
        somebody_else(app, silence_clocks)
        with transaction() as session:
            ticket = session.get_one(Ticket, known.id, with_for_update=True if is_locked else None)
            assert [clock.fires_at for clock in ticket.clocks] == [None] * 3


@pytest.fixture
def writer(config):
    """Another process that is writing to the SQLite file just now."""
    path = config.database_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_who_wants_to_write_waits_until_the_other_has_written(app, writer):
    writer.execute("INSERT INTO settings (key, value) VALUES ('hour', '1')")
    release = threading.Timer(0.1, lambda: writer.execute("COMMIT"))
    with app.app_context():
        release.start()
        with transaction() as session:
            session.get_one(Setting, "hour").value = 2
        assert session.get_one(Setting, "hour").value == 2


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_who_waits_too_long_fails_as_when_the_database_is_away(app, writer, monkeypatch):
    monkeypatch.setattr("hotline.db.BUSY_TIMEOUT_MS", 20)
    with app.app_context(), pytest.raises(OperationalError), transaction():
        pytest.fail("two wrote at once")
