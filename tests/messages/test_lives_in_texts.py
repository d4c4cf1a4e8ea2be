"""How many texts a case costs the citizen: whole lives, their jobs, and the texts that left."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from hotline.actor import SYSTEM
from hotline.catalogue.models import Area, Category, Department, Setting
from hotline.catalogue.settings import forget_province
from hotline.db import db, transaction
from hotline.messages import jobs
from hotline.messages.models import Message, MessageState
from hotline.satisfaction.jobs import make_surveys, remind
from hotline.tickets import actions
from hotline.tickets.models import Ticket

TEN = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
GONE = (MessageState.SENT, MessageState.DELIVERED)


class Case:
    """One case whose clock the test turns; the jobs run at every step as they do every two seconds."""

    def __init__(self, by, category, phone, begin):
        self.by, self.now = by, begin
        with transaction() as session:
            found = session.scalar(select(Category).where(Category.code == category)) if category else None
            area = session.scalar(select(Area).where(Area.code == "25195", Area.valid_to.is_(None)))
            wish = actions.NewTicket(
                content="Ổ gà lớn trước chợ.",
                received_at=begin,
                category_id=found.id if found else None,
                area_id=area.id if found else None,
                phone=phone,
            )
            self.code = actions.open_ticket(wish, by=by("operator"), now=begin).code
        self.ring()

    def ring(self):
        make_surveys(self.now)
        remind(self.now)
        jobs.send_due(self.now)

    def do(self, who, verb, **more):
        with transaction() as session:
            ticket = session.scalars(select(Ticket).where(Ticket.code == self.code)).one()
            getattr(actions, verb)(ticket, **more, by=self.by(who), now=self.now)
        self.ring()
        return self

    def wait(self, **length):
        self.now += timedelta(**length)
        self.ring()
        return self

    def route(self):
        unit = db.session.scalar(select(Department).where(Department.code == "SXD", Department.valid_to.is_(None)))
        return self.do("operator", "route", department=unit, reason="Đúng lĩnh vực.")

    def answer(self):
        self.do("staff", "accept").wait(hours=1).do("staff", "answer", body="Đã vá.")
        return self.wait(minutes=5).do("head", "approve")

    @property
    def left(self):
        query = select(Message.template).where(Message.ticket_code == self.code, Message.state.in_(GONE))
        return list(db.session.scalars(query.order_by(Message.id)))


@pytest.fixture
def case(app, by):
    """case("GT-01") -> a case just opened, after all that came before; without a category it waits in triage."""
    before = []

    def begin(category=None, phone="0912345678"):
        before.append(Case(by, category, phone, max((one.now for one in before), default=TEN)))
        return before[-1]

    with app.app_context():
        yield begin


def test_a_normal_case_costs_two_texts(case):
    at_once = case("GT-01")
    assert at_once.left == ["received_routed"]
    assert at_once.answer().left == ["received_routed", "answered_rate"]
    soon = case(phone="0912345679").wait(minutes=3)
    assert soon.left == []
    assert soon.route().left == ["received_routed"]
    assert soon.wait(minutes=10).answer().left == ["received_routed", "answered_rate"]
    late = case(phone="0912345670").wait(minutes=6)
    assert late.left == ["received"]
    assert late.wait(minutes=4).route().left == ["received"]
    assert late.answer().left == ["received", "answered_rate"]
    again = case("GT-01").answer()
    assert again.left == ["received_routed", "answered"]  # asked already today


def test_what_is_answered_at_once_costs_one_text_and_a_refusal_says_so(case):
    assert case().wait(minutes=2).do("operator", "settle", body="Mở từ 7h30.").wait(hours=1).left == ["answered_rate"]
    refused = case().wait(minutes=2).do("operator", "refuse", guidance="Mời gửi tòa án.").wait(hours=1)
    assert refused.left == ["refused"]  # asked already today, so without an invitation
    assert case().wait(minutes=2).do("operator", "withdraw", reason="Đã tự xong.").wait(hours=1).left == []


def test_one_reminder_and_no_more(case):
    one = case("GT-01").answer().wait(days=3)
    assert one.left == ["received_routed", "answered_rate", "reminder"]
    for _each in range(5):
        one.wait(days=2)
    assert one.left == ["received_routed", "answered_rate", "reminder"]


def test_each_further_event_is_one_text(case):
    one = case("GT-01").do("staff", "accept").wait(minutes=10)
    one.do("staff", "ask", question="Số nhà bao nhiêu?")
    assert one.left == ["received_routed", "question"]
    one.wait(hours=1).do("operator", "resume", note="Số 5.")
    until_on = (TEN + timedelta(days=14)).date()
    one.do("staff", "extend", until_on=until_on, reason="Chờ vật tư.").do("head", "grant")
    assert one.left == ["received_routed", "question", "extended"]
    one.do("staff", "answer", body="Đã vá.").do("head", "approve").wait(hours=1)
    one.do("lead", "reopen", reason="Chưa xong.")
    assert one.left == ["received_routed", "question", "extended", "answered_rate", "reopened"]


def test_a_text_that_waits_when_its_reason_is_gone_never_leaves(case, app):
    one = case("GT-01").do("staff", "accept")
    with transaction():
        actions.ask(
            db.session.scalars(select(Ticket).where(Ticket.code == one.code)).one(),
            question="Số nhà?",
            by=one.by("staff"),
            now=one.now,
        )
    with transaction():  # before the sender came round, somebody phoned
        actions.resume(
            db.session.scalars(select(Ticket).where(Ticket.code == one.code)).one(),
            note="Số 5.",
            by=SYSTEM,
            now=one.now,
        )
    assert one.wait(minutes=5).left == ["received_routed"]
    question = db.session.scalars(select(Message).where(Message.template == "question")).one()
    assert (question.state, question.error_code) == (MessageState.SUPPRESSED, "taken_back") and question.reason


def test_the_minutes_to_wait_for_the_unit_are_the_provinces_to_decide(case):
    with transaction() as session:
        session.add(Setting(key="routing_grace_minutes", value=0))
    forget_province()
    assert case().left == ["received"]
