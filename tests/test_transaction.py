"""`transaction()`: decisions inside are made on the present state, whoever wrote it meanwhile."""

import threading

import pytest
from sqlalchemy import select

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
