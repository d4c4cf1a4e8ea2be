"""Who wants no invitations still hears that the answer is there, by one text without a link."""

from datetime import timedelta

from sqlalchemy import select

from hotline import clock
from hotline.db import db, transaction
from hotline.messages import jobs as sending
from hotline.messages.actions import opt_out, record_inbound
from hotline.messages.gateways import Outcome, Sent
from hotline.messages.models import Message, MessageState
from hotline.satisfaction.jobs import make_surveys


def test_who_refuses_invitations_is_told_of_the_answer_all_the_same_without_a_link(app, at, born, do, monkeypatch):
    codes = [born("2026-03-02 08:00", category=None, phone=phone) for phone in ("0912345601", "0912345602")]
    for code in codes:
        do(code, "operator", "settle", "2026-03-02 22:00", body="Nộp tại bộ phận một cửa.")
    with app.app_context():
        make_surveys(clock.now())
    at("2026-03-03 09:00")
    out = []

    class Way:
        name = "test"

        def send(self, text):  # the second number says stop while its invitation is being sent, which fails
            out.append((text.to, "/r/" in text.body))
            if text.to.endswith("602") and "/r/" in text.body:
                with app.app_context(), transaction():
                    opt_out(text.to, how="call", now=clock.now())
                return Sent(Outcome.LATER, reason="503")
            return Sent(Outcome.SENT, sid=f"SM{len(out)}")

    monkeypatch.setattr(sending, "gateway", Way)
    with app.app_context():
        with transaction():
            record_inbound("twilio", "SM1", "+84912345601", "STOP", {"OptOutType": "STOP"}, now=clock.now())
            opt_out("+84912345601", how="link", now=clock.now())  # said twice, told once
        for minutes in (0, 5, 10):
            sending.send_due(clock.now() + timedelta(minutes=minutes))
        rows = db.session.scalars(select(Message).where(Message.ticket_code.in_(codes)).order_by(Message.id)).all()
        outcome = {(row.to_number[-3:], row.template): row for row in rows if row.template.startswith("answered")}
        for number, code in zip(("601", "602"), codes, strict=True):
            invitation, answer = outcome[number, "answered_rate"], outcome[number, "answered"]
            assert (invitation.state, invitation.error_code) == (MessageState.SUPPRESSED, "taken_back")
            assert invitation.link_id is not None and invitation.reason  # the funnel counts it as kept back
            assert answer.state is MessageState.SENT and answer.link_id is None and code in answer.body
        assert len([row for row in rows if row.template == "answered"]) == 2
    assert [one for one in out if one[1]] == [("+84912345602", True)]  # the attempt that failed
