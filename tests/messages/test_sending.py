"""The sender: each text leaves once, at the province's pace; a doubt is asked about, never sent blindly."""

import threading
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.actor import SYSTEM
from hotline.audit import AuditEntry
from hotline.db import db, transaction
from hotline.errors import Conflict
from hotline.messages import actions, jobs, queries
from hotline.messages.gateways import ListedText, Outcome, Sent
from hotline.messages.models import Alert, Message, MessageState, OptOut, Sender
from hotline.messages.rules.alerts import AlertKind

DAY = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
NIGHT = DAY.replace(hour=22)


def seconds(number):
    return timedelta(seconds=number)


def test_a_queued_text_leaves_once(opened, gateway, run, text):
    way = gateway()
    opened()
    assert (run(jobs.send_due), run(jobs.send_due)) == (1, 0)
    row = text()
    assert (row.state, row.provider, row.provider_sid, row.attempts) == (MessageState.SENT, "test", "SM1", 1)
    assert row.attempted_at is not None and row.lease_until is None
    assert [(one.to, one.key) for one in way.sent] == [("+84912345678", str(row.id))]


def test_a_doubtful_outcome_is_not_sent_again_where_nobody_can_be_asked(waiting, gateway, run, text):
    way = gateway(Sent(Outcome.UNKNOWN, reason="no answer within 10 seconds"))
    waiting(now=DAY)
    run(jobs.send_due, DAY)
    for later in (1, 60, 3000):
        run(jobs.reconcile, DAY + timedelta(minutes=later))
        assert run(jobs.send_due, DAY + timedelta(minutes=later)) == 0
    assert text().state is MessageState.UNKNOWN  # not even expired: it may have arrived
    assert len(way.sent) == 1


def test_a_passing_fault_is_tried_again_later_and_a_final_one_is_not(waiting, gateway, run, text):
    way = gateway(Sent(Outcome.LATER, reason="503"), Sent(Outcome.FAILED, reason="21211: wrong", code="21211"))
    waiting(now=DAY)
    run(jobs.send_due, DAY)
    assert run(jobs.send_due, DAY + seconds(20)) == 0
    assert run(jobs.send_due, DAY + seconds(40)) == 1
    assert run(jobs.send_due, DAY + timedelta(hours=3)) == 0
    row = text()
    assert (row.state, row.error_code, row.reason) == (MessageState.FAILED, "21211", "21211: wrong")
    assert len(way.sent) == 2


def test_an_outage_is_waited_for_a_day_and_no_longer(waiting, gateway, run, text):
    way = gateway(*[Sent(Outcome.LATER, reason="503")] * 300)
    waiting(now=DAY, expires_at=DAY + timedelta(days=30))
    now = DAY
    while text().state is MessageState.NEW:
        now = text().next_attempt_at
        run(jobs.send_due, now)
    row = text()
    assert (row.state, row.reason) == (MessageState.FAILED, "gave_up")
    assert timedelta(hours=23, minutes=45) < now - DAY < timedelta(hours=31)  # jitter only adds
    assert 95 <= len(way.sent) <= 105


def test_retry_after_holds_for_everybody(waiting, gateway, run, text):
    way = gateway(Sent(Outcome.LATER, reason="20429", retry_after_seconds=300, code="20429"))
    first = waiting(now=DAY)
    run(jobs.send_due, DAY)
    second = waiting(now=DAY, to="+84912000002")
    assert text(first).next_attempt_at >= DAY + seconds(300)
    assert run(jobs.send_due, DAY + seconds(290)) == 0
    assert run(jobs.send_due, DAY + seconds(400)) == 2
    assert {text(one).state for one in (first, second)} == {MessageState.SENT}
    assert len(way.sent) == 3


def test_a_sender_that_died_leaves_a_doubt_not_a_second_text(app, waiting, gateway, run, text, province_says):
    way = gateway()
    province_says(lease_seconds=90)
    waiting(now=DAY)
    with app.app_context(), transaction():
        taken = actions.claim_texts("test", at_most=5, now=DAY)
    assert len(taken) == 1 and text().lease_until == DAY + seconds(90)
    assert run(jobs.send_due, DAY + seconds(89)) == 0
    assert text().state is MessageState.CLAIMED
    assert run(jobs.send_due, DAY + seconds(91)) == 0
    assert (text().state, text().reason) == (MessageState.UNKNOWN, "sender_lost")
    with app.app_context(), transaction():
        late = [(taken[0], Sent(Outcome.SENT, sid="SM"))]
        assert actions.record_outcomes(late, way="test", now=DAY, jitter=0) == taken
    assert text().state is MessageState.UNKNOWN
    assert way.sent == []


def test_a_process_that_was_held_up_does_not_call_any_more(app, waiting, gateway, run, text):
    way = gateway()
    waiting(now=DAY)
    with app.app_context():
        with transaction():
            taken = actions.claim_texts("test", at_most=5, now=DAY)
        jobs._hand_over(way, taken, lambda: DAY + seconds(115))
    assert way.sent == []
    assert text().state is MessageState.NEW


def test_a_text_that_comes_too_late_expires(waiting, gateway, run, text):
    way = gateway()
    waiting(now=DAY)
    assert run(jobs.send_due, DAY + timedelta(days=3)) == 0
    assert (text().state, text().reason, way.sent) == (MessageState.EXPIRED, "too_late", [])


# Doubts where the provider can be asked


class Asked:
    """A way out that takes texts without answering, and can be asked for what it took."""

    name = "test"

    def __init__(self, takes=True):
        self.takes, self.took, self.hides, self.answer = takes, [], False, Sent(Outcome.UNKNOWN, reason="no answer")
        self.lists_fail = None

    def send(self, text):
        if self.takes:
            self.took.append((f"SM{len(self.took)}", text.to, text.body))
        return self.answer

    def texts_to(self, number, since):
        if self.lists_fail:
            return self.lists_fail
        return [] if self.hides else [ListedText(sid, body, "sent") for sid, to, body in self.took if to == number]


@pytest.fixture
def asked(monkeypatch):
    def use(**how):
        way = Asked(**how)
        monkeypatch.setattr(jobs, "gateway", lambda: way)
        return way

    return use


def test_a_doubt_that_the_provider_took_becomes_sent_with_what_was_reported_meanwhile(app, waiting, asked, run, text):
    way = asked()
    waiting(now=DAY)
    run(jobs.send_due, DAY)
    assert text().state is MessageState.UNKNOWN
    with app.app_context(), transaction():
        actions.record_receipt("test", "SM0", "delivered", "", {}, now=DAY)
    assert run(jobs.reconcile, DAY + seconds(5)) == 1
    row = text()
    assert (row.state, row.provider_sid, row.delivered_at is not None) == (MessageState.DELIVERED, "SM0", True)
    assert row.sent_at == row.attempted_at and len(way.took) == 1


def test_a_doubt_is_sent_again_only_when_the_provider_surely_never_took_it(waiting, asked, run, text):
    way = asked(takes=False)
    waiting(now=DAY)
    run(jobs.send_due, DAY)
    assert run(jobs.reconcile, DAY + seconds(20)) == 0  # its list may be slow
    assert run(jobs.send_due, DAY + seconds(20)) == 0
    way.takes, way.answer = True, Sent(Outcome.SENT, sid="SM0")
    assert run(jobs.reconcile, DAY + seconds(200)) == 1
    assert (text().state, text().reason) == (MessageState.NEW, "not_taken")
    assert run(jobs.send_due, DAY + seconds(202)) == 1
    assert text().state is MessageState.SENT and len(way.took) == 1


def test_while_the_provider_cannot_be_asked_a_doubt_stays_one(waiting, asked, run, text):
    way = asked()
    waiting(now=DAY)
    run(jobs.send_due, DAY)
    way.lists_fail = Sent(Outcome.UNKNOWN, reason="no answer within 10 seconds")
    for minutes in (1, 5, 60, 600):
        assert run(jobs.reconcile, DAY + timedelta(minutes=minutes)) == 0
        assert run(jobs.send_due, DAY + timedelta(minutes=minutes)) == 0
    assert (text().state, text().reason) == (MessageState.UNKNOWN, "no answer within 10 seconds")
    way.lists_fail = None
    assert run(jobs.reconcile, DAY + timedelta(hours=12)) == 1
    assert text().state is MessageState.SENT and len(way.took) == 1


def test_of_two_equal_texts_in_doubt_the_provider_has_one_the_other_is_sent_again(waiting, asked, run, text):
    way = asked()
    first, second = waiting(now=DAY), waiting(now=DAY, key="the same words for another cause")
    run(jobs.send_due, DAY)
    del way.took[1]
    assert run(jobs.reconcile, DAY + seconds(300)) == 2
    assert sorted(text(one).state for one in (first, second)) == [MessageState.NEW, MessageState.SENT]


def test_another_way_out_is_not_asked_about_what_it_never_had(waiting, asked, run, text):
    way = asked()
    waiting(now=DAY)
    run(jobs.send_due, DAY)
    way.name = "another"
    assert run(jobs.reconcile, DAY + seconds(300)) == 0
    assert text().state is MessageState.UNKNOWN


# The pace of the province


def test_urgent_texts_leave_first_and_the_rate_is_shared(app, crowd, waiting, gateway, run, province_says, text):
    way = gateway()
    province_says(texts_a_minute=60)
    crowd(500, DAY - timedelta(hours=1), precedence=2)
    assert run(jobs.send_due, DAY) == 4  # three seconds' worth that the rate had kept, and one
    urgent = waiting(now=DAY, precedence=0)
    for turn in range(1, 31):
        run(jobs.send_due, DAY + seconds(2 * turn))
    assert way.sent[4].key == str(urgent)
    assert len(way.sent) == 64
    with app.app_context(), transaction():  # a second process has no rate of its own
        assert actions.claim_texts("test", at_most=100, now=DAY + seconds(60)) == []


def test_a_number_gets_no_more_texts_a_day_than_the_province_allows(app, waiting, gateway, run, province_says, text):
    way = gateway()
    province_says(texts_a_number_a_day=2, texts_a_minute=600)
    ids = [waiting(now=DAY, precedence=1) for _ in range(3)]
    tired = waiting(now=DAY, expires_at=DAY + timedelta(hours=5))
    other = waiting(now=DAY, to="+84912000002", is_daytime_only=True)
    assert run(jobs.send_due, DAY) == 3
    assert [text(one).state for one in (*ids, tired, other)] == [
        *(MessageState.SENT, MessageState.SENT, MessageState.NEW, MessageState.EXPIRED, MessageState.SENT)
    ]
    assert (text(ids[2]).reason, text(tired).reason) == ("number_full", "number_full")
    assert text(ids[2]).next_attempt_at == DAY.replace(hour=0) + timedelta(days=1)
    assert run(jobs.send_due, DAY.replace(hour=23)) == 0
    assert run(jobs.send_due, DAY + timedelta(days=1)) == 1
    assert len(way.sent) == 4


def test_urgent_texts_to_staff_do_not_fall_under_what_a_citizen_gets_a_day(waiting, gateway, run, province_says, text):
    way = gateway()
    province_says(texts_a_number_a_day=1, texts_a_minute=600)
    alerts = [waiting(now=DAY, precedence=0, template="staff_alert") for _ in range(3)]
    answer, second = (waiting(now=DAY + seconds(1), precedence=0, template="reply_help") for _ in range(2))
    run(jobs.send_due, DAY + seconds(5))
    states = [text(one).state for one in (*alerts, answer, second)]
    assert states == [MessageState.SENT] * 4 + [MessageState.NEW]
    assert (text(second).reason, len(way.sent)) == ("number_full", 4)


def test_when_the_budget_of_the_day_is_spent_only_the_most_urgent_leave(
    app, crowd, waiting, gateway, run, province_says, sign_in, text
):
    gateway(*[Sent(Outcome.FAILED, reason="21211", code="21211")] * 2)
    province_says(segments_a_day=10, texts_a_minute=6000)
    crowd(20, DAY, precedence=1)
    assert run(jobs.send_due, DAY) == 12  # two of them never left, and cost nothing
    urgent = waiting(now=DAY, precedence=0)
    assert run(jobs.send_due, DAY + seconds(10)) == 1
    assert text(urgent).state is MessageState.SENT
    with app.app_context():
        assert db.session.get(Sender, "test").day_segments == 11
    assert run(jobs.send_due, DAY.replace(hour=23, minute=59)) == 0
    assert run(jobs.send_due, DAY.replace(hour=0, minute=1) + timedelta(days=1)) == 8


def test_at_night_only_what_cannot_wait_leaves(waiting, gateway, run, text):
    way = gateway()
    invitation, answer = waiting(now=NIGHT, precedence=0, is_daytime_only=True), waiting(now=NIGHT, precedence=1)
    assert run(jobs.send_due, NIGHT) == 1
    assert (text(answer).state, text(invitation).state) == (MessageState.SENT, MessageState.NEW)
    assert text(invitation).next_attempt_at == DAY.replace(hour=8) + timedelta(days=1)
    assert run(jobs.send_due, NIGHT + timedelta(hours=9)) == 0
    assert run(jobs.send_due, NIGHT + timedelta(hours=10)) == 1
    assert len(way.sent) == 2


# A way out that refuses us


REFUSED = Sent(Outcome.STOPPED, reason="20003: Authenticate")


def test_when_we_are_refused_everything_waits_people_are_told_once_and_one_of_them_lets_it_go_on(
    app, crowd, gateway, run, sign_in, everything
):
    way = gateway(*[REFUSED] * 3)
    way.name = "console"  # the page shows the way out of the settings
    crowd(40, DAY)
    assert run(jobs.send_due, DAY) > 0
    refused = len(way.sent)
    assert refused <= jobs.BATCH
    way.outcomes.clear()
    assert [run(jobs.send_due, DAY + timedelta(minutes=n)) for n in range(1, 30, 7)] == [0] * 5
    assert len(way.sent) == refused
    assert {row.state for row in everything(Message)} <= {MessageState.NEW, MessageState.SENT}
    told = [row for row in everything(Alert) if row.kind is AlertKind.SENDER_STOPPED]
    assert len(told) == 2 and len({row.user_id for row in told}) == 2
    assert "20003: Authenticate" in sign_in("admin").get("/messages").text
    lead = sign_in("lead")
    assert 'action="/messages/resume"' in lead.get("/messages").text
    assert post(sign_in("operator"), "/messages/resume").status_code == 403
    assert post(lead, "/messages/resume").status_code == 303
    assert post(lead, "/messages/resume").status_code == 409
    assert run(jobs.send_due, DAY + timedelta(hours=1)) > 0
    with app.app_context():
        deeds = db.session.scalars(select(AuditEntry.deed).where(AuditEntry.object_kind == "sender")).all()
    assert deeds == ["messages:stop", "messages:resume"]
    assert "20003" not in lead.get("/messages").text


def post(client, path):
    token = client.get("/tickets").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(path, data={"csrf_token": token})


# The page


def test_the_page_divides_the_list_counts_and_says_why_in_words(app, waiting, sign_in, text):
    now = clock.now()
    ago = now - timedelta(days=2)
    waiting(state=MessageState.FAILED, error_code="21614", reason="21614: not a mobile", code="26-0000001")
    waiting(state=MessageState.SENT, sent_at=ago, provider="twilio", code="26-0000002")
    waiting(state=MessageState.SENT, sent_at=now, provider="twilio", code="26-0000003")
    waiting(state=MessageState.UNKNOWN, reason="sender_lost", code="26-0000004")
    waiting(state=MessageState.UNDELIVERED, error_code="30003", sent_at=ago, code="26-0000005")
    client = sign_in("lead")
    shown = {
        standing: {
            code
            for code in range(1, 6)
            if f"26-000000{code}" in client.get(f"/messages?standing={standing}&lang=en").text
        }
        for standing in ("failed", "no-receipt", "sent", "unknown", "waiting")
    }
    assert shown == {"failed": {1, 5}, "no-receipt": {2}, "sent": {3}, "unknown": {4}, "waiting": set()}
    page = client.get("/messages?lang=en").text
    for words in (
        "The number is not a mobile number. (21614)",
        "Sent, no receipt",
        "The telephone could not be reached",
    ):
        assert words in page
    assert "912345678" not in page
    assert client.get("/messages?standing=nonsense").status_code == 404
    assert client.get("/messages?channel=email&standing=failed").status_code == 200


FATES = [
    (MessageState.FAILED, "20500", 303),
    (MessageState.EXPIRED, "", 303),
    (MessageState.UNDELIVERED, "30003", 303),
    (MessageState.FAILED, "21211", 409),
    (MessageState.FAILED, "21610", 409),
    (MessageState.UNDELIVERED, "30007", 409),
    (MessageState.UNKNOWN, "", 409),
    (MessageState.SENT, "", 409),
    (MessageState.DELIVERED, "", 409),
]


def test_only_what_surely_has_not_arrived_may_be_sent_again(app, waiting, sign_in, gateway, run, text):
    way, now, lead = gateway(), clock.now(), sign_in("lead")
    for number, (state, code, status) in enumerate(FATES):
        old = f"SMold{number}"
        one = waiting(
            f"+8491200000{number}",
            state=state,
            error_code=code,
            sent_at=now,
            provider_sid=old,
            provider="test",
            attempts=3,
        )
        assert (f"/messages/{one}/resume" in lead.get("/messages").text) == (status == 303)
        assert post(lead, f"/messages/{one}/resume").status_code == status
        if status == 303:
            with app.app_context(), transaction():
                actions.record_receipt("test", old, "delivered", "", {}, now=now)  # of the first attempt, too late
            assert run(jobs.send_due) == 1
            assert (text(one).state, text(one).provider_sid) == (MessageState.SENT, f"SM{len(way.sent)}")
    assert len(way.sent) == 3
    assert post(lead, "/messages/99999/resume").status_code == 404
    with app.app_context():
        assert (
            db.session.scalars(select(AuditEntry.deed).where(AuditEntry.object_kind == "message")).all()
            == ["messages:resume"] * 3
        )


def test_two_who_press_at_once_send_a_failed_text_again_once(app, waiting, everything):
    one = waiting(state=MessageState.FAILED, error_code="20500", attempts=3)
    both, said = threading.Barrier(2), []

    def press():
        with app.app_context():
            try:
                with transaction():
                    row = queries.text_for_change(one)
                    with suppress(threading.BrokenBarrierError):
                        both.wait(0.5)
                    actions.resume_text(row, by=SYSTEM, now=DAY)
                said.append("again")
            except Conflict:
                said.append("conflict")

    presses = [threading.Thread(target=press) for _hand in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert sorted(said) == ["again", "conflict"]
    assert [row.deed for row in everything(AuditEntry)].count("messages:resume") == 1


def test_a_first_attempt_that_failed_is_not_taken_for_the_second_that_is_in_doubt(app, waiting, asked, run, text):
    way = asked()
    way.answer = Sent(Outcome.SENT, sid="SM0")
    waiting(now=DAY)
    run(jobs.send_due, DAY)
    with app.app_context(), transaction():
        actions.record_receipt("test", "SM0", "undelivered", "30003", {}, now=DAY)
        actions.resume_text(queries.text_for_change(text().id), by=SYSTEM, now=DAY)
    way.answer, way.takes = Sent(Outcome.UNKNOWN, reason="no answer"), False
    run(jobs.send_due, DAY + seconds(10))
    assert run(jobs.reconcile, DAY + seconds(200)) == 1
    assert (text().state, text().reason) == (MessageState.NEW, "not_taken")


def test_nobody_who_refused_is_invited_again_by_a_second_try(app, waiting, sign_in):
    one = waiting(state=MessageState.FAILED, link_purpose="rate", link_id=1)
    with app.app_context(), transaction() as session:
        session.add(OptOut(number="+84912345678", how="sms", at=clock.now()))
    assert post(sign_in("lead"), f"/messages/{one}/resume").status_code == 409
