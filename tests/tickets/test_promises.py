"""What judges and changes promises from outside: category, waiver, later questions, silence, returns, reopening."""

from datetime import date

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.catalogue.models import Priority
from hotline.db import db
from hotline.errors import Conflict, Forbidden
from hotline.tickets import jobs
from hotline.tickets.models import ClockKind, Holder, PlanCause
from hotline.tickets.rules.lifecycle import Status, Verb
from tests.support.days import clock_of, read_vn, wrong_fields

BORN, DUE = "2026-03-02 08:00", "2026-03-09 17:00"


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
def case(born, do):
    """A case that the unit has accepted."""
    code = born(BORN)
    do(code, "staff", "accept", "2026-03-02 08:30")
    return code


def due(ticket):
    return ticket.due_at and read_vn(ticket.due_at)


def raised(do, code, when, category="GT-03", priority=Priority.HIGH, who="operator"):
    do(code, who, "classify", when, category=category, priority=priority, reason="Nguy hiểm hơn đã tưởng.")


def breaches(ticket):
    return [(c.step, c.waived_at, c.voided_at) for c in clock_of(ticket).crossings if c.step == "100%"]


# Category and priority (R6)


def test_r6_forty_hours_raised_on_wednesday_to_eight_end_on_wednesday_at_half_past_one(born, targets, do, look):
    targets("GT-01", "40wh")
    targets("GT-03", "8wh")
    code = born("2025-03-03 08:00")
    assert look(code, due) == "2025-03-10 08:00"
    raised(do, code, "2025-03-05 10:00")
    assert look(code, due) == "2025-03-05 13:30"
    assert look(code, lambda t: (t.priority, t.category.code, read_vn(clock_of(t).started_at))) == (
        Priority.HIGH,
        "GT-03",
        "2025-03-03 08:00",
    )
    past = look(code, lambda t: [(p.target, read_vn(p.deadline_at), p.cause) for p in clock_of(t).past_plans])
    assert past == [("40wh", "2025-03-10 08:00", PlanCause.CLASSIFIED)]


def test_r6_raised_early_the_new_deadline_counts_from_the_start_without_any_floor(born, targets, do, look):
    targets("GT-01", "40wh")
    targets("GT-03", "8wh")
    code = born("2025-03-03 08:00")
    raised(do, code, "2025-03-03 10:00")
    assert look(code, due) == "2025-03-04 08:00"


@pytest.mark.parametrize(("raised_at", "is_said"), [("2025-03-05 10:00", True), ("2025-03-03 10:00", False)])
def test_r6_the_account_says_where_the_quarter_left_by_a_change_makes_the_deadline(
    born, targets, do, at, sign_in, raised_at, is_said
):
    targets("GT-01", "40wh")
    targets("GT-03", "8wh")
    code = born("2025-03-03 08:00")
    raised(do, code, raised_at)
    at("2025-03-05 11:00")
    page = sign_in("lead").get(f"/tickets/{code}?lang=en").text
    assert ("the deadline leaves a quarter of the new time from then" in page) is is_said


def test_r6_loosened_it_counts_from_the_start_too(born, targets, do, look):
    targets("GT-03", "8wh")
    targets("GT-01", "40wh")
    code = born("2025-03-03 08:00", category="GT-03")
    raised(do, code, "2025-03-03 14:00", category="GT-01", priority=Priority.NORMAL)
    assert look(code, due) == "2025-03-10 08:00"


def test_r6_a_wait_is_kept_when_category_and_policy_change(born, targets, do, look):
    targets("GT-01", "40wh")
    targets("GT-03", "32wh")
    code = born("2026-03-02 08:00")
    do(code, "staff", "accept", "2026-03-02 08:30")
    do(code, "staff", "ask", "2026-03-02 09:00", question="Số nhà nào?", by_phone=True)
    do(code, "operator", "confirm", "2026-03-02 09:00")
    do(code, "staff", "resume", "2026-03-03 09:00", note="Số 15.")
    raised(do, code, "2026-03-03 10:00")
    # 32 hours from Monday 08:00, of which one was used before the wait: 31 hours from Tuesday 09:00.
    assert look(code, due) == "2026-03-09 08:00"


def test_r6_during_a_wait_the_change_counts_once_it_ends(born, targets, do, look):
    targets("GT-01", "40wh")
    targets("GT-03", "8wh")
    code = born("2026-03-02 08:00")
    do(code, "staff", "accept", "2026-03-02 08:30")
    do(code, "staff", "ask", "2026-03-02 09:00", question="Số nhà nào?", by_phone=True)
    do(code, "operator", "confirm", "2026-03-02 09:00")
    raised(do, code, "2026-03-02 10:00")
    assert look(code, due) is None
    do(code, "staff", "resume", "2026-03-04 09:00", note="Số 15.")
    assert look(code, due) == "2026-03-05 08:00"


@pytest.mark.parametrize("is_swept", [True, False])
def test_r6_a_breach_stays_when_the_promise_is_loosened(born, targets, do, sweep, look, is_swept):
    targets("GT-03", "8wh")
    code = born("2026-03-02 08:00", category="GT-03")
    do(code, "staff", "accept", "2026-03-02 08:30")
    if is_swept:
        sweep("2026-03-03 08:01")
    raised(do, code, "2026-03-03 09:00", category="GT-01", priority=Priority.NORMAL)
    assert look(code, lambda t: (t.is_late, due(t), t.category.code)) == (True, "2026-03-03 08:00", "GT-01")
    do(code, "staff", "answer", "2026-03-03 10:00", body="Đã vá.")
    do(code, "head", "approve", "2026-03-03 10:30")
    assert look(code, lambda t: (t.is_late, read_vn(clock_of(t).breached_at))) == (True, "2026-03-03 08:00")


def test_r6_silence_that_lasted_past_the_acceptance_time_is_not_undone_by_another_category(born, do, look):
    code = born("2026-03-02 08:00")
    raised(do, code, "2026-03-03 09:00")
    assert look(code, lambda t: (t.status, t.is_accepted_by_silence)) == (Status.IN_PROGRESS, True)


def test_changing_nothing_is_a_422_and_changes_nothing(case, at, send, look, stands):
    at("2026-03-03 09:00")
    before = stands()
    category = look(case, lambda t: t.category_id)
    answer = send("operator", case, "classify", category_id=category, priority="normal", reason="Nhầm")
    assert (answer.status_code, wrong_fields(answer)) == (422, {"category_id"})
    assert stands() == before


def test_a_sensitive_category_hides_the_person_from_then_on(case, do, look):
    raised(do, case, "2026-03-02 09:00", category="LD-03", priority=Priority.URGENT)
    raised(do, case, "2026-03-02 09:10", category="GT-01", priority=Priority.NORMAL)
    assert look(case, lambda t: t.is_confidential) is True


# Waiver (R6)


@pytest.mark.parametrize("who", ["operator", "staff", "head", "leader", "admin"])
def test_r6_only_the_lead_excuses(case, sweep, send, stands, who):
    sweep("2026-03-09 17:01")
    before = stands()
    assert send(who, case, "waive", reason="Bão.").status_code == 403
    assert stands() == before


def test_r6_an_excused_breach_stays_on_record_with_reason_and_name(app, case, sweep, send, look):
    sweep("2026-03-09 17:01")
    answer = send("lead", case, "waive", reason="  ")
    assert (answer.status_code, wrong_fields(answer)) == (422, {"reason"})
    assert send("lead", case, "waive", reason="Bão số 3, toàn tỉnh nghỉ.").status_code == 303
    assert look(case, lambda t: (t.is_late, t.is_late_by_first_promise)) == (False, False)
    row = look(case, lambda t: next(c for c in clock_of(t).crossings if c.step == "100%"))
    assert (read_vn(row.waived_at), row.waive_reason, row.voided_at) == (
        "2026-03-09 17:01",
        "Bão số 3, toàn tỉnh nghỉ.",
        None,
    )
    assert look(case, lambda t: read_vn(clock_of(t).breached_at)) == DUE
    assert send("lead", case, "waive", reason="Lần nữa").status_code == 409
    with app.app_context():
        assert db.session.scalar(select(AuditEntry.actor_name).where(AuditEntry.deed == "tickets:waive"))


def test_r6_there_is_nothing_to_excuse_in_a_case_that_is_in_time(case, at, send, stands):
    at("2026-03-03 09:00")
    before = stands()
    assert send("lead", case, "waive", reason="Phòng xa").status_code == 409
    assert stands() == before


@pytest.mark.parametrize("excused_first", [True, False])
def test_r6_excused_before_or_after_the_answer_it_comes_to_the_same(case, do, sweep, look, excused_first):
    sweep("2026-03-09 17:01")
    if excused_first:
        do(case, "lead", "waive", "2026-03-10 08:00", reason="Bão.")
    do(case, "staff", "answer", "2026-03-10 09:00", body="Đã vá.")
    do(case, "head", "approve", "2026-03-10 10:00")
    if not excused_first:
        do(case, "lead", "waive", "2026-03-10 11:00", reason="Bão.")
    judged = look(case, lambda t: (t.is_late, t.is_late_by_first_promise, t.is_late_without_pauses))
    assert judged == (False, False, False)
    sweep("2026-03-20 08:00")
    assert look(case, lambda t: (t.is_late, len(breaches(t)))) == (False, 1)


def test_r8_an_excuse_for_the_first_cycle_does_not_cover_the_second(case, do, sweep, look):
    sweep("2026-03-09 17:01")
    do(case, "staff", "answer", "2026-03-10 09:00", body="Đã vá.")
    do(case, "head", "approve", "2026-03-10 10:00")
    do(case, "lead", "waive", "2026-03-10 11:00", reason="Bão.")
    do(case, "lead", "reopen", "2026-03-11 08:00", reason="Chưa xong.")
    assert look(case, lambda t: (t.is_late, due(t))) == (False, "2026-03-11 13:30")
    sweep("2026-03-11 13:31")
    assert look(case, lambda t: t.is_late) is True


def test_r6_an_excuse_for_the_second_cycle_does_not_cover_a_first_promise_missed_in_the_first(case, do, sweep, look):
    do(case, "staff", "extend", "2026-03-03 09:00", until_on=date(2026, 3, 12), reason="Chờ vật tư.")
    do(case, "head", "grant", "2026-03-03 10:00")
    do(case, "staff", "answer", "2026-03-10 09:00", body="Đã vá.")
    do(case, "head", "approve", "2026-03-10 10:00")
    do(case, "lead", "reopen", "2026-03-11 08:00", reason="Chưa xong.")
    sweep("2026-03-11 13:31")
    do(case, "lead", "waive", "2026-03-11 14:00", reason="Bão.")
    judged = look(case, lambda t: (t.is_late, t.is_late_by_first_promise, t.is_late_without_pauses))
    assert judged == (False, True, True)


# Later questions (R1)


def test_r1_each_contact_that_awaits_a_reply_has_its_own_clock_until_the_next_word_to_the_citizen(case, at, send, look):
    at("2026-03-02 09:00")
    assert send("staff", case, "note", note="Đã gọi hẹn khảo sát.", reached="y").status_code == 303
    asked = ("2026-03-03 08:00", "2026-03-03 14:00")
    for when in asked:
        at(when)
        assert send("operator", case, "contact", summary="Hỏi bao giờ xong?", awaits_reply="y").status_code == 303
    at("2026-03-03 15:00")
    assert send("operator", case, "contact", summary="Cảm ơn, không cần gì thêm.").status_code == 303

    def clocks(ticket):
        return [
            (read_vn(c.started_at), read_vn(c.deadline_at), c.stopped_at and read_vn(c.stopped_at))
            for c in ticket.clocks
            if c.kind is ClockKind.NEXT_RESPONSE
        ]

    ends = ("2026-03-04 08:00", "2026-03-04 14:00")
    assert look(case, clocks) == [(start, end, None) for start, end in zip(asked, ends, strict=True)]
    assert look(case, lambda t: (t.contacts, read_vn(t.next_due_at), due(t))) == (3, ends[0], DUE)
    at("2026-03-03 16:00")
    assert send("staff", case, "note", note="Nội bộ: đã giục nhà thầu.").status_code == 303
    assert [stop for *_, stop in look(case, clocks)] == [None, None]
    assert send("staff", case, "note", note="Đã gọi báo lịch sửa.", reached="y").status_code == 303
    assert [stop for *_, stop in look(case, clocks)] == ["2026-03-03 16:00"] * 2
    assert look(case, lambda t: read_vn(t.next_due_at)) == DUE


def test_r1_automatic_texts_are_no_response(case, do, look, texts):
    do(case, "operator", "contact", "2026-03-03 08:00", summary="Bao giờ xong?", awaits_reply=True)
    do(case, "staff", "extend", "2026-03-03 09:00", until_on=date(2026, 3, 12), reason="Chờ vật tư.")
    do(case, "head", "grant", "2026-03-03 10:00")
    do(case, "operator", "chase", "2026-03-03 11:00", reason="Dân hỏi.")
    assert {"received_routed", "extended"} <= set(texts(case))
    for kind in (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE):
        assert look(case, lambda t, kind=kind: clock_of(t, kind).stopped_at) is None


def test_r1_the_answer_replies_to_everything(case, do, look):
    do(case, "operator", "contact", "2026-03-03 08:00", summary="Bao giờ xong?", awaits_reply=True)
    do(case, "staff", "answer", "2026-03-03 09:00", body="Đã vá.")
    assert look(case, lambda t: clock_of(t, ClockKind.NEXT_RESPONSE).stopped_at) is None
    do(case, "head", "approve", "2026-03-03 10:00")
    assert look(
        case, lambda t: {c.stopped_at and read_vn(c.stopped_at) for c in t.clocks if c.kind != "acceptance"}
    ) == {"2026-03-03 10:00"}


def test_a_call_about_a_finished_case_starts_no_clock(case, do, answered, look):
    do(case, "staff", "answer", "2026-03-03 09:00", body="Đã vá.")
    do(case, "head", "approve", "2026-03-03 10:00")
    do(case, "operator", "contact", "2026-03-04 08:00", summary="Cảm ơn.", awaits_reply=True)
    assert look(case, lambda t: (t.contacts, t.next_due_at)) == (1, None)
    assert look(case, lambda t: [c for c in t.clocks if c.kind is ClockKind.NEXT_RESPONSE]) == []


def test_a_status_call_is_in_the_audit_as_every_deed(app, case, do):
    do(case, "operator", "contact", "2026-03-03 08:00", summary="Bao giờ xong?")
    with app.app_context():
        deeds = db.session.scalars(select(AuditEntry.deed).where(AuditEntry.object_id == case)).all()
    assert deeds.count("tickets:contact") == 1


# Acceptance and returns (R7)


def test_silence_accepts_at_the_end_of_the_acceptance_time(born, sweep, look):
    code = born(BORN)
    sweep("2026-03-03 08:00")
    assert look(code, lambda t: t.status) is Status.ROUTED
    sweep("2026-03-03 08:01")
    assert look(code, lambda t: (t.status, t.is_accepted_by_silence)) == (Status.IN_PROGRESS, True)
    row = look(code, lambda t: next(e for e in t.events if e.verb is Verb.ACCEPT))
    assert (row.by_kind.value, row.detail["by_silence"]) == ("system", True)
    assert look(code, lambda t: (t.is_late, due(t))) == (False, DUE)
    assert look(code, lambda t: read_vn(clock_of(t, ClockKind.ACCEPTANCE).stopped_at)) == "2026-03-03 08:00"


def test_the_first_deed_of_a_person_ends_what_the_citizen_reads_about_silence(born, sweep, do, look):
    code = born(BORN)
    sweep("2026-03-03 08:01")
    do(code, "head", "assign", "2026-03-03 09:00", assignee="staff2")
    assert look(code, lambda t: (t.is_accepted_by_silence, t.assignee.name)) == (False, "Đỗ Thị Hạnh")


def test_r7_a_return_within_the_acceptance_time_is_a_hop(born, do, look):
    code = born(BORN)
    do(code, "staff", "return", "2026-03-03 08:00", proposed="SYT", reason="Không thuộc thẩm quyền.")
    assert look(code, lambda t: (t.status, t.returns, t.department_id)) == (Status.RETURNED, 1, None)
    assert look(code, lambda t: [(leg.holder, leg.is_hop) for leg in t.legs]) == [
        (Holder.SWITCHBOARD, False),
        (Holder.UNIT, True),
        (Holder.SWITCHBOARD, False),
    ]
    assert look(code, due) == DUE


@pytest.mark.parametrize("is_swept", [True, False])
def test_after_the_acceptance_time_a_return_is_a_409(born, sweep, at, send, look, is_swept):
    code = born(BORN)
    if is_swept:
        sweep("2026-03-03 08:01")
    at("2026-03-03 08:01")
    unit = look(code, lambda t: t.department_id) + 1
    answer = send("staff", code, "return", proposed_department_id=unit, reason="Không thuộc thẩm quyền.")
    assert answer.status_code == 409
    assert look(code, lambda t: (t.returns, t.department.code)) == (0, "SXD")


def test_an_accepted_case_is_not_returned_any_more(case, do, stands):
    before = stands()
    with pytest.raises(Conflict):
        do(case, "staff", "return", "2026-03-02 09:00", proposed="SYT", reason="Nhầm.")
    assert stands() == before


def test_at_the_second_return_only_the_lead_routes(born, do, look):
    code = born(BORN)
    do(code, "staff", "return", "2026-03-02 09:00", proposed="SYT", reason="Không thuộc thẩm quyền.")
    do(code, "operator", "route", "2026-03-02 09:10", department="SYT", reason="Theo đề xuất.")
    do(code, "health", "return", "2026-03-02 10:00", proposed="SXD", reason="Không phải y tế.")
    with pytest.raises(Forbidden):
        do(code, "operator", "route", "2026-03-02 10:10", department="SXD", reason="Thử lại.")
    do(code, "lead", "route", "2026-03-02 10:20", department="SXD", reason="Lãnh đạo quyết định.")
    assert look(code, lambda t: (t.status, t.returns, t.department.code, due(t))) == (Status.ROUTED, 2, "SXD", DUE)


def test_r7_a_transfer_moves_no_deadline_and_begins_a_new_acceptance_time(case, do, look):
    with pytest.raises(Forbidden):
        do(case, "operator", "route", "2026-03-04 09:00", department="SYT", reason="Chuyển.")
    do(case, "lead", "route", "2026-03-04 09:00", department="SYT", reason="Thuộc y tế.")
    assert look(case, lambda t: (t.status, due(t), read_vn(clock_of(t).started_at))) == (Status.ROUTED, DUE, BORN)
    rows = look(case, lambda t: [c for c in t.clocks if c.kind is ClockKind.ACCEPTANCE])
    assert [(c.leg_no, read_vn(c.started_at)) for c in rows] == [(0, BORN), (1, "2026-03-04 09:00")]


# Reopening (R8)


def test_r8_eight_hours_resolved_on_monday_at_half_past_four_reopened_on_wednesday_end_at_half_past_two(
    born, targets, do, answered, look
):
    targets("GT-01", "8wh")
    code = born("2025-03-03 08:00", category="GT-01")
    do(code, "lead", "route", "2025-03-03 08:00", department="SXD", reason="Thuộc xây dựng.")
    answered(code, "2025-03-03 16:30")
    first = look(code, lambda t: (clock_of(t).stopped_at, clock_of(t).deadline_at, t.is_late))
    do(code, "lead", "reopen", "2025-03-05 09:00", reason="Chưa xong.")
    assert look(code, lambda t: (due(t), t.cycle, read_vn(clock_of(t).started_at))) == (
        "2025-03-05 14:30",
        2,
        "2025-03-05 09:00",
    )
    assert look(code, lambda t: (clock_of(t, cycle=1).stopped_at, clock_of(t, cycle=1).deadline_at, t.is_late)) == first


def test_r8_a_second_cycle_that_is_late_makes_the_case_late_and_leaves_the_first_alone(case, do, sweep, look):
    do(case, "staff", "answer", "2026-03-03 09:00", body="Đã vá.")
    do(case, "head", "approve", "2026-03-03 10:00")
    do(case, "lead", "reopen", "2026-03-04 08:00", reason="Chưa xong.")
    do(case, "staff", "accept", "2026-03-04 09:00")
    do(case, "staff", "answer", "2026-03-30 09:00", body="Đã vá lại.")
    do(case, "lead", "approve", "2026-03-30 10:00")
    assert look(case, lambda t: (t.is_late, clock_of(t, cycle=1).breached_at, clock_of(t).breached_at is None)) == (
        True,
        None,
        False,
    )


@pytest.mark.parametrize(("when", "status"), [("2026-03-17 10:00", 303), ("2026-03-17 10:00:01", 409)])
def test_r8_a_case_can_be_reopened_for_fourteen_days(case, do, at, send, look, when, status):
    do(case, "staff", "answer", "2026-03-03 09:00", body="Đã vá.")
    do(case, "head", "approve", "2026-03-03 10:00")
    at(when)
    assert send("lead", case, "reopen", reason="Chưa xong.").status_code == status
    assert look(case, lambda t: t.cycle) == (2 if status == 303 else 1)


def test_r8_a_closed_case_is_not_reopened(app, case, do, at, send, look):
    do(case, "staff", "answer", "2026-03-03 09:00", body="Đã vá.")
    do(case, "head", "approve", "2026-03-03 10:00")
    now = at("2026-03-17 10:01")
    with app.app_context():
        assert jobs.close_settled(now) == 1 and jobs.close_settled(now) == 0
    assert send("lead", case, "reopen", reason="Chưa xong.").status_code == 409
    assert look(case, lambda t: (t.status, t.cycle)) == (Status.CLOSED, 1)


def test_a_settled_call_without_a_unit_may_be_reopened_and_routed(born, do, look):
    code = born(BORN, category=None)
    do(code, "operator", "settle", "2026-03-02 08:05", body="Đã hướng dẫn.")
    do(code, "lead", "reopen", "2026-03-03 08:00", reason="Hướng dẫn nhầm.")
    assert look(code, lambda t: [leg.holder for leg in t.legs if leg.ended_at is None]) == [Holder.SWITCHBOARD]
    do(code, "operator", "route", "2026-03-03 09:00", department="SXD", reason="Thuộc xây dựng.")
    assert look(code, lambda t: (t.status, t.cycle)) == (Status.ROUTED, 2)


def test_a_reopened_case_without_a_unit_is_nobodys_to_accept(born, do, at, send, stands):
    code = born(BORN, category=None)
    do(code, "operator", "settle", "2026-03-02 08:05", body="Đã hướng dẫn.")
    do(code, "lead", "reopen", "2026-03-03 08:00", reason="Hướng dẫn nhầm.")
    at("2026-03-03 09:00")
    before = stands()
    answers = {who: send(who, code, "accept").status_code for who in ("staff", "head", "lead", "operator", "leader")}
    assert answers == {"staff": 404, "head": 404, "lead": 403, "operator": 403, "leader": 403}
    assert stands() == before


# Pressure


def test_chases_and_calls_to_the_unit_are_counted_and_noted(case, at, send, look):
    at("2026-03-03 09:00")
    for _ in range(2):
        assert send("operator", case, "chase", reason="Người dân gọi lần nữa.").status_code == 303
    assert send("operator", case, "phone", spoke_to="Anh Hùng, hứa sáng mai.").status_code == 303
    assert look(case, lambda t: (t.chases, t.contacts, due(t), t.status)) == (2, 0, DUE, Status.IN_PROGRESS)
    notices = look(case, lambda t: [(e.verb, e.note, e.public_text) for e in t.events][-3:])
    assert notices == [
        (Verb.CHASE, "Người dân gọi lần nữa.", ""),
        (Verb.CHASE, "Người dân gọi lần nữa.", ""),
        (Verb.PHONE, "Anh Hùng, hứa sáng mai.", ""),
    ]
    for who in ("staff", "head", "leader"):
        assert send(who, case, "chase", reason="Tự giục.").status_code == 403
