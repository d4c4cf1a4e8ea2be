"""Fixtures of the room: cases that were answered, their links, and rows of their surveys."""

import re

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.db import db, transaction
from hotline.messages.actions import rendered
from hotline.messages.models import Message
from hotline.satisfaction.jobs import make_surveys
from hotline.satisfaction.models import Survey
from hotline.satisfaction.rules import LINK_PURPOSE
from hotline.tickets.models import Ticket
from hotline.web.tokens import link_token
from tests.support.days import at, born, do, send

__all__ = ["at", "born", "do", "send"]

ANSWER = "Đã vá ổ gà trước chợ, xin cảm ơn Ông/Bà."


@pytest.fixture
def answered(app, opened, moved):
    """answered(**wish) -> the code of a case that was answered and approved, with its survey made."""

    def answer(**wish):
        code = opened(**wish)
        moved(code, ("staff", "accept"), ("staff", "answer", {"body": ANSWER}), ("head", "approve"))
        with app.app_context():
            make_surveys(clock.now())
        return code

    return answer


@pytest.fixture
def link(app):
    """link(code) -> the path behind the text about this case."""

    def path(code):
        with app.app_context():
            query = select(Message).where(Message.ticket_code == code, Message.template == "answered_rate")
            return re.search(r"/r/\S+", rendered(db.session.scalars(query).one())).group()

    return path


@pytest.fixture
def token(app):
    """token(code, cycle=1) -> the token of that closing's survey, asked or not."""

    def make(code, cycle=1):
        with app.app_context():
            query = select(Survey.id).join(Survey.ticket).where(Ticket.code == code, Survey.cycle == cycle)
            return link_token(app.config["HOTLINE"].secret_key, LINK_PURPOSE, db.session.scalars(query).one())

    return make


@pytest.fixture
def rows(app):
    """rows(table) -> how many rows it has."""

    def count(table):
        with app.app_context():
            return db.session.scalar(select(func.count()).select_from(table))

    return count


@pytest.fixture
def shifted(app):
    """shifted(**columns) moves the only survey in time."""

    def change(**columns):
        with app.app_context(), transaction() as session:
            survey = session.scalars(select(Survey)).one()
            for name, value in columns.items():
                setattr(survey, name, value)

    return change


@pytest.fixture
def sent(app):
    """sent(code) -> [(template, state)] of the texts about a case, in order."""

    def texts(code):
        with app.app_context():
            query = select(Message.template, Message.state).where(Message.ticket_code == code).order_by(Message.id)
            return [tuple(row) for row in db.session.execute(query)]

    return texts
