"""The verbs over HTTP: permission, table of moves, version and key; what was refused changes nothing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.db import db
from hotline.tickets import jobs
from hotline.tickets.models import Answer, Clock, Pause, TicketEvent
from hotline.tickets.rules.lifecycle import Status, Verb


def hidden(page, verb, name):
    form = re.search(rf'action="[^"]*/{verb}".*?</form>', page, re.S)
    assert form, f"no form for {verb}"
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', form.group(0)).group(1)


def do(client, code, verb, **fields):
    page = client.get(f"/tickets/{code}").text
    carried = {name: hidden(page, verb, name) for name in ("csrf_token", "version", "idempotency_key")}
    return client.post(f"/tickets/{code}/{verb}", data={**carried, **fields})


def test_a_case_is_accepted_answered_and_approved_by_two_people(opened, sign_in, look):
    code = opened()
    staff, head = sign_in("staff"), sign_in("head")
    assert do(staff, code, "accept").status_code == 303
    assert do(staff, code, "answer", body="Đơn vị đã vá ổ gà ngày hôm nay.").status_code == 303
    assert do(head, code, "approve").status_code == 303
    assert look(code, lambda t: t.status) is Status.ANSWERED
    assert look(code, lambda t: (t.stopped_at is not None, t.next_due_at, t.is_open)) == (True, None, False)
    assert look(code, lambda t: [e.verb for e in t.events if e.stops_clock]) == [Verb.APPROVE]
    assert look(code, lambda t: t.answers[0].body) == "Đơn vị đã vá ổ gà ngày hôm nay."


def test_nobody_approves_an_own_answer(opened, sign_in, look):
    code = opened()
    head = sign_in("head")
    do(head, code, "accept")
    do(head, code, "answer", body="Đã xử lý.")
    assert do(head, code, "approve").status_code == 403
    assert look(code, lambda t: t.status) is Status.AWAITING_APPROVAL
    assert do(sign_in("lead"), code, "approve").status_code == 303


def test_another_units_case_is_not_found_for_look_and_verb(opened, sign_in, look):
    code = opened(category="YT-01")
    staff = sign_in("staff")
    assert staff.get(f"/tickets/{code}").status_code == 404
    own = opened()
    page = staff.get(f"/tickets/{own}").text
    data = {name: hidden(page, "accept", name) for name in ("csrf_token", "version", "idempotency_key")}
    assert staff.post(f"/tickets/{code}/accept", data=data).status_code == 404
    assert look(code, lambda t: t.status) is Status.ROUTED


@pytest.mark.parametrize(("role", "verb"), [("leader", "accept"), ("operator", "approve"), ("staff", "route")])
def test_a_role_without_the_verb_is_refused(opened, sign_in, look, role, verb):
    code = opened()
    client = sign_in(role)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/tickets").text).group(1)
    answer = client.post(f"/tickets/{code}/{verb}", data={"csrf_token": token, "version": 1, "idempotency_key": "k"})
    assert answer.status_code == 403
    assert look(code, lambda t: t.status) is Status.ROUTED


def test_an_old_version_is_a_409_that_keeps_the_text_and_shows_the_other_change(opened, sign_in, moved, look):
    code = opened()
    staff = sign_in("staff")
    moved(code, ("staff", "accept"))
    page = staff.get(f"/tickets/{code}").text
    carried = {name: hidden(page, "answer", name) for name in ("csrf_token", "version", "idempotency_key")}
    moved(code, ("head", "note", {"text": "Đã gọi nhà thầu."}))
    answer = staff.post(f"/tickets/{code}/answer", data={**carried, "body": "Chữ tôi đã gõ"})
    assert answer.status_code == 409
    assert "Chữ tôi đã gõ" in answer.text and "Đã gọi nhà thầu." in answer.text
    assert look(code, lambda t: t.status) is Status.IN_PROGRESS


def test_an_illegal_move_is_a_409_that_says_what_is_possible(opened, sign_in, moved, look):
    code = opened()
    staff = sign_in("staff")
    page = staff.get(f"/tickets/{code}").text
    carried = {name: hidden(page, "accept", name) for name in ("csrf_token", "idempotency_key")}
    moved(code, ("staff", "accept"))
    version = look(code, lambda t: t.version)
    answer = staff.post(f"/tickets/{code}/accept", data={**carried, "version": version})
    assert answer.status_code == 409
    assert "Trình duyệt trả lời" in answer.text
    assert look(code, lambda t: [e.verb for e in t.events]).count(Verb.ACCEPT) == 1


def test_a_double_click_acts_once_and_gets_the_same_answer(opened, sign_in, app, look):
    code = opened()
    staff = sign_in("staff")
    page = staff.get(f"/tickets/{code}").text
    data = {name: hidden(page, "note", name) for name in ("csrf_token", "version", "idempotency_key")}
    first = staff.post(f"/tickets/{code}/note", data={**data, "note": "Một lần thôi"})
    again = staff.post(f"/tickets/{code}/note", data={**data, "note": "Một lần thôi"})
    other = staff.post(f"/tickets/{code}/note", data={**data, "note": "Nội dung khác"})
    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 422)
    assert first.location == again.location
    assert look(code, lambda t: [e.verb for e in t.events]).count(Verb.NOTE) == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_return_needs_a_reason_and_keeps_what_was_chosen(opened, sign_in, look, app, reason):
    code = opened()
    staff = sign_in("staff")
    proposed = re.search(r'<option value="(\d+)">Sở Y tế<', staff.get(f"/tickets/{code}").text).group(1)
    answer = do(staff, code, "return", reason=reason, proposed_department_id=proposed)
    assert answer.status_code == 422
    assert f'selected value="{proposed}"' in answer.text and "Vui lòng điền" in answer.text
    assert look(code, lambda t: t.status) is Status.ROUTED


def test_returned_cases_leave_the_unit_and_after_two_returns_only_the_lead_routes(opened, sign_in, look):
    code = opened()
    staff, operator, lead = sign_in("staff"), sign_in("operator"), sign_in("lead")

    def unit_of(name):
        return re.search(rf'<option value="(\d+)">{name}<', lead.get(f"/tickets/{code}").text).group(1)

    for attempt in (1, 2):
        page = staff.get(f"/tickets/{code}").text
        proposed = re.search(r'<option value="(\d+)">Sở Y tế<', page).group(1)
        assert (
            do(staff, code, "return", reason="Không thuộc thẩm quyền", proposed_department_id=proposed).status_code
            == 303
        )
        assert staff.get(f"/tickets/{code}").status_code == 404
        assert look(code, lambda t: t.returns) == attempt
        if attempt == 1:
            assert do(operator, code, "route", department_id=unit_of("Sở Xây dựng")).status_code == 303
    page = operator.get(f"/tickets/{code}").text
    assert f"/tickets/{code}/route" not in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    forged = {"csrf_token": token, "version": look(code, lambda t: t.version), "idempotency_key": "k" * 22}
    forged |= {"department_id": unit_of("Sở Xây dựng"), "reason": ""}
    assert operator.post(f"/tickets/{code}/route", data=forged).status_code == 403
    assert do(lead, code, "route", department_id=unit_of("Sở Xây dựng")).status_code == 303


def test_r4_a_confirmed_question_stops_the_clock_and_the_reply_gives_back_what_was_left(opened, sign_in, look, app):
    code = opened()
    staff, operator = sign_in("staff"), sign_in("operator")
    do(staff, code, "accept")
    before = look(code, lambda t: t.due_at)
    asked = do(staff, code, "ask", question="Ổ gà nằm trước số nhà nào?", by_phone="y", days="3")
    assert asked.status_code == 303
    assert look(code, lambda t: (t.status, t.due_at)) == (Status.WAITING_CITIZEN, before)
    assert do(operator, code, "confirm").status_code == 303
    assert look(code, lambda t: (t.due_at, t.next_due_at)) == (None, None)
    with app.app_context():
        assert jobs.escalate(clock.now() + timedelta(days=30)) == 0
    assert do(staff, code, "resume", note="Trước số 15.").status_code == 303
    assert look(code, lambda t: t.status) is Status.IN_PROGRESS
    assert look(code, lambda t: t.due_at) >= before


def test_a_forgotten_wait_ends_by_itself(opened, moved, look, app):
    code = opened()
    moved(code, ("staff", "accept"), ("staff", "ask", {"question": "Số nhà?"}))
    with app.app_context():
        until = db.session.scalar(select(Pause.until_at))
        assert jobs.end_pauses(until - timedelta(seconds=1)) == 0
        assert jobs.end_pauses(until + timedelta(hours=24)) == 1
        assert db.session.scalar(select(Pause.ended_at)) == until
        assert jobs.end_pauses(until) == 0
    assert look(code, lambda t: t.status) is Status.IN_PROGRESS


def test_a_breach_is_marked_once_with_the_deadline_as_its_time(opened, look, app):
    code = opened()
    later = clock.now() + timedelta(days=40)
    with app.app_context():
        marked = jobs.escalate(later)
        assert marked == 3 and jobs.escalate(later) == 0
        rows = db.session.scalars(select(Clock)).all()
        assert all(row.breached_at == row.deadline_at and row.noticed_at == later for row in rows)
        assert db.session.scalar(select(func.count()).where(TicketEvent.verb == Verb.BREACH)) == 3
    assert look(code, lambda t: t.is_late) is True


def test_r11_answered_late_between_two_sweeps_is_late(opened, moved, spoil, look):
    code = opened()
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã sửa."}))
    spoil(code)
    moved(code, ("head", "approve"))
    assert look(code, lambda t: t.is_late) is True
    assert look(code, lambda t: [c.step for clock in t.clocks for c in clock.crossings if c.step == "100%"]) == ["100%"]


def test_a_reopened_case_is_a_new_cycle_and_the_old_result_stays(opened, sign_in, moved, look, app):
    code = opened()
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã sửa."}), ("head", "approve"))
    assert do(sign_in("lead"), code, "reopen", reason="Người dân báo chưa sửa").status_code == 303
    assert look(code, lambda t: (t.status, t.cycle, t.stopped_at)) == (Status.REOPENED, 2, None)
    assert look(code, lambda t: t.due_at) is not None
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã sửa lại."}), ("lead", "approve"))
    with app.app_context():
        published = db.session.scalars(select(Answer).order_by(Answer.id)).all()
        assert [(a.cycle, a.body) for a in published] == [(1, "Đã sửa."), (2, "Đã sửa lại.")]


def test_every_move_writes_one_notice_and_one_audit_row(opened, moved, app):
    code = opened()
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã sửa."}), ("head", "approve"))
    with app.app_context():
        deeds = db.session.scalars(
            select(AuditEntry.deed).where(AuditEntry.object_id == code).order_by(AuditEntry.id)
        ).all()
        assert sorted(deeds) == sorted(
            ["tickets:open", "tickets:route", "tickets:accept", "tickets:answer", "tickets:approve"]
        )


def test_the_number_is_masked_until_somebody_says_why(opened, sign_in, app):
    code = opened()
    staff = sign_in("staff")
    page = staff.get(f"/tickets/{code}").text
    assert "912345678" not in page
    shown = do(staff, code, "reveal", reason="Gọi lại xác minh địa điểm")
    assert shown.status_code == 200 and "+84912345678" in shown.text
    with app.app_context():
        row = db.session.scalar(select(AuditEntry).where(AuditEntry.deed == "tickets:reveal"))
        assert row.object_id == code and row.detail["reason"] == "Gọi lại xác minh địa điểm"


def test_an_unknown_field_is_refused(opened, sign_in, look):
    code = opened()
    assert do(sign_in("staff"), code, "accept", department_id="1").status_code == 422
    assert look(code, lambda t: t.status) is Status.ROUTED


@pytest.mark.parametrize(
    ("who", "category", "verb", "field"),
    [
        ("lead", None, "route", "department_id"),
        ("staff", "GT-01", "return", "proposed_department_id"),
        ("head", "GT-01", "assign", "assignee_id"),
    ],
)
def test_nobody_is_chosen_by_oversight(opened, sign_in, look, who, category, verb, field):
    code = opened(category=category)
    before = look(code, lambda t: (t.status, t.department_id, t.assignee_id))
    client = sign_in(who)
    form = re.search(rf'action="[^"]*/{verb}".*?</form>', client.get(f"/tickets/{code}").text, re.S).group(0)
    select = re.search(rf'<select[^>]*name="{field}"[^>]*>(.*?)</select>', form, re.S).group(1)
    assert select.startswith('<option selected value=""></option><option')
    answer = do(client, code, verb, **{field: ""} | ({"reason": "Sai thẩm quyền."} if verb == "return" else {}))
    assert answer.status_code == 422 and "Vui lòng chọn" in answer.text
    assert look(code, lambda t: (t.status, t.department_id, t.assignee_id)) == before


def test_an_illegal_move_offers_only_what_the_reader_may_do(opened, sign_in, moved, look):
    code = opened()
    staff = sign_in("staff")
    page = staff.get(f"/tickets/{code}").text
    carried = {name: hidden(page, "accept", name) for name in ("csrf_token", "idempotency_key")}
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã vá."}))
    data = {**carried, "version": look(code, lambda t: t.version)}
    said = re.search(r'role="alert".*?</div></div>', staff.post(f"/tickets/{code}/accept", data=data).text, re.S)
    assert "Ghi chú nội bộ" in said.group(0)
    assert "Duyệt" not in said.group(0)
