"""A survey and a reopening of the same case at the same moment, on PostgreSQL, where both may begin."""

import threading

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.db import db, transaction
from hotline.messages.models import Message, MessageState
from hotline.satisfaction import jobs
from hotline.satisfaction.models import Survey
from hotline.tickets import actions, queries
from hotline.tickets.models import Ticket
from tests.support.days import at, born, do

__all__ = ["at", "born", "do"]


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)  # on SQLite one writes after the other
def test_a_case_that_is_just_being_reopened_invites_nobody_to_rate(app, opened, moved, by):
    code, began_at = opened(), clock.now()
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã vá."}), ("head", "approve"))
    done = threading.Event()

    def ask():
        with app.app_context():
            jobs.make_surveys(began_at)  # the round began before anybody thought of reopening
            db.session.remove()
        done.set()

    asking = threading.Thread(target=ask)
    with app.app_context(), transaction():
        ticket = queries.ticket_for_change(code, by("lead"))
        actions.reopen(ticket, reason="Chưa xong.", by=by("lead"), now=clock.now())
        asking.start()
        assert not done.wait(0.5)  # it waits for the case
    asking.join(10)
    with app.app_context():
        assert db.session.scalars(select(Survey.cycle)).all() == [1]
        waiting = select(Message.template).where(Message.state == MessageState.NEW).order_by(Message.id)
        assert db.session.scalars(waiting).all() == ["reopened"]


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
def test_a_case_is_read_again_once_it_is_ours(app, opened, by):
    code = opened()
    locked, change = threading.Event(), threading.Event()

    def accept():
        with app.app_context(), transaction():
            actions.accept(queries.ticket_for_change(code, by("staff")), by=by("staff"), now=clock.now())
            locked.set()
            change.wait(5)

    other = threading.Thread(target=accept)
    with app.app_context(), transaction() as session:
        seen = session.scalars(select(Ticket)).one()
        before = seen.version
        other.start()
        locked.wait(5)
        change.set()
        assert queries.ticket_for_change(code, by("lead")).version > before
    other.join(10)
