"""What providers and citizens tell us by text: only what is signed, once, in any order."""

from itertools import permutations
from random import Random

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.db import db, transaction
from hotline.messages import actions
from hotline.messages.gateways import Outcome, Sent
from hotline.messages.models import InboundMessage, Message, MessageReceipt, MessageState, OptOut
from tests.support.twilio import signed

CITIZEN = "+84912345678"
FATES = (["queued", "sent", "delivered"], ["accepted", "sending", "sent", "undelivered"], ["queued", "failed"])


def receipt(client, status, sid="SM1", code=""):
    body = {"MessageSid": sid, "MessageStatus": status, "To": CITIZEN}
    return signed(client, "/twilio/sms-status", {**body, **({"ErrorCode": code} if code else {})})


def inbound(client, body, sid="SM1", number=CITIZEN, **more):
    return signed(client, "/twilio/sms-inbound", {"MessageSid": sid, "From": number, "Body": body, **more})


@pytest.fixture
def sent(app, waiting):
    """A text that Twilio knows as SM1."""
    waiting(state=MessageState.SENT, provider="twilio", provider_sid="SM1", sent_at=clock.now())


def fate(app):
    with app.app_context():
        return tuple(db.session.execute(select(Message.state, Message.error_code)).one())


@pytest.mark.parametrize("order", list(permutations(FATES[0])))
def test_receipts_end_in_delivered_whatever_their_order(app, client, sent, order):
    for status in order:
        assert receipt(client, status).status_code == 204
        assert receipt(client, status).status_code == 204
    assert fate(app) == (MessageState.DELIVERED, "")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(MessageReceipt)) == 3


def test_receipts_that_came_before_we_knew_the_text_shuffled_and_repeated_end_alike(app, waiting):
    chance, now = Random(7), clock.now()
    for number in range(24):
        statuses = chance.choice(FATES) * 3
        chance.shuffle(statuses)
        early = chance.randrange(len(statuses) + 1)
        one = waiting(f"+849120001{number:02}")
        with app.app_context():
            for place, status in enumerate(statuses):
                if place == early:
                    leave(one, f"SM{number}", now)
                with transaction():
                    code = "30003" if status in ("undelivered", "failed") else ""
                    actions.record_receipt("twilio", f"SM{number}", status, code, {}, now=now)
            if early == len(statuses):
                leave(one, f"SM{number}", now)
            row = db.session.get(Message, one, populate_existing=True)
            last = {"delivered", "undelivered", "failed"} & set(statuses)
            assert {row.state.value} == last and (row.error_code == "30003") == (last != {"delivered"})
            assert (row.delivered_at is None) == (last != {"delivered"}) and row.sent_at is not None


def leave(message_id, sid, now):
    """What the sender writes when the provider has answered."""
    with transaction() as session:
        row = session.get_one(Message, message_id)
        row.state, row.lease_no, row.provider = MessageState.CLAIMED, 1, "twilio"
        session.flush()
        mine = actions.Claimed(message_id, 1, now, None)
        actions.record_outcomes([(mine, Sent(Outcome.SENT, sid=sid))], way="twilio", now=now, jitter=0)


def test_an_unknown_texts_receipt_is_kept(app, client):
    assert receipt(client, "delivered", sid="SMnobody").status_code == 204
    with app.app_context():
        assert db.session.scalar(select(MessageReceipt.sid)) == "SMnobody"


def test_a_refusal_at_the_provider_reported_late_ends_invitations_here_as_well(app, client, sent):
    receipt(client, "failed", code="21610")
    assert fate(app) == (MessageState.FAILED, "21610")
    with app.app_context():
        assert [(row.number, row.how) for row in db.session.scalars(select(OptOut))] == [(CITIZEN, "provider")]


@pytest.mark.parametrize("flaw", ["wrong-token", "missing", "empty", "tampered", "other-host"])
def test_what_is_not_signed_is_refused_and_leaves_nothing(app, client, flaw):
    body = {"MessageSid": "SM1", "MessageStatus": "sent"}
    assert signed(client, "/twilio/sms-status", body, flaw=flaw).status_code == 403
    assert signed(client, "/twilio/sms-inbound", {"MessageSid": "SM1", "Body": "5"}, flaw=flaw).status_code == 403
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(MessageReceipt)) == 0
        assert db.session.scalar(select(func.count()).select_from(InboundMessage)) == 0


def outcomes(app):
    with app.app_context():
        rows = db.session.scalars(select(InboundMessage).order_by(InboundMessage.id)).all()
        return [(row.outcome, row.handled_at is not None) for row in rows]


def test_stop_words_are_obeyed_answered_once_and_start_takes_them_back(app, client, everything):
    for number, word in enumerate(["STOP", "huy", " TD ", "Dung"]):
        for _again in range(2):
            answer = inbound(client, word, sid=f"SMstop{number}")
            assert answer.status_code == 200 and "<Response/>" in answer.text and answer.mimetype == "text/xml"
        assert [row.number for row in everything(OptOut)] == [CITIZEN]
        inbound(client, "START", sid=f"SMstart{number}")
        assert everything(OptOut) == []
    assert outcomes(app) == [("stop", True), ("start", True)] * 4
    told = everything(Message)
    assert [row.template for row in told] == ["opted_out"] * 4 and {row.to_number for row in told} == {CITIZEN}


def test_where_twilio_answers_a_refusal_itself_we_only_note_it(app, client, everything):
    inbound(client, "ngung", OptOutType="STOP", MessagingServiceSid="MG1")
    assert [row.number for row in everything(OptOut)] == [CITIZEN]
    inbound(client, "help", sid="SM2", OptOutType="HELP", MessagingServiceSid="MG1")
    assert outcomes(app) == [("stop", True), ("", False)]
    inbound(client, "tiep tuc", sid="SM3", OptOutType="START", MessagingServiceSid="MG1")
    assert everything(OptOut) == [] and everything(Message) == []


def test_a_refusal_from_what_is_no_mobile_number_gets_no_answer(app, client, everything):
    for number, sender in enumerate(
        ["+842713888888", "1022BPHUOC", "+266696687", "+8491234567890123456789012345678", ""]
    ):
        assert inbound(client, "STOP", sid=f"SM{number}", number=sender).status_code == 200
    assert [row.number for row in everything(OptOut)] == ["+842713888888"]
    assert everything(Message) == [] and len(outcomes(app)) == 5


def test_whatever_else_a_citizen_writes_is_kept_whole_once_and_left_to_be_read(app, client):
    bodies = ["Cảm ơn 😀 " * 160, "  ", "", "5", "Cảm ơn", "năm\u202e", "x" * 1_600, "\u200b5"]
    for number, body in enumerate(bodies):
        for _again in range(2):
            assert inbound(client, body, sid=f"SM{number}", NumMedia="3").status_code == 200
    with app.app_context():
        assert [row.body for row in db.session.scalars(select(InboundMessage).order_by(InboundMessage.id))] == bodies
    assert outcomes(app) == [("", False)] * len(bodies)
    assert inbound(client, "a\x00b", sid="SMnul").status_code == 400
    assert signed(client, "/twilio/sms-inbound", {"MessageSid": "SMbare"}).status_code == 200


def test_a_look_is_not_a_webhook(client):
    assert client.get("/twilio/sms-status").status_code == 405
