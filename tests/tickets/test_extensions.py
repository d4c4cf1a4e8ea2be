"""Extension (gia hạn): asked before the deadline, decided by another, told to the citizen; lateness is never bought back."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hotline import clock
from hotline.catalogue.models import Priority
from hotline.db import db, transaction
from hotline.messages.models import Message
from hotline.tickets import jobs
from hotline.tickets.models import PlanCause, Ticket
from hotline.tickets.rules.lifecycle import Status, Verb
from tests.support.days import clock_of, read_vn, wrong_fields

# A case of Monday 2 March 2026 with five working days: due on Monday 9 March at 17:00.
BORN, DUE = "2026-03-02 08:00", "2026-03-09 17:00"
WHY = "Chờ nhà thầu giao bê tông nhựa."


@pytest.fixture
def case(born, do):
    """A case that the unit has accepted, on the Monday."""
    code = born(BORN)
    do(code, "staff", "accept", "2026-03-02 08:30")
    return code


@pytest.fixture
def asked(case, do):
    """The same with an extension to Thursday 12 March asked by staff, on Tuesday."""
    do(case, "staff", "extend", "2026-03-03 09:00", until_on=date(2026, 3, 12), reason=WHY)
    return case


def promises(ticket):
    row = clock_of(ticket)
    return tuple(read_vn(at) for at in (row.deadline_at, row.first_promise_at, row.bare_deadline_at, ticket.due_at))


def test_an_extension_asked_moves_nothing_until_it_is_granted(case, at, send, look):
    at("2026-03-03 09:00")
    assert send("staff", case, "extend", until_on="2026-03-12", reason=WHY).status_code == 303
    assert look(case, promises) == (DUE, DUE, DUE, DUE)
    row = look(case, lambda t: [(e.reason, read_vn(e.wanted_until), e.is_granted, e.number) for e in t.extensions])
    assert row == [(WHY, "2026-03-12 17:00", None, 1)]


@pytest.mark.parametrize(
    "until_on",
    [
        "2026-03-02",  # in the past
        "2026-03-03",  # today, but before the present deadline
        "2026-03-09",  # the present deadline itself
        "2026-03-14",  # a Saturday
        "2026-04-27",  # a holiday
        "2026-06-02",  # 91 days ahead, a Tuesday
        "2026-02-30",  # no such day
        "9999-12-31",
        "0001-01-01",
        "99999-01-01",
        "12/03/2026",
        "",
        "   ",
    ],
)
def test_a_date_that_cannot_be_meant_is_a_422_that_names_the_field(case, at, send, stands, until_on):
    at("2026-03-03 09:00")
    before = stands()
    answer = send("staff", case, "extend", until_on=until_on, reason=WHY)
    assert answer.status_code == 422
    assert wrong_fields(answer) == {"until_on"}
    assert stands() == before


def test_a_day_that_is_already_past_in_the_province_is_refused_though_the_deadline_lies_ahead(case, at, send, stands):
    at("2026-03-03 23:30")
    before = stands()
    for until_on in ("2026-03-02", "2026-03-03"):
        assert send("staff", case, "extend", until_on=until_on, reason=WHY).status_code == 422
    assert stands() == before


def test_ninety_days_ahead_is_the_furthest_date(case, at, send, look):
    at("2026-03-03 09:00")
    assert send("staff", case, "extend", until_on="2026-06-01", reason=WHY).status_code == 303
    assert look(case, lambda t: read_vn(t.extensions[0].wanted_until)) == "2026-06-01 17:00"


def test_a_make_up_saturday_is_a_working_day_to_extend_to(born, do, at, send):
    code = born("2026-08-17 08:00")
    do(code, "staff", "accept", "2026-08-17 09:00")
    do(code, "head", "note", "2026-08-17 09:30", text="Đang khảo sát.")
    at("2026-08-20 09:00")
    assert send("staff", code, "extend", until_on="2026-08-22", reason=WHY).status_code == 422  # not after the deadline
    code = born("2026-08-14 08:00")
    do(code, "staff", "accept", "2026-08-14 09:00")
    at("2026-08-20 09:00")
    assert send("staff", code, "extend", until_on="2026-08-22", reason=WHY).status_code == 303


def test_an_extension_needs_a_reason(case, at, send, stands):
    at("2026-03-03 09:00")
    before = stands()
    answer = send("staff", case, "extend", until_on="2026-03-12", reason=" ")
    assert (answer.status_code, wrong_fields(answer)) == (422, {"reason"})
    assert stands() == before


@pytest.mark.parametrize("is_swept", [True, False])
def test_after_the_deadline_nobody_can_ask_for_more_time(app, case, at, send, look, is_swept):
    now = at("2026-03-09 17:00:01")
    if is_swept:
        with app.app_context():
            jobs.escalate(now)
    assert send("staff", case, "extend", until_on="2026-03-12", reason=WHY).status_code == 409
    assert look(case, lambda t: t.extensions) == []


def test_at_the_very_deadline_one_can_still_ask(case, at, send):
    at(DUE)
    assert send("staff", case, "extend", until_on="2026-03-12", reason=WHY).status_code == 303


def test_a_second_question_while_one_is_undecided_is_a_409(asked, at, send, stands):
    at("2026-03-03 10:00")
    before = stands()
    assert send("staff2", asked, "extend", until_on="2026-03-13", reason=WHY).status_code == 409
    assert stands() == before


def test_granted_it_is_told_once_and_both_promises_are_kept(app, asked, at, send, look, texts):
    at("2026-03-04 09:00")
    assert send("head", asked, "grant").status_code == 303
    assert look(asked, promises) == ("2026-03-12 17:00", DUE, DUE, "2026-03-12 17:00")
    assert texts(asked).count("extended") == 1
    assert send("head", asked, "grant").status_code == 409
    assert texts(asked).count("extended") == 1
    with app.app_context():
        body = db.session.scalar(select(Message.body).where(Message.template == "extended"))
    assert "12/03" in body and "17" in body and asked in body
    assert look(asked, lambda t: [e.verb for e in t.events][-2:]) == [Verb.EXTEND, Verb.GRANT]
    assert look(asked, lambda t: [p.cause for p in clock_of(t).past_plans]) == [PlanCause.EXTENDED]


@pytest.mark.parametrize(
    ("stopped", "is_late", "by_first_promise"),
    [
        ("2026-03-09 16:00", False, False),
        (DUE, False, False),
        ("2026-03-09 17:00:01", False, True),
        ("2026-03-12 17:00", False, True),
        ("2026-03-12 17:00:01", True, True),
    ],
)
def test_both_promises_are_judged_by_the_answer(asked, do, look, stopped, is_late, by_first_promise):
    do(asked, "head", "grant", "2026-03-04 09:00")
    do(asked, "staff", "answer", "2026-03-09 15:00", body="Đã vá.")
    do(asked, "head", "approve", stopped)
    assert look(asked, lambda t: (t.is_late, t.is_late_by_first_promise)) == (is_late, by_first_promise)


@pytest.mark.parametrize("verb", ["grant", "decline"])
def test_who_asked_cannot_decide(case, do, at, send, stands, verb):
    do(case, "head", "extend", "2026-03-03 09:00", until_on=date(2026, 3, 12), reason=WHY)
    at("2026-03-03 10:00")
    before = stands()
    assert send("head", case, verb, reason="Đồng ý").status_code == 403
    assert stands() == before
    assert send("lead", case, verb, reason="Đồng ý").status_code == 303


@pytest.mark.parametrize("who", ["staff", "staff2", "operator", "leader"])
def test_the_first_extension_is_the_heads_to_decide(asked, at, send, stands, who):
    at("2026-03-03 10:00")
    before = stands()
    assert send(who, asked, "grant").status_code == 403
    assert stands() == before


def test_the_second_extension_is_the_leads_alone_and_there_is_no_third(asked, do, at, send, look):
    do(asked, "head", "grant", "2026-03-04 09:00")
    do(asked, "staff", "extend", "2026-03-05 09:00", until_on=date(2026, 3, 16), reason=WHY)
    at("2026-03-05 10:00")
    assert send("head", asked, "grant").status_code == 403
    assert send("head", asked, "decline", reason="Không").status_code == 403
    assert send("lead", asked, "grant").status_code == 303
    assert look(asked, promises) == ("2026-03-16 17:00", DUE, DUE, "2026-03-16 17:00")
    at("2026-03-06 09:00")
    assert send("staff", asked, "extend", until_on="2026-03-20", reason=WHY).status_code == 409
    assert look(asked, lambda t: [e.is_granted for e in t.extensions]) == [True, True]


def test_declined_the_deadline_stays_and_one_may_ask_again(asked, at, send, look, texts):
    at("2026-03-04 09:00")
    answer = send("head", asked, "decline", reason="")
    assert (answer.status_code, wrong_fields(answer)) == (422, {"reason"})
    assert send("head", asked, "decline", reason="Đủ nhân lực để làm kịp.").status_code == 303
    assert look(asked, promises) == (DUE, DUE, DUE, DUE)
    assert look(asked, lambda t: t.extensions[0].is_granted) is False
    assert "extended" not in texts(asked)
    assert send("staff", asked, "extend", until_on="2026-03-11", reason=WHY).status_code == 303
    at("2026-03-04 09:10")
    assert send("head", asked, "grant").status_code == 303  # still the first that is granted, so still the head's


def test_r6_an_extension_outlives_another_category_that_does_not_want_the_answer_earlier(asked, do, targets, look):
    targets("GT-04", "6wd")
    do(asked, "head", "grant", "2026-03-04 09:00")
    do(asked, "operator", "classify", "2026-03-04 10:00", category="GT-04", priority=Priority.NORMAL, reason="Nhầm.")
    longer = "2026-03-10 17:00"
    assert look(asked, promises) == ("2026-03-12 17:00", longer, longer, "2026-03-12 17:00")
    do(asked, "operator", "classify", "2026-03-04 11:00", category="GT-04", priority=Priority.LOW, reason="Nhẹ hơn.")
    assert look(asked, lambda t: read_vn(t.due_at)) == "2026-03-12 17:00"


def test_r6_a_tighter_category_ends_the_extension_and_the_notice_says_so(asked, do, targets, look, sign_in):
    targets("GT-03", "8wh")
    do(asked, "head", "grant", "2026-03-04 09:00")
    do(asked, "operator", "classify", "2026-03-04 10:00", category="GT-03", priority=Priority.HIGH, reason="Nguy hiểm.")
    assert look(asked, lambda t: (read_vn(t.due_at), clock_of(t).granted_until)) == ("2026-03-04 13:30", None)
    assert look(asked, lambda t: [read_vn(p.deadline_at) for p in clock_of(t).past_plans]) == [DUE, "2026-03-12 17:00"]
    page = sign_in("staff").get(f"/tickets/{asked}?lang=en").text
    assert "the extension granted before ends" in page


@pytest.mark.parametrize("is_swept", [True, False])
def test_r6_granted_after_the_deadline_late_stays_late(app, asked, at, send, do, look, is_swept):
    now = at("2026-03-10 08:00")
    if is_swept:
        with app.app_context():
            jobs.escalate(now)
    send("head", asked, "grant")
    do(asked, "staff", "answer", "2026-03-10 09:00", body="Đã vá.")
    do(asked, "head", "approve", "2026-03-10 10:00")
    assert look(asked, lambda t: (t.status, t.is_late, t.is_late_by_first_promise)) == (Status.ANSWERED, True, True)
    assert look(asked, lambda t: (read_vn(clock_of(t).breached_at), clock_of(t).granted_until)) == (DUE, None)
    assert (
        look(asked, lambda t: [e.detail["clock"] for e in t.events if e.verb is Verb.BREACH].count("resolution")) == 1
    )


def test_an_undecided_extension_lapses_when_the_case_ends(asked, do, at, send, look):
    do(asked, "staff", "answer", "2026-03-04 09:00", body="Đã vá.")
    do(asked, "head", "approve", "2026-03-04 10:00")
    row = look(asked, lambda t: [(e.is_granted, e.decided_by_id, read_vn(e.decided_at)) for e in t.extensions])
    assert row == [(False, None, "2026-03-04 10:00")]
    at("2026-03-04 11:00")
    assert send("head", asked, "grant").status_code == 409


@pytest.mark.parametrize("how", ["returned", "taken away"])
def test_an_undecided_extension_lapses_when_the_case_leaves_the_unit(born, do, at, send, look, how):
    code = born(BORN)
    do(code, "staff", "extend", "2026-03-02 08:30", until_on=date(2026, 3, 12), reason=WHY)
    if how == "returned":
        do(code, "staff", "return", "2026-03-02 09:00", proposed="SYT", reason="Không thuộc thẩm quyền.")
    do(code, "lead", "route", "2026-03-02 09:00", department="SYT", reason="Thuộc y tế.")
    row = look(code, lambda t: [(e.is_granted, e.decided_by_id, read_vn(e.decided_at)) for e in t.extensions])
    assert row == [(False, None, "2026-03-02 09:00")]
    notices = look(code, lambda t: [(e.by_kind.value, e.note) for e in t.events if e.verb is Verb.DECLINE])
    assert notices == [("system", look(code, lambda t: t.extensions[0].decision_reason))]
    at("2026-03-02 10:00")
    assert send("lead", code, "grant").status_code == 409
    assert send("health", code, "extend", until_on="2026-03-16", reason=WHY).status_code == 303
    assert send("lead", code, "grant").status_code == 303


def test_an_undecided_extension_stays_when_the_lead_sends_the_case_to_the_same_unit_again(asked, do, look):
    do(asked, "lead", "route", "2026-03-03 10:00", department="SXD", reason="Làm lại từ đầu.")
    assert look(asked, lambda t: [e.is_granted for e in t.extensions]) == [None]


def test_a_reopened_case_may_be_extended_anew(asked, do, answered, at, send, look):
    do(asked, "head", "grant", "2026-03-04 09:00")
    do(asked, "staff", "answer", "2026-03-05 09:00", body="Đã vá.")
    do(asked, "head", "approve", "2026-03-05 10:00")
    do(asked, "lead", "reopen", "2026-03-06 09:00", reason="Người dân báo chưa xong.")
    do(asked, "staff", "accept", "2026-03-06 09:10")
    assert look(asked, lambda t: clock_of(t).granted_until) is None
    at("2026-03-06 10:00")
    assert send("staff", asked, "extend", until_on="2026-03-20", reason=WHY).status_code == 303
    assert send("head", asked, "grant").status_code == 303
    assert look(asked, lambda t: read_vn(t.due_at)) == "2026-03-20 17:00"


def test_r4_a_wait_after_the_grant_lengthens_the_last_promise_too(asked, do, look):
    do(asked, "head", "grant", "2026-03-04 09:00")
    do(asked, "staff", "ask", "2026-03-05 08:00", question="Số nhà nào?", by_phone=True)
    do(asked, "operator", "confirm", "2026-03-05 09:00")
    assert look(asked, lambda t: (t.due_at, clock_of(t).deadline_at)) == (None, None)
    do(asked, "staff", "resume", "2026-03-06 09:00", note="Số 15.")
    assert look(asked, promises) == ("2026-03-13 17:00", "2026-03-10 17:00", DUE, "2026-03-13 17:00")


def test_an_extension_granted_during_a_wait_holds_once_it_ends(asked, do, at, send, look):
    do(asked, "staff", "ask", "2026-03-05 08:00", question="Số nhà nào?", by_phone=True)
    do(asked, "operator", "confirm", "2026-03-05 09:00")
    at("2026-03-05 10:00")
    assert send("head", asked, "grant").status_code == 303
    assert look(asked, lambda t: t.due_at) is None
    do(asked, "staff", "resume", "2026-03-06 10:00", note="Số 15.")
    assert look(asked, lambda t: read_vn(t.due_at)) == "2026-03-13 17:00"


def test_nothing_can_be_extended_while_the_time_stands_still(case, do, at, send, look):
    do(case, "staff", "ask", "2026-03-05 08:00", question="Số nhà nào?", by_phone=True)
    at("2026-03-05 09:00")
    assert send("staff", case, "extend", until_on="2026-03-12", reason=WHY).status_code == 409
    assert look(case, lambda t: t.extensions) == []


def test_the_database_itself_refuses_a_decision_by_the_asker(app, asked):
    with app.app_context(), pytest.raises(IntegrityError), transaction() as session:
        row = session.scalars(select(Ticket)).one().extensions[0]
        row.decided_by_id, row.decided_at, row.is_granted = row.asked_by_id, clock.now(), True
        session.flush()
