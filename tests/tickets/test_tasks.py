"""Several units on one case: who is asked, by when, who may do what, when the answer waits, how a part ends."""

import pytest
from sqlalchemy import func, select, update

from hotline.catalogue.models import Department, Priority
from hotline.db import db, transaction
from hotline.errors import Invalid
from hotline.messages.models import Alert
from hotline.messages.rules.alerts import AlertKind
from hotline.messages.words import sentence
from hotline.staff.models import User
from hotline.tickets import jobs, queries
from hotline.tickets.actions import task_ends
from hotline.tickets.models import ClockKind, SubTask, Ticket
from hotline.tickets.rules.lifecycle import Status, Verb
from tests.support.days import read_vn, vn, wrong_fields
from tests.support.pictures import photo

BORN, DUE = "2026-03-02 08:00", "2026-03-09 17:00"
ASKED = {"question": "Nước trong hố có bị nhiễm bẩn không?", "due_on": "2026-03-05"}


@pytest.fixture
def unit_id(app):
    """unit_id("SYT") -> its number."""

    def find(code):
        with app.app_context():
            standing = select(Department.id).where(Department.code == code, Department.valid_to.is_(None))
            return db.session.scalars(standing).one()

    return find


@pytest.fixture
def case(born, do, at):
    """A case that Sở Xây dựng has accepted."""
    code = born(BORN)
    do(code, "staff", "accept", "2026-03-02 09:00")
    at("2026-03-02 10:00")
    return code


@pytest.fixture
def asked(case, send, unit_id):
    """The same, to which Sở Y tế was asked to contribute."""
    assert send("staff", case, "involve", department_id=unit_id("SYT"), **ASKED).status_code == 303
    return case


def told(app, kind):
    """The people who were alerted, and about what."""
    with app.app_context():
        rows = db.session.execute(
            select(User.email, Alert.params).join(Alert, Alert.user_id == User.id).where(Alert.kind == kind)
        )
        return sorted((email.split("@")[0], bool(params.get("released"))) for email, params in rows)


def parts(ticket):
    """What was asked of whom, and how it stands."""
    return [(t.department.code, read_vn(t.due_at), bool(t.report), t.release_reason) for t in ticket.sub_tasks]


def test_the_answer_waits_for_the_other_unit_and_begins_with_its_part(app, asked, sign_in, send, at, look):
    assert look(asked, parts) == [("SYT", "2026-03-05 17:00", False, "")]
    assert told(app, AlertKind.TASK_ASKED) == [("health", False)]
    page = sign_in("staff").get(f"/tickets/{asked}").text
    assert f"/tickets/{asked}/answer" not in page and "Nước trong hố" in page
    refused = send("staff", asked, "answer", body="Đã vá.")
    assert refused.status_code == 409 and "Sở Y tế" in refused.text and "Đã vá." in refused.text
    assert look(asked, lambda t: (t.status, len(t.answers))) == (Status.IN_PROGRESS, 0)

    at("2026-03-03 09:00")
    assert send("health", asked, "contribute", report="Mẫu nước đạt chuẩn.").status_code == 303
    assert told(app, AlertKind.TASK_DONE) == [("head", False), ("staff", False), ("staff2", False)]
    assert "Sở Y tế:\nMẫu nước đạt chuẩn." in sign_in("staff").get(f"/tickets/{asked}").text.replace("\r", "")
    assert send("staff", asked, "answer", body="Sở Y tế:\nMẫu nước đạt chuẩn.\n\nĐã vá ổ gà.").status_code == 303
    assert look(asked, lambda t: t.status) is Status.AWAITING_APPROVAL
    assert look(asked, lambda t: [e.verb for e in t.events][-3:]) == [Verb.INVOLVE, Verb.CONTRIBUTE, Verb.ANSWER]


def test_an_asked_unit_reads_the_case_without_the_person_and_does_only_its_own_verbs(
    app, asked, sign_in, send, look, stands
):
    health = sign_in("health")
    page = health.get(f"/tickets/{asked}").text
    assert "Ổ gà lớn" in page and "0912345678" not in page and "•••" in page.replace("*", "•")
    for verb in ("contribute", "note"):
        assert f"/tickets/{asked}/{verb}" in page
    for verb in ("accept", "answer", "involve", "release", "return", "reveal", "attach", "detach"):
        assert f"/tickets/{asked}/{verb}" not in page
    before = stands()
    assert send(health, asked, "answer", body="Chúng tôi trả lời thay.").status_code == 403
    assert send(health, asked, "hold", reason="Chờ", days="2").status_code == 403
    assert send(health, asked, "reveal", reason="Muốn gọi.").status_code == 404
    assert send("staff", asked, "contribute", report="Tự đóng góp.").status_code == 403
    assert stands() == before
    assert asked not in health.get("/tickets").text  # its list is what its own unit owes an answer to
    assert send(health, asked, "note", note="Đã cử cán bộ lấy mẫu.").status_code == 303
    assert send(health, asked, "contribute", report="").status_code == 422
    assert send(health, asked, "contribute", report="Mẫu nước đạt chuẩn.").status_code == 303
    assert health.get(f"/tickets/{asked}").status_code == 200
    assert send(health, asked, "contribute", report="Thêm một lần.").status_code == 403
    assert send(health, asked, "note", note="Thêm.").status_code == 403


def test_a_unit_that_was_never_asked_finds_nothing(case, sign_in, send):
    health = sign_in("health")
    assert health.get(f"/tickets/{case}").status_code == 404
    assert send(health, case, "contribute", report="Xin góp ý.").status_code == 404


@pytest.mark.parametrize(
    ("unit", "day", "field"),
    [
        ("SXD", "2026-03-05", "department_id"),  # itself
        ("SYT", "2026-03-05", "department_id"),  # asked already
        ("SGDDT", "2026-03-10", "due_on"),  # after the case's own deadline
        ("SGDDT", "2026-03-07", "due_on"),  # a Saturday
        ("SGDDT", "2026-02-27", "due_on"),  # passed
        ("SGDDT", "2026-02-30", "due_on"),
    ],
)
def test_whom_and_until_when_one_may_ask(asked, send, stands, unit_id, unit, day, field):
    before = stands()
    answer = send("staff", asked, "involve", department_id=unit_id(unit), question="Góp ý gì?", due_on=day)
    assert (answer.status_code, wrong_fields(answer)) == (422, {field})
    assert "Góp ý gì?" in answer.text and stands() == before


def test_on_the_last_day_the_part_is_due_when_the_answer_is(targets, born, do, at, look, send, unit_id):
    targets("GT-01", "8wh")
    code = born("2026-03-02 10:00")
    do(code, "staff", "accept", "2026-03-02 10:05")
    due = look(code, lambda t: t.due_at)
    at("2026-03-02 13:30")
    fields = {"department_id": unit_id("SYT"), "question": "Góp ý?", "due_on": read_vn(due)[:10]}
    assert send("staff", code, "involve", **fields).status_code == 303
    assert look(code, lambda t: t.sub_tasks[0].due_at) == due


def test_a_part_is_done_without_only_with_a_reason_and_by_the_lead_unit(app, asked, send, look):
    task = look(asked, lambda t: t.sub_tasks[0].id)
    for wrong, field in (({"task_id": task}, "reason"), ({"task_id": 999, "reason": "x"}, "task_id")):
        answer = send("staff", asked, "release", **wrong)
        assert (answer.status_code, wrong_fields(answer)) == (422, {field})
    assert send("health", asked, "release", task_id=task, reason="Không làm.").status_code == 403
    assert send("staff", asked, "release", task_id=task, reason="Đã có kết quả cũ.").status_code == 303
    assert look(asked, parts) == [("SYT", "2026-03-05 17:00", False, "Đã có kết quả cũ.")]
    assert told(app, AlertKind.TASK_ASKED) == [("health", False), ("health", True)]
    assert send("staff", asked, "answer", body="Đã vá.").status_code == 303


def test_a_part_typed_while_it_was_released_is_kept_to_be_read_and_copied(asked, send, sign_in, look):
    health, task = sign_in("health"), look(asked, lambda t: t.sub_tasks[0].id)
    assert send("staff", asked, "release", task_id=task, reason="Đã có kết quả cũ.").status_code == 303
    refused = send(health, asked, "contribute", report="Nước sạch, đã lấy mẫu.")
    assert refused.status_code == 403 and "Nước sạch, đã lấy mẫu." in refused.text
    assert "Nước sạch, đã lấy mẫu." in health.get(f"/tickets/{asked}").text
    assert look(asked, parts) == [("SYT", "2026-03-05 17:00", False, "Đã có kết quả cũ.")]


def test_a_double_click_on_a_part_is_no_refusal(asked, send, look):
    key = {"idempotency_key": "k-1", "version": look(asked, lambda t: t.version)}
    answers = [send("health", asked, "contribute", report="Nước sạch.", **key) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]


@pytest.mark.parametrize("verb", ["withdraw", "route"])
def test_what_is_owed_to_a_case_that_leaves_the_unit_has_no_object_any_more(app, asked, do, look, verb):
    words = {"withdraw": {"reason": "Rút."}, "route": {"department": "SGDDT", "reason": "Nhầm."}}[verb]
    do(asked, "lead", verb, "2026-03-03 09:00", **words)
    [(_unit, _due, has_report, reason)] = look(asked, parts)
    assert not has_report and reason
    assert look(asked, lambda t: [e.by_kind.value for e in t.events if e.verb is Verb.RELEASE]) == ["system"]
    assert told(app, AlertKind.TASK_ASKED)[-1] == ("health", True)


def test_a_late_part_is_told_once_and_the_list_and_count_of_its_unit_are_right(app, asked, at, by):
    with app.app_context():
        assert queries.open_task_count(by("health")) == 1 and queries.open_task_count(by("staff")) == 0
        assert [t.ticket.code for t in queries.open_tasks(by("health")).rows] == [asked]
        assert jobs.tell_late_tasks(vn("2026-03-05 16:59")) == 0
        assert [jobs.tell_late_tasks(vn("2026-03-06 08:00")) for _ in range(2)] == [1, 0]
    assert {name for name, _released in told(app, AlertKind.TASK_LATE)} == {"health", "head", "staff", "staff2"}
    with app.app_context():
        assert (
            db.session.scalar(select(func.count()).select_from(SubTask).where(SubTask.told_late_at.is_not(None))) == 1
        )


def test_the_list_of_what_is_owed_goes_on_where_the_page_ends(app, case, by, unit_id):
    row = {"cycle": 1, "department_id": unit_id("SYT"), "question": "?", "asked_by_name": "x"}
    with app.app_context(), transaction() as session:
        ticket_id = queries.ticket_by_code(case, by("staff")).id
        for number in range(30):
            due_at = vn(f"2026-03-0{3 + number % 3} 17:00")
            session.add(SubTask(**row, ticket_id=ticket_id, asked_at=vn(BORN), due_at=due_at))
    with app.app_context():
        first = queries.open_tasks(by("health"))
        rest = queries.open_tasks(by("health"), after=first.after)
        seen = [task.id for task in (*first.rows, *rest.rows)]
        assert (len(first.rows), len(set(seen)), rest.after, queries.open_task_count(by("health"))) == (
            25,
            30,
            None,
            30,
        )
        assert [t.due_at for t in (*first.rows, *rest.rows)] == sorted(t.due_at for t in (*first.rows, *rest.rows))


def test_the_morning_says_what_is_owed_to_other_units(app, asked, at):
    with app.app_context():
        jobs.send_digests(at("2026-03-03 07:35"))
        of_health = select(Alert).join(User, User.id == Alert.user_id).where(User.email == "health@demo.test")
        [digest] = db.session.scalars(of_health.where(Alert.kind == AlertKind.DIGEST))
        assert digest.params["contributions"] == 1 and sentence(digest)[-1] == "."


def test_a_part_is_never_due_after_its_case_even_when_that_one_is_due_earlier_later(
    app, case, send, look, at, do, unit_id
):
    late = {"department_id": unit_id("SYT"), "question": "Góp ý?", "due_on": "2026-03-09"}
    assert send("staff", case, "involve", **late).status_code == 303
    before = look(case, lambda t: t.due_at)
    do(case, "operator", "classify", "2026-03-02 10:30", category="GT-03", priority=Priority.HIGH, reason="Đèn hỏng.")
    assert look(case, lambda t: t.due_at) < before
    assert look(case, lambda t: t.sub_tasks[0].due_at == t.due_at)
    assert told(app, AlertKind.TASK_ASKED) == [("health", False), ("health", False)]
    with app.app_context(), transaction() as session:
        earlier = vn("2026-03-03 12:00")
        session.execute(update(Ticket).values(due_at=earlier))
        task_ends.keep_all_within(set(session.scalars(select(Ticket.id))))
    assert look(case, lambda t: t.sub_tasks[0].due_at) == earlier


def test_a_unit_that_was_asked_adds_files_and_takes_away_only_its_own(asked, send, sign_in, look):
    png = photo().getvalue()
    assert send("staff", asked, "file", files=[(png, "a.png")], purpose="internal").status_code == 303
    assert send("health", asked, "file", files=[(png, "b.png")], purpose="evidence").status_code == 303
    first, own = look(asked, lambda t: [row.key for row in t.attachments])
    assert sign_in("health").get(f"/tickets/{asked}/files/{first}").status_code == 200
    assert send("health", asked, f"files/{first}/remove", reason="Nhầm").status_code == 403
    assert send("health", asked, f"files/{own}/remove", reason="Nhầm").status_code == 303


def test_the_first_response_is_not_given_by_a_unit_that_only_contributes(asked, sign_in, send, look):
    assert 'name="reached"' not in sign_in("health").get(f"/tickets/{asked}").text
    refused = send("health", asked, "note", note="Đã gọi.", reached="y")
    assert (refused.status_code, wrong_fields(refused)) == (422, set()) and "Đã gọi." in refused.text
    assert send("health", asked, "note", note="Đã gọi.").status_code == 303
    assert look(asked, lambda t: [c.stopped_at for c in t.clocks if c.kind is ClockKind.FIRST_RESPONSE]) == [None]
    assert 'name="reached"' in sign_in("staff").get(f"/tickets/{asked}").text


def test_nor_is_it_by_the_action(asked, do):
    with pytest.raises(Invalid):
        do(asked, "health", "note", text="Đã gọi.", reached=True)
