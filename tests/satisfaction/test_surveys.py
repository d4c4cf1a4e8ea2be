"""Every closing has one row and one text: asked or not with the reason, reminded once, kept back when overtaken."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hotline import clock
from hotline.calls.models import NuisanceNumber
from hotline.catalogue.models import Category, Setting
from hotline.db import db, transaction
from hotline.messages.actions import opt_out, record_inbound
from hotline.messages.models import Message, MessageState, OptOut
from hotline.satisfaction.jobs import make_surveys, remind
from hotline.satisfaction.models import Suppression, Survey
from hotline.staff.models import User
from hotline.tickets.models import Ticket, TicketEvent
from tests.support.days import vn

SETTLED = {"body": "Đã giải đáp: nộp tại bộ phận một cửa."}
GUIDED = {"guidance": "Việc này do Tòa án giải quyết; đề nghị Ông/Bà liên hệ Tòa án nhân dân khu vực."}


@pytest.fixture
def surveys(app):
    """surveys() -> all of them, oldest first, after the timer has rung."""

    def ring():
        with app.app_context():
            make_surveys(clock.now())
            return db.session.scalars(select(Survey).order_by(Survey.id)).all()

    return ring


@pytest.fixture
def left(app):
    """left("2026-03-02 09:00", template=…) lets the texts of that name that wait leave then."""

    def leave(when, template="answered_rate"):
        waiting = update(Message).where(Message.template == template, Message.state == MessageState.NEW)
        with app.app_context(), transaction() as session:
            session.execute(waiting.values(state=MessageState.SENT, sent_at=vn(when)))

    return leave


def outcome_texts(texts):
    return [name for name, _state in texts if name in ("answered_rate", "answered", "refused", "reminder")]


def test_every_kind_of_outcome_has_one_row_and_one_text(app, at, born, do, surveys, sent, left):
    codes = {}
    for number, (verb, words) in enumerate([("settle", SETTLED), ("refuse", GUIDED), ("refer", GUIDED)]):
        codes[verb] = born("2026-03-02 08:00", category=None, phone=f"091234560{number}")
        do(codes[verb], "operator", verb, "2026-03-02 09:00", **words)
    codes["approve"] = born("2026-03-02 08:00", phone="0912345609")
    do(codes["approve"], "staff", "accept", "2026-03-02 09:00")
    do(codes["approve"], "staff", "answer", "2026-03-02 10:00", body="Đã vá.")
    do(codes["approve"], "head", "approve", "2026-03-02 11:00")
    do(born("2026-03-02 08:00", phone="0912345608"), "operator", "withdraw", "2026-03-02 09:00", reason="Đã tự xử lý.")
    at("2026-03-02 11:00")
    found = surveys()
    with app.app_context():
        closings = db.session.scalars(select(TicketEvent.id).where(TicketEvent.stops_clock)).all()
        assert sorted(survey.closing_event_id for survey in found) == sorted(closings)
        assert len(found) == 4
    assert all(survey.suppressed_as is None and survey.token_hash for survey in found)
    assert {verb: outcome_texts(sent(code)) for verb, code in codes.items()} == {
        verb: ["answered_rate"] for verb in codes
    }
    left("2026-03-02 11:00")
    at("2026-03-04 11:01")
    with app.app_context():
        assert [remind(clock.now()), remind(clock.now())] == [4, 0]
    # The opening, the answer with its invitation, one reminder: all that a normal case costs.
    for code in codes.values():
        texts = [name for name, _state in sent(code)]
        assert len(texts) == 3
        assert texts[0] in ("received", "received_routed")
        assert texts[1:] == ["answered_rate", "reminder"]


def test_why_somebody_is_not_asked_and_what_they_are_told(app, at, born, do, surveys, sent):
    at("2026-03-02 07:00")
    with app.app_context(), transaction() as session:
        session.add(NuisanceNumber(number="+84912000001", reason="Gọi trêu nhiều lần.", at=clock.now()))
        session.scalars(select(User).where(User.email == "staff@demo.test")).one().mobile = "+84912000002"
        session.add(Setting(key="test_numbers", value=["0912000003"]))
        session.add(OptOut(number="+84912000004", how="call", at=clock.now()))
        session.scalars(select(Category).where(Category.code == "GT-02")).one().is_sensitive = True
    expected = {
        "0912000001": (Suppression.NUISANCE, ["answered"]),
        "0912000002": (Suppression.STAFF_NUMBER, ["answered"]),
        "0912000003": (Suppression.STAFF_NUMBER, ["answered"]),
        "0912000004": (Suppression.OPTED_OUT, ["answered"]),
        "02713888999": (Suppression.NOT_MOBILE, []),
        "": (Suppression.NO_NUMBER, []),
        "0912000005": (Suppression.SENSITIVE, ["answered"]),
        "0912000006": (None, ["answered_rate"]),
        "0912000007": (Suppression.IMPORTED, []),
    }
    codes = {}
    for phone in expected:
        codes[phone] = born("2026-03-02 08:00", phone=phone, category="GT-02" if phone == "0912000005" else "GT-01")
        do(codes[phone], "staff", "accept", "2026-03-02 09:00")
        do(codes[phone], "staff", "answer", "2026-03-02 10:00", body="Đã vá.")
        do(codes[phone], "head", "approve", "2026-03-02 11:00")
    refused = born("2026-03-02 08:00", category=None, phone="0912000004")
    do(refused, "operator", "refuse", "2026-03-02 11:00", **GUIDED)
    with app.app_context(), transaction() as session:
        session.execute(update(Ticket).where(Ticket.code == codes["0912000007"]).values(source="cu", source_id="1"))
    found = {survey.ticket_id: survey for survey in surveys()}
    with app.app_context():
        for phone, (reason, texts) in expected.items():
            ticket = db.session.scalars(select(Ticket).where(Ticket.code == codes[phone])).one()
            survey = found[ticket.id]
            assert survey.suppressed_as is reason, phone
            assert outcome_texts(sent(codes[phone])) == texts, phone
            # Asked or not, the link works for the same fourteen days, and only who was asked is reminded.
            assert survey.expires_at == vn("2026-03-16 11:00") and survey.token_hash
            assert survey.remind_at == (vn("2026-03-04 11:00") if reason is None else None)
    assert outcome_texts(sent(refused)) == ["refused"]  # not to be asked, but told where to go


def test_who_reports_the_same_incident_twice_is_asked_once(app, at, born, do, surveys, sent):
    main = born("2026-03-02 08:00", phone="0912345601")
    again, other = (born("2026-03-02 08:05", phone=phone) for phone in ("0912345601", "0912345602"))
    for code in (again, other):
        do(code, "operator", "attach", "2026-03-02 08:10", main=main)
    do(main, "staff", "accept", "2026-03-02 09:00")
    do(main, "staff", "answer", "2026-03-02 10:00", body="Đã sửa ống nước.")
    do(main, "head", "approve", "2026-03-02 11:00")
    assert [survey.suppressed_as for survey in surveys()] == [None, Suppression.DUPLICATE, None]
    assert outcome_texts(sent(again)) == []  # told once: the text about the first report says it
    with app.app_context():  # the people of the main answer answer for those who joined
        head = db.session.scalars(select(User.id).where(User.email == "head@demo.test")).one()
        answers = db.session.scalars(select(Ticket).where(Ticket.code == other)).one().answers
        assert [row.approved_by_id for row in answers] == [head]


def test_attribution_stays_with_the_closing_when_the_case_moves_on(app, at, born, do, surveys):
    code = born("2026-03-02 08:00")
    do(code, "staff", "accept", "2026-03-02 09:00")
    do(code, "staff", "answer", "2026-03-02 10:00", body="Đã vá.")
    do(code, "head", "approve", "2026-03-02 11:00")
    surveys()
    do(code, "lead", "reopen", "2026-03-03 09:00", reason="Chưa xong.")
    do(code, "lead", "route", "2026-03-03 10:00", department="SYT", reason="Chuyển đơn vị khác.")
    do(code, "operator", "correct", "2026-03-03 10:30", phone="0912345699", reason="Gọi nhầm số.")
    survey = surveys()[0]
    with app.app_context():
        people = {user.email.split("@")[0]: user.id for user in db.session.scalars(select(User))}
        ticket = db.session.get_one(Ticket, survey.ticket_id)
        assert (survey.closed_by_id, survey.written_by_id) == (people["head"], people["staff"])
        assert survey.department_id != ticket.department_id
        assert survey.to_number == "+84912345678" != ticket.phone_e164


def test_the_reminder_is_sent_once_and_only_while_it_is_wanted(app, at, born, do, surveys, sent, client, token, left):
    kinds = ("silent", "rated", "reopened", "declined", "stopped", "closed")
    codes = {}
    for number, kind in enumerate(kinds):
        codes[kind] = born("2026-03-02 08:00", category=None, phone=f"091234560{number}")
        do(codes[kind], "operator", "settle", "2026-03-02 09:00", **SETTLED)
    surveys()
    left("2026-03-02 09:00")
    at("2026-03-03 09:00")
    client.post(f"/r/{token(codes['rated'])}", data={"solved": "yes", "score": "5"})
    client.post(f"/r/{token(codes['declined'])}/no-more")
    do(codes["reopened"], "lead", "reopen", "2026-03-03 09:00", reason="Chưa xong.")
    with app.app_context(), transaction():
        record_inbound("twilio", "SM1", "+84912345604", "STOP", {}, now=clock.now())
    at("2026-03-04 08:59")
    with app.app_context():
        assert remind(clock.now()) == 0
        at("2026-03-04 09:00")
        done = []
        both = [threading.Thread(target=lambda: done.append(_remind(app))) for _side in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert sum(done) + remind(clock.now()) == 2  # the silent one and the one nobody closed
        reminders = db.session.scalars(select(Message).where(Message.template == "reminder")).all()
        assert {message.ticket_code for message in reminders} == {codes["silent"], codes["closed"]}
        assert all("16/03" in message.body and "{link}" in message.body for message in reminders)
        assert all(survey.remind_at is None for survey in surveys())


def _remind(app):
    with app.app_context():
        return remind(clock.now())


def test_what_waits_is_kept_back_when_the_case_is_reopened_or_the_number_says_stop(
    app, at, born, do, surveys, sent, left
):
    night, stop = (born("2026-03-02 08:00", category=None, phone=phone) for phone in ("0912345601", "0912345602"))
    for code in (night, stop):
        do(code, "operator", "settle", "2026-03-02 22:00", **SETTLED)
    surveys()
    do(night, "lead", "reopen", "2026-03-02 22:30", reason="Người dân gọi lại ngay.")
    assert (("answered_rate", MessageState.SUPPRESSED) in sent(night)) and sent(night)[-1] == (
        "reopened",
        MessageState.NEW,
    )
    left("2026-03-02 22:00")
    at("2026-03-04 22:00")
    with app.app_context():
        assert remind(clock.now()) == 1
        with transaction():
            opt_out("+84912345602", how="call", now=clock.now())
    assert sent(stop)[-2:] == [("answered_rate", MessageState.SENT), ("reminder", MessageState.SUPPRESSED)]


def test_the_reminder_counts_from_when_the_invitation_left_and_never_leaves_without_it(
    app, at, born, do, surveys, sent, left
):
    code = born("2026-03-02 08:00", category=None)
    do(code, "operator", "settle", "2026-03-02 09:00", **SETTLED)
    surveys()

    def reminded(when):
        at(when)
        with app.app_context():
            return remind(clock.now())

    assert reminded("2026-03-04 09:00") == 0  # the way out was stopped: the invitation waits still
    left("2026-03-04 09:30")
    assert reminded("2026-03-04 10:00") == 0
    assert surveys()[0].remind_at == vn("2026-03-06 09:30")
    assert [reminded("2026-03-06 09:29"), reminded("2026-03-06 09:30"), reminded("2026-03-08 09:30")] == [0, 1, 0]


def test_who_was_not_reached_by_the_invitation_is_not_reminded_of_it(app, at, born, do, surveys):
    do(born("2026-03-02 08:00", category=None), "operator", "settle", "2026-03-02 09:00", **SETTLED)
    surveys()
    with app.app_context(), transaction() as session:
        invitation = session.scalars(select(Message).where(Message.template == "answered_rate")).one()
        invitation.state, invitation.error_code = MessageState.FAILED, "21614"
    at("2026-03-04 09:00")
    with app.app_context():
        assert remind(clock.now()) == 0
    assert surveys()[0].remind_at is None


def test_a_reminder_that_waits_for_the_morning_is_kept_back_when_the_citizen_rates(
    app, at, born, do, surveys, sent, left, client, token
):
    code = born("2026-03-02 08:00", category=None)
    do(code, "operator", "settle", "2026-03-02 22:00", **SETTLED)
    surveys()
    left("2026-03-02 22:00")
    at("2026-03-04 22:00")
    with app.app_context():
        assert remind(clock.now()) == 1
    client.post(f"/r/{token(code)}", data={"solved": "yes", "score": "5"})
    assert sent(code)[-1] == ("reminder", MessageState.SUPPRESSED)


def test_a_survey_made_late_about_a_case_that_was_reopened_meanwhile_texts_nobody(app, at, born, do, surveys, sent):
    code = born("2026-03-02 08:00", category=None)
    do(code, "operator", "settle", "2026-03-02 09:00", **SETTLED)
    do(code, "lead", "reopen", "2026-03-02 09:10", reason="Chưa xong.")
    assert len(surveys()) == 1
    assert ("answered_rate", MessageState.SUPPRESSED) in sent(code)


def test_the_limits_of_asking_are_settings(app, at, born, do, surveys):
    with app.app_context(), transaction() as session:
        for key, value in (("invitations_a_day", 2), ("rating_days", 5), ("reminder_after_hours", 6)):
            session.add(Setting(key=key, value=value))
    for hour in (9, 10, 11):
        do(born("2026-03-02 08:00", category=None), "operator", "settle", f"2026-03-02 {hour:02}:00", **SETTLED)
        at(f"2026-03-02 {hour:02}:00")
        found = surveys()
    assert [survey.suppressed_as for survey in found] == [None, None, Suppression.FATIGUE]
    assert found[0].expires_at - found[0].made_at == timedelta(days=5)
    assert found[0].remind_at - found[0].made_at == timedelta(hours=6)


@pytest.mark.parametrize("processes", [4])
def test_two_processes_do_not_invite_one_number_twice(app, at, born, do, surveys, processes):
    for _one in range(6):
        do(born("2026-03-02 08:00", category=None), "operator", "settle", "2026-03-02 09:00", **SETTLED)
    at("2026-03-02 09:00")

    def ring():
        with app.app_context():
            make_surveys(clock.now())

    rings = [threading.Thread(target=ring) for _process in range(processes)]
    for one in rings:
        one.start()
    for one in rings:
        one.join()
    reasons = [survey.suppressed_as for survey in surveys()]
    assert len(reasons) == 6
    assert reasons.count(None) == 1
