"""Waits for the citizen and holds (R4): what stops which clock, from when, for how long, and how it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hotline import clock
from hotline.db import db, transaction
from hotline.errors import Invalid
from hotline.messages.actions import claim_texts, record_outcomes
from hotline.messages.gateways import Outcome, Sent
from hotline.messages.jobs import send_due
from hotline.messages.models import Message
from hotline.tickets import jobs
from hotline.tickets.models import ClockKind, Holder, Pause
from hotline.tickets.rules.lifecycle import Status, Verb
from tests.support.days import clock_of, read_vn, vn, wrong_fields
from tests.support.twilio import signed

# Five working days from Monday 2 March 2026: due on Monday 9 March at 17:00.
BORN, DUE = "2026-03-02 08:00", "2026-03-09 17:00"
QUESTION = {"question": "Ổ gà nằm trước số nhà nào?"}


@pytest.fixture
def case(born, do):
    """A case that the unit has accepted."""
    code = born(BORN)
    do(code, "staff", "accept", "2026-03-02 08:30")
    return code


@pytest.fixture
def sweep(app, at):
    """sweep("2026-03-03 09:00") runs the jobs of deadlines and waits once, at that time."""

    def run(when):
        now = at(when)
        with app.app_context():
            jobs.escalate(now)
            jobs.end_pauses(now)

    return run


@pytest.fixture
def texts_leave(app, at):
    """texts_leave("2026-03-03 09:00") hands the queued texts to the console gateway."""

    def leave(when):
        now = at(when)
        with app.app_context():
            assert send_due(now) > 0

    return leave


def due(ticket):
    return ticket.due_at and read_vn(ticket.due_at)


def wait_of(ticket):
    return ticket.pauses[-1]


def began(ticket):
    return wait_of(ticket).began_at and read_vn(wait_of(ticket).began_at)


@pytest.mark.parametrize("confirmed_first", [True, False])
def test_r4_a_question_by_text_counts_from_the_later_of_arrival_and_confirmation(
    case, do, sweep, texts_leave, look, confirmed_first
):
    do(case, "staff", "ask", "2026-03-03 09:00", **QUESTION)
    if confirmed_first:
        do(case, "operator", "confirm", "2026-03-03 09:30")
        sweep("2026-03-03 09:45")
        assert look(case, lambda t: (due(t), began(t))) == (DUE, None)
        texts_leave("2026-03-03 10:00")
    else:
        texts_leave("2026-03-03 09:30")
        sweep("2026-03-03 09:45")
        assert look(case, lambda t: (due(t), began(t))) == (DUE, None)
        do(case, "operator", "confirm", "2026-03-03 10:00")
    sweep("2026-03-03 10:20")
    assert look(case, lambda t: (due(t), began(t))) == (None, "2026-03-03 10:00")
    do(case, "staff", "resume", "2026-03-05 10:00", note="Số 15.")
    assert look(case, due) == "2026-03-11 17:00"
    hands = look(case, lambda t: [(leg.holder, read_vn(leg.began_at)) for leg in t.legs][-3:])
    assert hands == [
        (Holder.UNIT, "2026-03-02 08:00"),
        (Holder.CITIZEN, "2026-03-03 10:00"),
        (Holder.UNIT, "2026-03-05 10:00"),
    ]


@pytest.mark.parametrize("status", ["queued", "sent", "undelivered", "failed"])
def test_r4_with_a_real_provider_only_the_receipt_of_delivery_stops_the_clock(
    app, client, case, do, at, sweep, look, status
):
    do(case, "staff", "ask", "2026-03-03 09:00", **QUESTION)
    do(case, "operator", "confirm", "2026-03-03 09:10")
    now = at("2026-03-03 09:20")
    with app.app_context():
        with transaction():
            taken = claim_texts("twilio", at_most=20, now=now)
        with transaction():
            outcomes = [(one, Sent(Outcome.SENT, sid=f"SM{one.message_id}")) for one in taken]
            record_outcomes(outcomes, way="twilio", now=now, jitter=0)
        question = db.session.scalar(select(Message.id).where(Message.template == "question"))
    tell = {"MessageSid": f"SM{question}", "To": "+84912345678"}
    at("2026-03-03 09:30")
    assert signed(client, "/twilio/sms-status", {**tell, "MessageStatus": status}).status_code == 204
    sweep("2026-03-03 09:40")
    assert look(case, lambda t: (due(t), began(t))) == (DUE, None)
    if status in ("undelivered", "failed"):
        return
    at("2026-03-03 10:00")
    assert signed(client, "/twilio/sms-status", {**tell, "MessageStatus": "delivered"}).status_code == 204
    sweep("2026-03-03 10:05")
    assert look(case, lambda t: (due(t), began(t))) == (None, "2026-03-03 10:00")


def test_a_deadline_that_the_system_moved_names_it_in_the_readers_language(case, do, sweep, texts_leave, sign_in):
    do(case, "staff", "ask", "2026-03-03 09:00", **QUESTION)
    do(case, "operator", "confirm", "2026-03-03 09:10")
    texts_leave("2026-03-03 09:30")
    sweep("2026-03-03 09:45")
    lead = sign_in("lead")
    assert "(Hệ thống)." in lead.get(f"/tickets/{case}?lang=vi").text
    english = lead.get(f"/tickets/{case}?lang=en").text
    assert "(The system)." in english and "Hệ thống" not in english


def test_r4_an_unconfirmed_question_never_stops_the_clock(case, do, sweep, texts_leave, look):
    do(case, "staff", "ask", "2026-03-03 09:00", days=10, **QUESTION)
    texts_leave("2026-03-03 09:10")
    sweep("2026-03-09 16:59")
    assert look(case, lambda t: (t.status, due(t), t.is_late)) == (Status.WAITING_CITIZEN, DUE, False)
    sweep("2026-03-09 17:01")
    assert look(case, lambda t: (t.status, t.is_late)) == (Status.WAITING_CITIZEN, True)
    assert look(case, lambda t: [leg.holder for leg in t.legs][-1]) is Holder.UNIT


def test_r4_a_question_on_a_logged_call_counts_from_the_confirmation(case, at, send, look, texts):
    at("2026-03-03 09:00")
    assert send("staff", case, "ask", by_phone="y", days="3", **QUESTION).status_code == 303
    assert "question" not in texts(case)
    assert look(case, lambda t: (due(t), began(t))) == (DUE, None)
    at("2026-03-03 09:30")
    assert send("operator", case, "confirm").status_code == 303
    assert look(case, lambda t: (due(t), began(t))) == (None, "2026-03-03 09:30")
    assert send("operator", case, "confirm").status_code == 409


def test_r4_the_switchboard_may_ask_the_units_question_on_the_telephone(case, do, at, send, look):
    do(case, "staff", "ask", "2026-03-03 09:00", **QUESTION)
    at("2026-03-03 10:00")
    assert send("operator", case, "confirm", by_phone="y", note="Đã gọi, hẹn chiều trả lời.").status_code == 303
    assert look(case, lambda t: (due(t), began(t))) == (None, "2026-03-03 10:00")


def test_the_unit_that_asked_cannot_confirm_its_own_question(case, do, at, send, look):
    do(case, "staff", "ask", "2026-03-03 09:00", by_phone=True, **QUESTION)
    at("2026-03-03 09:10")
    for who in ("staff", "head"):
        assert send(who, case, "confirm").status_code == 403
    assert look(case, due) == DUE


@pytest.mark.parametrize("who", ["operator", "lead"])
def test_r4_a_question_of_the_switchboard_needs_no_other_confirmation(born, do, look, who):
    code = born(BORN, category=None)
    before = look(code, due)
    do(code, who, "ask", "2026-03-02 09:00", by_phone=True, **QUESTION)
    assert look(code, lambda t: (due(t), began(t))) == (None, "2026-03-02 09:00")
    do(code, "operator", "resume", "2026-03-03 09:00", note="Ổ gà trên đường Hùng Vương.")
    assert look(code, lambda t: t.status) is Status.TRIAGE
    assert before == "2026-03-09 17:00" and look(code, due) == "2026-03-10 17:00"


def test_r4_a_number_no_text_can_reach_is_not_asked_by_text(app, born, do, sweep, look):
    code = born(BORN, phone="0271 3888888")
    do(code, "staff", "accept", "2026-03-02 08:30")
    do(code, "staff", "ask", "2026-03-02 09:00", **QUESTION)
    do(code, "operator", "confirm", "2026-03-02 09:10")
    sweep("2026-03-02 10:00")
    assert look(code, lambda t: (due(t), began(t))) == (DUE, None)
    assert look(code, lambda t: clock_of(t, ClockKind.FIRST_RESPONSE).stopped_at) is None
    do(code, "operator", "confirm", "2026-03-02 11:00", by_phone=True)
    assert look(code, lambda t: (due(t), began(t))) == (None, "2026-03-02 11:00")
    assert look(code, lambda t: read_vn(clock_of(t, ClockKind.FIRST_RESPONSE).stopped_at)) == "2026-03-02 11:00"


def test_r4_on_hold_the_citizens_time_runs_on_and_the_unit_is_not_charged_for_it(case, do, sweep, look):
    do(case, "staff", "hold", "2026-03-03 08:00", reason="Chờ vật tư", days=5)
    assert look(case, lambda t: (t.status, due(t))) == (Status.ON_HOLD, DUE)
    sweep("2026-03-09 17:01")
    assert look(case, lambda t: (t.status, t.is_late)) == (Status.ON_HOLD, True)
    row = look(case, lambda t: [(p.kind, p.reason, read_vn(p.began_at), read_vn(p.until_at)) for p in t.pauses])
    assert row == [(Status.ON_HOLD, "Chờ vật tư", "2026-03-03 08:00", "2026-03-10 17:00")]
    assert look(case, lambda t: [leg.holder for leg in t.legs][-1]) is Holder.UNIT
    do(case, "staff", "resume", "2026-03-10 09:00", note="Vật tư đã về.")
    assert look(case, lambda t: (t.status, due(t), t.is_late)) == (Status.IN_PROGRESS, DUE, True)


@pytest.mark.parametrize(("verb", "words"), [("ask", QUESTION), ("hold", {"reason": "Chờ vật tư"})])
@pytest.mark.parametrize("days", ["0", "11", "-1", "", "1e1", "5.5", "9" * 30, "ba"])
def test_r4_a_pause_lasts_one_to_ten_working_days(case, at, send, stands, verb, words, days):
    at("2026-03-03 09:00")
    before = stands()
    answer = send("staff", case, verb, days=days, **words)
    assert (answer.status_code, wrong_fields(answer)) == (422, {"days"})
    assert stands() == before


@pytest.mark.parametrize("days", [0, 11])
@pytest.mark.parametrize(("verb", "words"), [("ask", QUESTION), ("hold", {"reason": "Chờ vật tư"})])
def test_r4_the_action_itself_refuses_a_longer_pause(case, do, stands, verb, words, days):
    before = stands()
    with pytest.raises(Invalid) as refused:
        do(case, "staff", verb, "2026-03-03 09:00", days=days, **words)
    assert set(refused.value.fields) == {"days"}
    assert stands() == before


@pytest.mark.parametrize(("verb", "field"), [("ask", "question"), ("hold", "reason")])
def test_r4_a_pause_says_why(case, at, send, stands, verb, field):
    at("2026-03-03 09:00")
    before = stands()
    answer = send("staff", case, verb, days="3", **{field: "  "})
    assert (answer.status_code, wrong_fields(answer)) == (422, {field})
    assert stands() == before


@pytest.mark.parametrize(("verb", "words"), [("ask", QUESTION | {"by_phone": True}), ("hold", {"reason": "Chờ"})])
def test_r4_a_pause_ends_by_itself_at_its_date_however_late_the_job_looks(case, do, sweep, look, verb, words):
    do(case, "staff", verb, "2026-03-03 09:00", days=2, **words)
    if verb == "ask":
        do(case, "operator", "confirm", "2026-03-03 09:00")
    sweep("2026-03-05 16:59")
    assert look(case, lambda t: t.status.is_paused) is True
    sweep("2026-03-07 03:00")
    assert look(case, lambda t: (t.status, read_vn(wait_of(t).ended_at))) == (Status.IN_PROGRESS, "2026-03-05 17:00")
    # On Tuesday at 09:00 there were 38.5 working hours left; they begin again on Friday at 07:30.
    assert look(case, due) == ("2026-03-12 15:30" if verb == "ask" else DUE)
    assert look(case, lambda t: [(e.verb, e.by_kind.value) for e in t.events][-1]) == (Verb.RESUME, "system")
    sweep("2026-03-07 03:01")
    assert look(case, lambda t: [e.verb for e in t.events].count(Verb.RESUME)) == 1


def test_r4_after_a_downtime_a_wait_that_ran_out_is_late_by_the_deadline_it_gave_back(case, do, sweep, look):
    do(case, "staff", "ask", "2026-03-03 09:00", days=1, by_phone=True, **QUESTION)
    do(case, "operator", "confirm", "2026-03-03 09:00")
    sweep("2026-03-20 09:00")
    sweep("2026-03-20 09:01")
    assert look(case, lambda t: (t.status, t.is_late)) == (Status.IN_PROGRESS, True)
    stop = look(case, lambda t: clock_of(t).breached_at)
    assert stop == look(case, lambda t: t.due_at) and read_vn(stop) == "2026-03-11 15:30"


@pytest.mark.parametrize(("answered_at", "without_pauses"), [(DUE, False), ("2026-03-10 08:00", True)])
def test_on_time_without_pauses_is_kept_beside_the_headline(case, do, look, answered_at, without_pauses):
    do(case, "staff", "ask", "2026-03-03 09:00", by_phone=True, **QUESTION)
    do(case, "operator", "confirm", "2026-03-03 09:00")
    do(case, "staff", "resume", "2026-03-05 09:00", note="Số 15.")
    do(case, "staff", "answer", "2026-03-06 09:00", body="Đã vá.")
    do(case, "head", "approve", answered_at)
    assert look(case, lambda t: (t.is_late, t.is_late_without_pauses)) == (False, without_pauses)


@pytest.mark.parametrize("is_swept", [True, False])
def test_r4_a_wait_after_the_breach_moves_nothing(case, do, sweep, look, is_swept):
    do(case, "staff", "ask", "2026-03-09 16:00", days=3, by_phone=True, **QUESTION)
    if is_swept:
        sweep("2026-03-09 17:01")
    do(case, "operator", "confirm", "2026-03-10 09:00")
    assert look(case, lambda t: (t.is_late, due(t))) == (True, DUE)
    do(case, "staff", "resume", "2026-03-11 09:00", note="Số 15.")
    do(case, "staff", "answer", "2026-03-11 10:00", body="Đã vá.")
    do(case, "head", "approve", "2026-03-11 11:00")
    assert look(case, lambda t: (t.is_late, read_vn(clock_of(t).deadline_at))) == (True, DUE)
    assert look(case, lambda t: read_vn(clock_of(t).breached_at)) == DUE


def test_r4_a_wait_that_began_before_the_deadline_counts_though_its_receipt_is_read_after_it(
    case, do, sweep, texts_leave, look
):
    do(case, "staff", "ask", "2026-03-09 16:00", days=3, **QUESTION)
    do(case, "operator", "confirm", "2026-03-09 16:10")
    texts_leave("2026-03-09 16:30")
    sweep("2026-03-09 18:00")
    assert look(case, lambda t: (due(t), began(t), t.is_late)) == (None, "2026-03-09 16:30", False)
    do(case, "staff", "resume", "2026-03-10 08:00", note="Số 15.")
    assert look(case, due) == "2026-03-10 08:30"


def test_r4_a_reply_ends_a_wait_whose_text_arrived_unnoticed_and_gives_it_back(case, do, texts_leave, look):
    do(case, "staff", "ask", "2026-03-03 09:00", **QUESTION)
    do(case, "operator", "confirm", "2026-03-03 09:10")
    texts_leave("2026-03-03 10:00")
    do(case, "staff", "resume", "2026-03-04 10:00", note="Số 15.")
    assert look(case, lambda t: (due(t), began(t))) == ("2026-03-10 17:00", "2026-03-03 10:00")


def test_r1_first_response_never_pauses_and_a_question_is_one(born, do, look):
    code = born(BORN)
    row = look(code, lambda t: clock_of(t, ClockKind.FIRST_RESPONSE))
    assert row.stopped_at is None and row.deadline_at is not None
    do(code, "staff", "accept", "2026-03-02 08:30")
    do(code, "staff", "ask", "2026-03-02 09:00", by_phone=True, **QUESTION)
    after = look(code, lambda t: clock_of(t, ClockKind.FIRST_RESPONSE))
    assert (read_vn(after.stopped_at), after.deadline_at) == ("2026-03-02 09:00", row.deadline_at)


def test_a_withdrawn_case_leaves_no_wait_and_no_clock_behind(case, do, sweep, look):
    do(case, "staff", "ask", "2026-03-03 09:00", by_phone=True, **QUESTION)
    do(case, "operator", "confirm", "2026-03-03 09:00")
    do(case, "operator", "withdraw", "2026-03-04 09:00", reason="Người dân rút phản ánh.")
    row = look(case, clock_of)
    assert (read_vn(row.stopped_at), read_vn(row.deadline_at)) == ("2026-03-04 09:00", "2026-03-10 17:00")
    assert look(case, lambda t: (read_vn(wait_of(t).ended_at), t.is_late)) == ("2026-03-04 09:00", False)
    sweep("2026-04-20 09:00")
    assert look(case, lambda t: (t.status, t.is_late)) == (Status.WITHDRAWN, False)


def test_r10_nothing_fires_while_the_time_stands_still(app, case, do, sweep, look):
    do(case, "staff", "ask", "2026-03-03 09:00", days=10, by_phone=True, **QUESTION)
    do(case, "operator", "confirm", "2026-03-03 09:00")
    before = look(case, lambda t: [c.step for c in clock_of(t).crossings])
    sweep("2026-03-16 09:00")
    assert look(case, lambda t: [c.step for c in clock_of(t).crossings]) == before
    assert look(case, lambda t: (t.next_due_at, t.is_late)) == (None, False)


def test_two_waits_in_the_same_minute_both_count(case, do, look):
    start = vn("2026-03-03 09:00")
    for second in (0, 20):
        moment = start + timedelta(seconds=second)
        do(case, "staff", "ask", moment, by_phone=True, **QUESTION)
        do(case, "operator", "confirm", moment)
        do(case, "staff", "resume", moment + timedelta(seconds=15), note="Số 15.")
    assert look(case, due) == "2026-03-10 07:30:30"


def test_the_database_keeps_a_wait_from_counting_before_it_was_delivered_and_confirmed(app, case, do):
    do(case, "staff", "ask", "2026-03-03 09:00", **QUESTION)
    with app.app_context(), pytest.raises(IntegrityError), transaction() as session:
        session.scalars(select(Pause)).one().began_at = clock.now()
        session.flush()
