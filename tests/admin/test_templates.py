"""The administrator writes answer templates: added, looked at filled in, changed, retired; before and after on record."""

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.catalogue.models import AnswerTemplate
from hotline.db import db
from tests.admin.forms import form_of, send
from tests.support.days import wrong_fields

NEW = {"code": "CONG-VIEN", "title": "Công viên", "body": "Kính gửi Ông/Bà, [mã phản ánh]: đã [việc đã làm]."}


@pytest.fixture
def template(app):
    """template("O-GA") -> the row as it stands."""

    def find(code):
        with app.app_context():
            return db.session.scalar(select(AnswerTemplate).where(AnswerTemplate.code == code))

    return find


def entries(app, deed):
    with app.app_context():
        return [row.detail for row in db.session.scalars(select(AuditEntry).where(AuditEntry.deed == deed))]


def test_a_template_is_added_after_a_look_at_how_it_turns_out(app, sign_in, template):
    admin = sign_in("admin")
    seen = send(admin, "/admin/templates/new", having="body", **NEW)
    assert seen.status_code == 200 and "26-0000019: đã [việc đã làm]" in seen.text and template("CONG-VIEN") is None
    assert send(admin, "/admin/templates/new", having="body", step="save", **NEW).status_code == 303
    assert template("CONG-VIEN").title == "Công viên"
    assert entries(app, "catalogue:add_template")[0]["after"]["title"] == "Công viên"
    assert "Công viên" in admin.get("/admin/templates").text


def test_a_change_keeps_before_and_after_and_an_old_version_is_refused(app, sign_in, template):
    admin = sign_in("admin")
    page = admin.get("/admin/templates/O-GA")
    assert send(admin, "/admin/templates/O-GA", having="body", step="save", title="Ổ gà").status_code == 303
    assert (template("O-GA").title, template("O-GA").version) == ("Ổ gà", 2)
    assert template("O-GA").category_id is not None
    detail = entries(app, "catalogue:change_template")[0]
    assert (detail["before"], detail["after"]) == ({"title": "Ổ gà, mặt đường hư hỏng"}, {"title": "Ổ gà"})
    _action, old = form_of(page.text, having="body")
    late = admin.post("/admin/templates/O-GA", data={**old, "title": "Khác", "step": "save"})
    assert late.status_code == 409 and "Khác" in late.text and template("O-GA").title == "Ổ gà"


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"body": " "}, "body"),
        ({"code": "o ga"}, "code"),
        ({"code": "O-GA"}, "code"),
        ({"category_id": "999999"}, "category_id"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(sign_in, wrong, field):
    answer = send(sign_in("admin"), "/admin/templates/new", having="body", step="save", **NEW | wrong)
    assert (answer.status_code, wrong_fields(answer)) == (422, {field})


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_retired_it_is_offered_no_more_and_may_come_back(sign_in, template, opened, moved):
    admin, code = sign_in("admin"), opened()
    moved(code, ("staff", "accept"))
    for active in (False, True):
        page = admin.get("/admin/templates").text
        start = page.index('action="/admin/templates/O-GA/retire"')
        _action, fields = form_of(page[page.rindex("<form", 0, start) :], having="active")
        assert admin.post("/admin/templates/O-GA/retire", data=fields).status_code == 303
        assert template("O-GA").is_active is active
        assert ("Ổ gà, mặt đường hư hỏng" in sign_in("staff").get(f"/tickets/{code}").text) is active


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_nobody_else_edits_and_an_unknown_one_is_not_found(sign_in):
    assert sign_in("head").get("/admin/templates/O-GA").status_code == 403
    assert sign_in("admin").get("/admin/templates/NO-SUCH").status_code == 404
