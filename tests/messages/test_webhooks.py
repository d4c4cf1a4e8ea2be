"""What providers tell us about texts: only what is signed, once, in any order."""

from itertools import permutations

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.db import db, transaction
from hotline.messages import actions
from hotline.messages.models import InboundMessage, Message, MessageReceipt, MessageState, OptOut
from tests.support.twilio import signed


def receipt(client, status, sid="SM1", code=""):
    body = {"MessageSid": sid, "MessageStatus": status, "To": "+84912345678"}
    return signed(client, "/twilio/sms-status", {**body, **({"ErrorCode": code} if code else {})})


@pytest.fixture
def sent(app):
    """A text that Twilio knows as SM1."""
    with app.app_context(), transaction() as session:
        now = clock.now()
        actions.queue_text("answered", to="+84912345678", params={"code": "x"}, dedupe_key="k", now=now)
        text = session.scalars(select(Message)).one()
        text.state, text.provider_sid, text.sent_at = MessageState.SENT, "SM1", now
        session.flush()


@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])))
def test_receipts_end_in_delivered_whatever_their_order(app, client, sent, order):
    for status in order:
        assert receipt(client, status).status_code == 204
        assert receipt(client, status).status_code == 204
    with app.app_context():
        assert db.session.scalar(select(Message.state)) is MessageState.DELIVERED
        assert db.session.scalar(select(func.count()).select_from(MessageReceipt)) == 3


def test_an_unknown_texts_receipt_is_kept(app, client):
    assert receipt(client, "delivered", sid="SMnobody").status_code == 204
    with app.app_context():
        assert db.session.scalar(select(MessageReceipt.sid)) == "SMnobody"


@pytest.mark.parametrize("flaw", ["wrong-token", "missing", "empty", "tampered", "other-host"])
def test_what_is_not_signed_is_refused_and_leaves_nothing(app, client, flaw):
    assert (
        signed(client, "/twilio/sms-status", {"MessageSid": "SM1", "MessageStatus": "sent"}, flaw=flaw).status_code
        == 403
    )
    assert signed(client, "/twilio/sms-inbound", {"MessageSid": "SM1", "Body": "5"}, flaw=flaw).status_code == 403
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(MessageReceipt)) == 0
        assert db.session.scalar(select(func.count()).select_from(InboundMessage)) == 0


@pytest.mark.parametrize("word", ["STOP", "huy", " TD ", "Dung"])
def test_stop_words_are_obeyed_and_start_takes_them_back(app, client, word):
    answer = signed(client, "/twilio/sms-inbound", {"MessageSid": "SM1", "From": "+84912345678", "Body": word})
    assert answer.status_code == 200 and "<Response/>" in answer.text and answer.mimetype == "text/xml"
    with app.app_context():
        assert db.session.scalar(select(OptOut.number)) == "+84912345678"
    signed(client, "/twilio/sms-inbound", {"MessageSid": "SM2", "From": "+84912345678", "Body": "START"})
    with app.app_context():
        assert db.session.scalar(select(OptOut.number)) is None


def test_a_long_text_with_emoji_is_kept_whole_and_once(app, client):
    body = "Cảm ơn 😀 " * 180
    for _ in range(3):
        signed(client, "/twilio/sms-inbound", {"MessageSid": "SM1", "From": "+84912345678", "Body": body})
    with app.app_context():
        assert [row.body for row in db.session.scalars(select(InboundMessage))] == [body]


def test_a_look_is_not_a_webhook(client):
    assert client.get("/twilio/sms-status").status_code == 405
