"""The unhappy loop: "not solved" reopens with words, later it is a task; 1 and 2 are a call; another checks again."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.db import db
from hotline.jobs import TIMETABLE
from hotline.messages.models import Alert, Message
from hotline.messages.rules.alerts import AlertKind
from hotline.satisfaction.jobs import follow_wordless, make_surveys
from hotline.satisfaction.models import FollowUp, FollowUpKind, FollowUpOutcome, Rating, Solved, Survey
from hotline.tickets.jobs import close_settled
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Status
from tests.support.days import vn

WHAT = "Mới vá một nửa, đoạn trước số nhà 118 vẫn còn hố. Gọi tôi 0912345678."


@pytest.fixture
def closed(app, born, do):
    """closed(when) -> the code of a case of Sở Xây dựng answered by staff, approved by head at that time."""

    def finish(when="2026-03-02 11:00", **wish):
        code = born("2026-03-02 08:00", **wish)
        do(code, "staff", "accept", when)
        do(code, "staff", "answer", when, body="Đã vá ổ gà.")
        do(code, "head", "approve", when)
        with app.app_context():
            make_surveys(clock.now())
        return code

    return finish


@pytest.fixture
def task_form(app, sign_in):
    """task_form(client, id, verb, **fields) -> the answer to that form of the task, as its page offered it."""

    def post(client, task_id, verb, **fields):
        page = client.get(f"/follow-ups/{task_id}").text
        form = re.search(rf'action="/follow-ups/{task_id}/{verb}".*?</form>', page, re.S)
        carried = {
            name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', (form.group(0) if form else page)).group(1)
            for name in ("csrf_token", "version", "idempotency_key")
        }
        return client.post(f"/follow-ups/{task_id}/{verb}", data={**carried, **fields})

    return post


def tasks(app):
    with app.app_context():
        return db.session.scalars(select(FollowUp).order_by(FollowUp.id)).all()


def test_not_solved_with_words_reopens_the_case_and_the_citizen_hears_the_outcome(
    app, at, client, closed, token, look, do, sent, send, sign_in, everything
):
    code = closed()
    address = f"/r/{token(code)}"
    at("2026-03-03 09:00")
    page = client.post(address, data={"solved": "no", "score": "1"}, follow_redirects=True).text
    assert f'action="{address}/reopen"' in page and "required" in page
    assert look(code, lambda t: t.status) is Status.ANSWERED  # no text, no reopening
    assert client.post(f"{address}/reopen", data={"comment": "  "}).status_code == 422
    assert look(code, lambda t: (t.status, t.cycle)) == (Status.ANSWERED, 1)
    words = {"comment": WHAT, "reason": ["result", "called_again"]}
    assert client.post(f"{address}/reopen", data=words).status_code == 303
    assert client.post(f"{address}/reopen", data=words).status_code == 303  # sent twice, reopened once
    assert look(code, lambda t: (t.status, t.cycle)) == (Status.REOPENED, 2)
    event = look(code, lambda t: next(e for e in t.events if e.verb == "reopen"))
    assert "Mới vá một nửa" in event.note and "0912345678" not in event.note
    assert "being dealt with again" in client.get(f"{address}?lang=en").text
    with app.app_context():
        rating = db.session.scalars(select(Rating)).one()
        assert (rating.comment, rating.reasons) == (WHAT, ["result", "called_again"])
    assert tasks(app) == []
    news = [row.dedupe_key for row in everything(Alert) if row.kind is AlertKind.NEW_WORK]
    assert len([key for key in news if key.endswith("reopen:2")]) == 3  # the unit hears of it: two clerks and the head

    # Those whose answer was not enough do not check the new one; somebody else does.
    do(code, "staff", "accept", "2026-03-03 10:00")
    do(code, "staff", "answer", "2026-03-04 10:00", body="Đã vá hết đoạn còn lại.")
    assert send("head", code, "approve").status_code == 403
    assert look(code, lambda t: t.status) is Status.AWAITING_APPROVAL
    assert send("lead", code, "approve").status_code == 303
    with app.app_context():
        make_surveys(clock.now())
    names = [name for name, _state in sent(code)]
    assert names == ["received_routed", "answered_rate", "reopened", "answered_rate"]

    # Each link rates its own cycle only; the first still may be changed, the second stands beside it.
    client.post(f"/r/{token(code, 2)}", data={"solved": "yes", "score": "4"})
    client.post(address, data={"solved": "no", "score": "2"})
    with app.app_context():
        found = db.session.execute(select(Survey.cycle, Rating.score).join(Rating).order_by(Survey.cycle)).all()
        assert [tuple(row) for row in found] == [(1, 2), (2, 4)]
    assert look(code, lambda t: (t.status, t.cycle)) == (Status.ANSWERED, 2)  # an old link reopens nothing
    assert tasks(app) == []
    page = sign_in("lead").get(f"/tickets/{code}?lang=en").text
    assert page.index("Answer of cycle 1") < page.index("counts in rankings") < page.index("Answer of cycle 2")


def test_the_same_person_does_not_refuse_or_settle_twice(at, born, do, send, look):
    code = born("2026-03-02 08:00", category=None)
    do(code, "operator", "refuse", "2026-03-02 09:00", guidance="Không thuộc phạm vi.")
    do(code, "lead", "reopen", "2026-03-02 10:00", reason="Người dân cho là thuộc phạm vi.")
    do(code, "lead", "route", "2026-03-02 11:00", department="SYT", reason="Thử chuyển.")
    do(code, "health", "return", "2026-03-02 12:00", proposed="SXD", reason="Không phải việc của Sở Y tế.")
    assert (
        send(
            "operator", code, "refuse", because="court", authority_id="1", guidance="Vẫn không thuộc phạm vi."
        ).status_code
        == 403
    )
    assert look(code, lambda t: t.status) is Status.RETURNED
    assert (
        send(
            "lead", code, "refuse", because="court", authority_id="1", guidance="Đã xem lại: thuộc thẩm quyền Tòa án."
        ).status_code
        == 303
    )


def test_dissatisfied_although_solved_is_a_call_within_one_working_day(
    app, at, client, closed, token, sign_in, task_form
):
    code = closed(category="GT-02")  # an urgent kind, dealt with around the clock
    at("2026-03-06 16:00")  # a Friday
    client.post(f"/r/{token(code)}", data={"solved": "yes", "score": "2"})
    client.post(f"/r/{token(code)}/comment", data={"comment": "Gọi 0912345678 <b>ngay</b>"})
    assert "will call you" in client.get(f"/r/{token(code)}?lang=en").text
    client.post(f"/r/{token(code)}", data={"solved": "yes", "score": "1"})  # one task, whatever is changed
    (task,) = tasks(app)
    assert (task.kind, task.due_at) == (FollowUpKind.CALL_BACK, vn("2026-03-09 17:00"))
    with app.app_context():
        assert [alert.kind for alert in db.session.scalars(select(Alert).where(Alert.ticket_code == code))].count(
            AlertKind.FOLLOW_UP
        ) == 1
    lead = sign_in("lead")
    assert code in lead.get("/follow-ups").text
    page = lead.get(f"/follow-ups/{task.id}").text
    assert "&lt;b&gt;ngay&lt;/b&gt;" in page
    assert "0912345678" not in page and "912345678" not in page and "Đã vá ổ gà." in page
    shown = task_form(lead, task.id, "reveal", reason="Gọi lại theo yêu cầu.")
    assert shown.status_code == 200 and "+84912345678" in shown.text
    refused = task_form(lead, task.id, "finish", outcome="unreachable", note="Không nghe máy.")
    assert refused.status_code == 422 and "Không nghe máy." in refused.text
    for _time in range(3):
        assert task_form(lead, task.id, "try", note="").status_code == 303
    done = task_form(lead, task.id, "finish", outcome="unreachable", note="Gọi ba lần không nghe máy.")
    assert done.status_code == 303
    (task,) = tasks(app)
    assert (task.tries, task.outcome, task.done_at) == (3, FollowUpOutcome.UNREACHABLE, clock.now())
    assert code not in lead.get("/follow-ups").text and code in lead.get("/follow-ups?view=done").text
    late = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', lead.get("/follow-ups/1").text).group(1)}
    late |= {"version": task.version, "idempotency_key": str(uuid.uuid4()), "note": ""}
    assert lead.post(f"/follow-ups/{task.id}/try", data=late).status_code == 409


def test_a_task_may_reopen_the_case_or_go_on_in_a_new_one(app, at, client, closed, token, sign_in, task_form, look, by):
    first, second = closed(phone="0912345601"), closed(phone="0912345602")
    at("2026-03-03 09:00")
    for code in (first, second):
        client.post(f"/r/{token(code)}", data={"solved": "partly", "score": "1"})
    lead = sign_in("lead")
    one, two = tasks(app)
    assert task_form(lead, one.id, "reopen", reason="Còn một đoạn chưa làm.").status_code == 303
    assert look(first, lambda t: (t.status, t.cycle)) == (Status.REOPENED, 2)
    assert task_form(lead, two.id, "open", content="Đề nghị làm tiếp đoạn còn lại.").status_code == 303
    one, two = tasks(app)
    assert (one.outcome, two.outcome) == (FollowUpOutcome.REOPENED, FollowUpOutcome.NEW_CASE)
    with app.app_context():
        new = db.session.get_one(Ticket, two.new_ticket_id)
        assert (new.phone_e164, new.content) == ("+84912345602", "Đề nghị làm tiếp đoạn còn lại.")
        assert db.session.scalars(select(Message.template).where(Message.ticket_code == new.code)).all() == [
            "received_routed"
        ]
        new_code = new.code
    assert new_code in lead.get(f"/tickets/{second}").text
    assert second in lead.get(f"/tickets/{new_code}").text


def test_not_solved_when_it_is_too_late_to_reopen_is_a_task_for_the_lead(app, at, client, closed, token, look, do):
    code = closed()
    address = f"/r/{token(code)}"
    at("2026-03-16 10:30")
    client.post(address, data={"solved": "yes", "score": "4"})
    at("2026-03-17 10:00")  # fifteen days after the answer, within the 72 hours of the rating
    with app.app_context():
        close_settled(clock.now())
    page = client.post(address, data={"solved": "no", "score": "4"}, follow_redirects=True).text
    assert "/reopen" not in page
    assert client.post(f"{address}/reopen", data={"comment": "Vẫn chưa xong."}).status_code == 303
    assert look(code, lambda t: (t.status, t.cycle)) == (Status.CLOSED, 1)
    (task,) = tasks(app)
    assert task.kind is FollowUpKind.LATE_NO
    with app.app_context():
        assert db.session.scalars(select(Rating)).one().solved is Solved.NO


def test_a_unit_sees_what_was_said_after_the_edit_window_and_leads_at_once(at, client, closed, token, sign_in):
    code = closed()
    at("2026-03-03 09:00")
    client.post(f"/r/{token(code)}", data={"solved": "partly", "score": "3"})
    client.post(f"/r/{token(code)}/comment", data={"comment": "Chỉ vá tạm, số tôi 0912345678", "reason": "result"})
    said = re.compile(r"<b>3</b>/5|Chỉ vá tạm|Một phần")
    for name, sees in (("staff", False), ("head", False), ("lead", True), ("leader", True)):
        page = sign_in(name).get(f"/tickets/{code}").text
        assert bool(said.search(page)) is sees, name
        assert "0912345678" not in page
    assert "09:00 thứ Sáu 06/03" in sign_in("head").get(f"/tickets/{code}").text
    at("2026-03-06 09:00")
    for name in ("staff", "head"):
        page = sign_in(name).get(f"/tickets/{code}").text
        assert "Chỉ vá tạm, số tôi •••" in page


def test_the_timetable_has_the_reminder():
    assert "satisfaction.remind" in [job.name for job in TIMETABLE]


def test_not_solved_without_words_is_called_about_after_a_day(app, at, client, closed, token, sign_in):
    silent, spoken = closed(phone="0912345601"), closed(phone="0912345602")
    now = at("2026-03-03 09:00")
    for code in (silent, spoken):
        client.post(f"/r/{token(code)}", data={"solved": "no", "score": "1"})
    client.post(f"/r/{token(spoken)}/reopen", data={"comment": WHAT})
    with app.app_context():
        assert follow_wordless(now + timedelta(hours=23)) == 0
        assert [follow_wordless(now + timedelta(hours=25)), follow_wordless(now + timedelta(hours=25))] == [1, 0]
    (task,) = tasks(app)
    assert (task.kind, task.due_at) == (FollowUpKind.CALL_BACK, vn("2026-03-05 17:00"))
    assert silent in sign_in("lead").get("/follow-ups").text
