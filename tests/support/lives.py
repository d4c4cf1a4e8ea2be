"""Fixtures: cases in the states that tests begin from, made through the same actions that people use."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.models import Area, Category
from hotline.db import db, transaction
from hotline.staff.actions import actor_of
from hotline.staff.models import User
from hotline.tickets import actions
from hotline.tickets.models import ClockKind, Ticket


@pytest.fixture
def by(app):
    """by("staff") -> the Actor of that person of the test province."""

    def find(name):
        user = db.session.scalar(select(User).where(User.email == f"{name}@demo.test"))
        return actor_of(user, "127.0.0.1")

    return find


@pytest.fixture
def opened(app, by):
    """opened(category="GT-01", …) -> the code of a new ticket, routed to Sở Xây dựng by default."""

    def open_one(category="GT-01", area="25195", minutes_ago=5, **wish):
        now = clock.now()
        with app.app_context(), transaction() as session:
            found = session.scalar(select(Category).where(Category.code == category)) if category else None
            place = session.scalar(select(Area).where(Area.code == area, Area.valid_to.is_(None))) if area else None
            new = actions.NewTicket(
                content=wish.pop("content", "Ổ gà lớn trước chợ, xe máy hay ngã vào buổi tối."),
                received_at=now - timedelta(minutes=minutes_ago),
                category_id=found.id if found else None,
                area_id=place.id if place else None,
                phone=wish.pop("phone", "0912345678"),
                caller_name=wish.pop("caller_name", "Nguyễn Thị Lan"),
                **wish,
            )
            return actions.open_ticket(new, by=by("operator"), now=now).code

    return open_one


@pytest.fixture
def moved(app, by):
    """moved(code, ("staff", "accept"), ("staff", "answer", {"body": …})) plays verbs one after the other."""

    def play(code, *steps):
        for name, verb, *extra in steps:
            with app.app_context(), transaction() as session:
                ticket = session.scalar(select(Ticket).where(Ticket.code == code))
                act = getattr(actions, {"return": "return_"}.get(verb, verb))
                act(ticket, **(extra[0] if extra else {}), by=by(name), now=clock.now())

    return play


@pytest.fixture
def look(app):
    """look(code, function) -> what the function says about the ticket as it stands in the database."""

    def read(code, what):
        with app.app_context():
            return what(db.session.scalar(select(Ticket).where(Ticket.code == code)))

    return read


@pytest.fixture
def spoil(app):
    """spoil(code) moves the answer's clock so far back that its deadline passed at least an hour ago, unnoticed."""

    def make_due(code):
        with app.app_context(), transaction() as session:
            ticket = session.scalars(select(Ticket).where(Ticket.code == code)).one()
            past = clock.now() - timedelta(hours=1)
            row = next(row for row in ticket.clocks if row.kind is ClockKind.RESOLUTION)
            row.target, row.started_at = "1h", past - timedelta(hours=2)
            row.deadline_at = row.first_promise_at = row.bare_deadline_at = past - timedelta(hours=1)
            row.next_step, row.fires_at = "100%", row.deadline_at
            ticket.due_at = ticket.next_due_at = row.deadline_at

    return make_due
