"""Fixtures for what lasts days: the time is set, cases are born at an instant, verbs are done at another."""

import re
import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.models import Area, Category, Department
from hotline.db import db, transaction
from hotline.messages.models import Message
from hotline.staff.models import User
from hotline.tickets import actions
from hotline.tickets.models import ClockKind, Ticket
from tests.support.pictures import fresh

PROVINCE = ZoneInfo("Asia/Ho_Chi_Minh")
SITES = {"return": "return_"}


def vn(text):
    """vn("2026-03-02 08:00") -> that instant on the province's clock, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=PROVINCE).astimezone(UTC)


def read_vn(instant):
    """The same the other way round, to the second where there are any."""
    there = instant.astimezone(PROVINCE)
    return f"{there:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def clock_of(ticket, kind=ClockKind.RESOLUTION, cycle=None):
    """The clock of this kind, of the present cycle unless another is named."""
    return [c for c in ticket.clocks if c.kind is kind and c.cycle == (cycle or ticket.cycle)][-1]


def wrong_fields(answer):
    """The names of the fields that a page marks as wrong."""
    marked = re.findall(r'<(?:input|select|textarea)\b[^>]*aria-invalid="true"[^>]*>', answer.text)
    return {re.search(r'\bname="([^"]+)"', tag).group(1) for tag in marked}


@pytest.fixture
def at(monkeypatch):
    """at("2026-03-02 08:00") sets the time of all that happens from here on."""

    def turn(when):
        instant = vn(when) if isinstance(when, str) else when
        monkeypatch.setattr(clock, "now", lambda: instant)
        return instant

    return turn


@pytest.fixture
def targets(app):
    """targets("GT-01", "8wh") makes this the category's promise of an answer."""

    def promise(category, resolve):
        with app.app_context(), transaction() as session:
            session.scalars(select(Category).where(Category.code == category)).one().resolve_target = resolve

    return promise


@pytest.fixture
def born(app, at, by):
    """born("2026-03-02 08:00", category="GT-01", …) -> the code of a case received then, routed by the rules."""

    def bear(when, category="GT-01", area="25195", phone="0912345678", who="operator", **wish):
        now = at(when)
        with app.app_context(), transaction() as session:
            found = session.scalar(select(Category).where(Category.code == category)) if category else None
            place = session.scalar(select(Area).where(Area.code == area, Area.valid_to.is_(None))) if area else None
            new = actions.NewTicket(
                content=wish.pop("content", "Ổ gà lớn trước chợ, xe máy hay ngã vào buổi tối."),
                received_at=wish.pop("received_at", now),
                category_id=found.id if found else None,
                area_id=place.id if place else None,
                phone=phone,
                **wish,
            )
            return actions.open_ticket(new, by=by(who), now=now).code

    return bear


@pytest.fixture
def do(app, at, by):
    """do(code, "staff", "accept", at="2026-03-02 09:00", …): one verb in one transaction, as an action."""

    def act(code, who, verb, when=None, **words):
        now = at(when) if when else clock.now()
        with app.app_context(), transaction() as session:
            ticket = session.scalars(select(Ticket).where(Ticket.code == code)).one()
            named = {
                "department": lambda value: session.scalars(
                    select(Department).where(Department.code == value, Department.valid_to.is_(None))
                ).one(),
                "proposed": lambda value: session.scalars(
                    select(Department).where(Department.code == value, Department.valid_to.is_(None))
                ).one(),
                "category": lambda value: session.scalars(select(Category).where(Category.code == value)).one(),
                "main": lambda value: session.scalars(select(Ticket).where(Ticket.code == value)).one(),
                "assignee": lambda value: session.scalars(select(User).where(User.email == f"{value}@demo.test")).one(),
            }
            found = {name: named[name](value) if name in named else value for name, value in words.items()}
            getattr(actions, SITES.get(verb, verb))(ticket, **found, by=by(who), now=now)

    return act


@pytest.fixture
def answered(do):
    """answered(code, "2026-03-02 16:30") takes a routed case through acceptance, answer and approval at that time."""

    def finish(code, when):
        do(code, "staff", "accept", when)
        do(code, "staff", "answer", when, body="Đã vá ổ gà trước chợ.")
        do(code, "head", "approve", when)

    return finish


@pytest.fixture
def send(app, sign_in):
    """send("staff", code, "extend", reason=…) -> the answer to the form of that verb, filled in on the latest page."""

    def post(who, code, verb, **fields):
        client = sign_in(who) if isinstance(who, str) else who
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/tickets").text).group(1)
        with app.app_context():
            version = db.session.scalar(select(Ticket.version).where(Ticket.code == code))
        form = {"csrf_token": token, "version": version, "idempotency_key": str(uuid.uuid4()), **fields}
        return client.post(f"/tickets/{code}/{verb}", data=fresh(form))

    return post


@pytest.fixture
def texts(app):
    """texts(code) -> the names of the texts queued about this case, in order."""

    def names(code):
        with app.app_context():
            return list(
                db.session.scalars(select(Message.template).where(Message.ticket_code == code).order_by(Message.id))
            )

    return names


@pytest.fixture
def stands(app):
    """stands(code) -> all that the database holds about a case, its texts and its deeds; equal when nothing changed."""
    from hotline.audit import AuditEntry
    from hotline.tickets.models import Answer, Clock, Crossing, Extension, Leg, PastPlan, Pause, TicketEvent

    def digest(*_codes):
        with app.app_context():
            found = {}
            tables = (
                Ticket, TicketEvent, Answer, Clock, PastPlan, Crossing, Pause, Extension, Leg, Message, AuditEntry,
            )  # fmt: skip
            for table in tables:
                query = select(table.__table__).order_by(table.__table__.c.id)
                if table is AuditEntry:
                    query = query.where(table.__table__.c.deed.like("tickets:%"))
                found[table.__tablename__] = [tuple(map(str, row)) for row in db.session.execute(query)]
            return found

    return digest
