"""The knowledge base at its editors' hands: written, previewed, mended, retired, taken in from a file, read by units."""

import csv
import io
from datetime import date, timedelta

import pytest

from hotline import clock
from hotline.admin.jobs import remind_of_reviews
from hotline.catalogue.actions import note_use, report_missing
from hotline.catalogue.models import CommonAnswer, MissingAnswer
from hotline.catalogue.queries import knowledge, work_calendar
from hotline.db import db, transaction
from hotline.messages.models import Alert
from hotline.staff.models import User
from tests.admin.forms import form_of, send, the_form

LIST, NEW, IMPORT = "/admin/answers", "/admin/answers/new", "/admin/answers/import"


def entry(app, code):
    with app.app_context():
        row = db.session.query(CommonAnswer).filter_by(code=code).one()
        return {
            name: getattr(row, name)
            for name in ("question", "answer", "fees", "papers", "version", "is_active", "uses")
        }


def test_a_lead_writes_an_answer_sees_it_as_the_operator_does_and_mends_it(app, sign_in):
    lead, operator = sign_in("lead"), sign_in("operator")
    wish = {"question": "Xin phép nuôi chim yến?", "answer": "Hỏi UBND xã nơi đặt nhà yến.", "fees": "Không"}
    shown = send(lead, NEW, having="question", step="preview", **wish)
    assert shown.status_code == 200 and "Hỏi UBND xã nơi đặt nhà yến." in shown.text
    saved = send(lead, NEW, having="question", step="save", **wish)
    assert saved.status_code == 303
    code = saved.location.rpartition("/")[2]
    assert "Hỏi UBND xã" in operator.get("/console/answers?q=nuoi chim").text
    page = f"{LIST}/{code}"
    crlf = {"papers": "Đơn\r\nBản vẽ"}  # as a browser sends lines
    assert send(lead, page, having="question", step="save", **crlf).status_code == 303
    early = form_of(lead.get(page).text, having="question")[1]
    assert send(lead, page, having="question", step="save", fees="Theo biểu phí").status_code == 303
    history = lead.get(page).text
    assert "<del" in history and "Không</del>" in history and "Theo biểu phí</ins>" in history
    late = lead.post(page, data=early | {"step": ["save"], "fees": ["Mười đồng"]})
    assert late.status_code == 409 and "Mười đồng" in late.text
    assert (entry(app, code)["fees"], entry(app, code)["papers"]) == ("Theo biểu phí", "Đơn\nBản vẽ")
    assert f"{page}/review" not in lead.get(page).text
    with app.app_context(), transaction():
        db.session.query(CommonAnswer).filter_by(code=code).one().review_on = clock.now().date() - timedelta(days=1)
    assert f"{page}/review" in lead.get(page).text
    looked = form_of(lead.get(page).text, having="version")[1]
    kept = {name: looked[name] for name in ("csrf_token", "version", "idempotency_key")}
    assert lead.post(f"{page}/review", data=kept).status_code == 303
    assert f"{page}/review" not in lead.get(page).text
    for verb, is_active in (("retire", False), ("restore", True)):
        hidden = form_of(lead.get(page).text, having="version")[1]
        fields = {name: hidden[name] for name in ("csrf_token", "version", "idempotency_key")}
        assert lead.post(f"{page}/{verb}", data=fields).status_code == 303
        assert entry(app, code)["is_active"] is is_active
        assert ("Hỏi UBND xã" in operator.get("/console/answers?q=nuoi chim").text) is is_active


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_wrong_field_is_named_and_what_was_typed_is_kept(sign_in):
    lead = sign_in("lead")
    answer = send(lead, NEW, having="question", step="save", question="", answer="Đã gõ", valid_until_on="31/13/2026")
    assert answer.status_code == 422 and "Đã gõ" in answer.text
    assert 'href="#question"' in answer.text and 'href="#valid_until_on"' in answer.text
    no_hours = send(lead, NEW, having="question", step="save", kind="notice", question="Cúp điện", answer="Sửa")
    assert no_hours.status_code == 422 and 'href="#begins_at"' in no_hours.text
    backwards = {"begins_at": "2026-12-03T10:00", "ends_at": "2026-12-03T09:00"}
    again = send(lead, NEW, having="question", step="save", kind="notice", question="Cúp", answer="Sửa", **backwards)
    assert again.status_code == 422 and 'href="#ends_at"' in again.text
    early = {"begins_at": "0001-01-01T00:00", "ends_at": "2026-12-03T09:00"}
    ancient = send(lead, NEW, having="question", step="save", kind="notice", question="A", answer="B", **early)
    assert ancient.status_code == 422 and 'href="#begins_at"' in ancient.text
    foreign = send(lead, NEW, having="question", step="save", question="A", answer="B", missing_id="99999999999")
    assert foreign.status_code == 422
    for path in (f"{LIST}?kind=nonsense", f"{LIST}?state=nonsense", f"{LIST}/KHONG-CO", "/answers/KHONG-CO"):
        assert lead.get(path).status_code == 404, path
    for path in (LIST, NEW, IMPORT, f"{LIST}/sheet.csv", f"{LIST}/missing"):
        assert sign_in("staff").get(path).status_code == 403, path


def test_filters_narrow_the_list_and_uses_are_counted(app, sign_in, by):
    with app.app_context(), transaction():
        note_use("GD-0002", by=by("operator"), now=clock.now())
        due = db.session.query(CommonAnswer).filter_by(code="GD-0003").one()
        due.review_on = clock.now().date() - timedelta(days=1)
    lead = sign_in("lead")

    def listed(query):
        page = lead.get(f"{LIST}?{query}").text
        return [code for code in ("GD-0001", "GD-0002", "GD-0003") if f"/admin/answers/{code}" in page]

    assert listed("q=trich luc") == ["GD-0002"]
    assert listed("state=review_due") == ["GD-0003"]
    assert listed("state=retired") == []
    assert "GD-0002" not in listed("state=never_used&q=khai sinh") and "GD-0001" in listed(
        "state=never_used&q=khai sinh"
    )
    uses = lead.get(f"{LIST}/uses").text
    assert "/admin/answers/GD-0002" in uses


def test_a_missing_answer_goes_straight_into_the_editor_and_saving_settles_it(app, sign_in, by):
    with app.app_context(), transaction():
        number = report_missing("Xin phép nuôi chim yến ở đâu", by=by("operator"), now=clock.now()).id
        other = report_missing("Chuyện riêng", by=by("operator"), now=clock.now()).id
    lead = sign_in("lead")
    assert f"{NEW}?missing={number}" in lead.get(f"{LIST}/missing").text
    page = f"{NEW}?missing={number}"
    assert form_of(lead.get(page).text, having="question")[1]["question"] == ["Xin phép nuôi chim yến ở đâu"]
    saved = send(lead, page, having="question", step="save", answer="Hỏi UBND xã.")
    assert saved.status_code == 303
    aside = f"{LIST}/missing/{other}/set-aside"
    _action, fields = form_of(lead.get(f"{LIST}/missing").text, having="because")
    silent = lead.post(aside, data=fields | {"because": [""]})
    assert silent.status_code == 422 and "Chuyện riêng" in silent.text
    assert lead.post(aside, data=fields | {"because": ["Không thuộc phạm vi"]}).status_code == 303
    with app.app_context():
        rows = {row.id: row for row in db.session.query(MissingAnswer)}
        assert rows[number].common_answer.question == "Xin phép nuôi chim yến ở đâu"
        assert rows[other].set_aside_because == "Không thuộc phạm vi"
    _action, fields = form_of(lead.get(f"{NEW}").text, having="question")
    late = lead.post(
        NEW, data=fields | {"question": ["A"], "answer": ["B"], "missing_id": [str(number)], "step": ["save"]}
    )
    assert late.status_code == 303 and "đã" in lead.get(late.location).text  # settled meanwhile; the answer is kept
    with app.app_context():
        assert db.session.query(CommonAnswer).filter_by(question="A").one().answer == "B"
        assert db.session.get(MissingAnswer, number).common_answer.question != "A"


def test_the_second_click_on_a_button_of_an_entry_says_the_same(sign_in):
    lead = sign_in("lead")
    for verb in ("retire", "restore"):
        action, fields = the_form(lead.get(f"{LIST}/GD-0001").text, f"/{verb}")
        assert [lead.post(action, data=fields).status_code for _twice in range(2)] == [303, 303]
        assert lead.post(action, data=fields | {"idempotency_key": ["another-click-0001"]}).status_code == 409


def test_a_short_line_empties_nothing_and_a_code_that_stands_no_more_keeps_its_unit(app, sign_in):
    lead = sign_in("lead")
    with app.app_context(), transaction():
        row = db.session.query(CommonAnswer).filter_by(code="GD-0002").one()
        row.department.valid_to, unit = date(2026, 1, 1), row.department.code
    short = upload(lead, "code,question,answer,unit\r\nGD-0001,Hỏi\r\n")
    assert "ít ô hơn" in short.text or "fewer" in short.text
    assert 'btn-primary" type="submit"' not in short.text
    kept = upload(lead, f"code,question,answer,unit\r\nGD-0002,{entry(app, 'GD-0002')['question']},Khác,{unit}\r\n")
    assert lead.post(f"{IMPORT}/take-in", data=hidden(kept.text)).status_code == 303
    with app.app_context():
        row = db.session.query(CommonAnswer).filter_by(code="GD-0002").one()
        assert (row.answer, row.department.code) == ("Khác", unit)


def upload(client, text):
    token = form_of(client.get(IMPORT).text, having="file")[1]["csrf_token"]
    file = (io.BytesIO(text if isinstance(text, bytes) else text.encode()), "kho.csv")
    return client.post(IMPORT, data={"csrf_token": token, "file": file}, content_type="multipart/form-data")


def hidden(page):
    fields = form_of(page, having="text")[1]
    return {name: values[0] for name, values in fields.items()}


def test_a_file_is_looked_at_first_and_taken_in_as_it_was_shown(app, sign_in):
    lead = sign_in("lead")
    exported = lead.get(f"{LIST}/sheet.csv")
    assert exported.data.startswith(b"\xef\xbb\xbf") and "attachment" in exported.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(exported.data.decode("utf-8-sig"))))
    assert len(rows) == 42
    unchanged = upload(lead, exported.data)
    assert unchanged.status_code == 200 and 'btn-primary" type="submit"' not in unchanged.text
    sheet = (
        "code,question,answer,fees,unit,kind,active\r\n"
        "GD-0001,,,,,,\r\n"
        f'GD-0002,{rows[1]["question"]},"\'=1+1\nhai dòng",Mới,STP,,0\r\n'
        ",Xin phép nuôi yến?,Hỏi xã.,,SNNMT,,\r\n"
        ",Câu lạ?,Trả lời,,KHONGCO,chuyện,2\r\n"
    )
    shown = upload(lead, sheet)
    assert f"<del>{rows[1]['fees']}</del>" in shown.text and "<ins>Mới</ins>" in shown.text
    assert shown.status_code == 200 and entry(app, "GD-0002")["fees"] != "Mới"
    refused = lead.post(f"{IMPORT}/rejects", data=hidden(shown.text))
    lines = list(csv.DictReader(io.StringIO(refused.data.decode("utf-8-sig"))))
    assert [line["question"] for line in lines] == ["", "Câu lạ?"]
    assert "KHONGCO" in lines[1]["reason"] and "kind" in lines[1]["reason"] and "active" in lines[1]["reason"]
    fields = hidden(shown.text)
    with app.app_context(), transaction():
        db.session.query(CommonAnswer).filter_by(code="GD-0002").one().version += 1
    stale = lead.post(f"{IMPORT}/take-in", data=fields)
    assert stale.status_code == 409
    fields = hidden(stale.text)
    for _twice in range(2):
        assert lead.post(f"{IMPORT}/take-in", data=fields).status_code == 303
    changed = entry(app, "GD-0002")
    assert (changed["fees"], changed["answer"], changed["is_active"]) == ("Mới", "=1+1\nhai dòng", False)
    assert entry(app, "GD-0001")["answer"] == rows[0]["answer"]
    with app.app_context():
        assert db.session.query(CommonAnswer).filter_by(question="Xin phép nuôi yến?").count() == 1
    again = lead.get(f"{LIST}/sheet.csv").data.decode("utf-8-sig")
    assert "'=1+1" in again and '"=1+1' not in again


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe\x00",
        "tên,giá\n1,2\n",
        "question,answer\n",
        "question\nx\n",
        b"question,answer\n" + b"x" * 400_000,
        b"question,answer\na\x00b,c\n",
    ],
)
def test_a_file_that_is_no_such_list_is_refused_in_words(sign_in, text):
    answer = upload(sign_in("admin"), text)
    assert answer.status_code == 422 and 'href="#file"' in answer.text


def test_a_unit_is_told_once_a_week_and_reads_its_answers(app, sign_in):
    with app.app_context():
        work = work_calendar("VN-OFFICE")[1]
        opened = work.next_open(clock.now() + timedelta(days=1)) + timedelta(minutes=5)
        with transaction():
            row = db.session.query(CommonAnswer).filter(CommonAnswer.question.like("Các tuyến xe buýt%")).one()
            row.review_on = opened.date() - timedelta(days=30)
            code = row.code
        assert remind_of_reviews(opened - timedelta(hours=7)) == 0
        assert remind_of_reviews(opened) == 3
        assert remind_of_reviews(opened + timedelta(minutes=10)) == 0
        next_week = work.next_open(opened + timedelta(days=7))
        assert remind_of_reviews(next_week + timedelta(minutes=5)) == 3
        assert {alert.params["answers"] for alert in db.session.query(Alert)} == {1}
        assert knowledge.count_in("review_due", opened) == 1
        mine = db.session.query(Alert.id).join(User, User.id == Alert.user_id).filter(User.email == "staff@demo.test")
        alert_id = mine.limit(1).scalar()
    staff = sign_in("staff")
    token = form_of(staff.get("/alerts").text, having="csrf_token")[1]["csrf_token"]
    assert staff.post(f"/alerts/{alert_id}/read", data={"csrf_token": token}).location == "/answers"
    page = staff.get("/answers").text
    assert f"/answers/{code}" in page
    assert "Lộ trình, giờ chạy" in staff.get(f"/answers/{code}").text
    assert f"/answers/{code}" in staff.get("/answers?q=xe buyt").text
    assert f"/admin/answers/{code}" not in staff.get(f"/answers/{code}").text
