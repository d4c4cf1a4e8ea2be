"""Fixtures of the outbox: texts that wait, ways out that do as they are told, a stand-in for Twilio."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from hotline import clock
from hotline.catalogue.models import Setting
from hotline.db import db, transaction
from hotline.messages import actions, jobs
from hotline.messages.gateways import Outcome, Sent
from hotline.messages.models import Message, MessageState
from tests.support.twilio_peer import ACCOUNT, twilio_peer


class Gateway:
    """Answers what it is told to, and remembers."""

    name = "test"

    def __init__(self, *outcomes):
        self.outcomes, self.sent = list(outcomes), []

    def send(self, text):
        self.sent.append(text)
        return self.outcomes.pop(0) if self.outcomes else Sent(Outcome.SENT, sid=f"SM{len(self.sent)}")


@pytest.fixture
def gateway(monkeypatch):
    """gateway(outcome, …) becomes the way out."""

    def use(*outcomes):
        found = Gateway(*outcomes)
        monkeypatch.setattr(jobs, "gateway", lambda: found)
        return found

    return use


@pytest.fixture
def province_says(app):
    """province_says(texts_a_minute=60) sets what the province decides."""

    def decide(**values):
        with app.app_context(), transaction() as session:
            for key, value in values.items():
                session.merge(Setting(key=key, value=value))

    return decide


@pytest.fixture
def waiting(app):
    """waiting("+84912000001", precedence=0, …) puts one text into the outbox; its id."""

    def queue(to="+84912345678", code="26-0045127", now=None, key=None, **columns):
        now = now or clock.now()
        # What the occasion decides of these is another test's: here a text may leave at any hour for two days.
        columns = {"precedence": 1, "is_daytime_only": False, "expires_at": now + timedelta(days=2)} | columns
        with app.app_context(), transaction() as session:
            key = key or f"k{session.query(Message).count()}"
            actions.queue_text("answered", to=to, params={"code": code}, dedupe_key=key, now=now)
            row = session.scalars(select(Message).where(Message.dedupe_key == key)).one()
            for name, value in columns.items():
                setattr(row, name, value)
            session.flush()
            return row.id

    return queue


@pytest.fixture
def crowd(app):
    """crowd(500, now=…, precedence=2) puts many texts to as many numbers into the outbox."""

    def queue(number, now, **columns):
        rows = [
            {
                "dedupe_key": f"crowd:{columns.get('precedence', 1)}:{n}", "template": "answered", "channel": "text",
                "to_number": f"+849{10_000_000 + n}", "body": f"Tin {n}", "next_attempt_at": now, "made_at": now,
                "expires_at": now + timedelta(days=2), "state": MessageState.NEW, **columns,
            }
            for n in range(number)
        ]  # fmt: skip
        with app.app_context(), transaction():
            db.session.execute(insert(Message), rows)

    return queue


@pytest.fixture
def run(app):
    """run(jobs.send_due, now) -> what the job did."""

    def work(job, now=None):
        with app.app_context():
            return job(now or clock.now())

    return work


@pytest.fixture
def text(app):
    """text(id) -> the row as it stands, detached; without an id the only one."""

    def find(message_id=None):
        with app.app_context():
            query = select(Message) if message_id is None else select(Message).where(Message.id == message_id)
            row = db.session.scalars(query).one()
            db.session.expunge(row)
            return row

    return find


@pytest.fixture
def peer(app):
    """Twilio's stand-in, which the settings name as the way out."""
    with twilio_peer() as found:
        app.config["HOTLINE"] = dataclasses.replace(
            app.config["HOTLINE"],
            sms_gateway="twilio",
            twilio_account_sid=ACCOUNT,
            twilio_from="+842713888888",
            twilio_api_base=found.base,
        )
        yield found
