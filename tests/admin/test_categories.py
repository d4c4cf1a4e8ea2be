"""Categories and what operators ask for them: edited, retired and restored; nothing is deleted, everything is noted."""

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.catalogue.models import Category, CategoryQuestion
from hotline.db import db
from tests.admin.forms import form_of, send, the_form
from tests.support.days import wrong_fields


@pytest.fixture
def category_id(app):
    with app.app_context():
        return db.session.scalar(select(Category.id).where(Category.code == "GT-01"))


def test_an_edit_is_kept_with_before_and_after(app, sign_in, category_id):
    path = f"/admin/categories/{category_id}"
    changes = {"resolve_target": ["3", "wd"], "keywords_vi": "ổ gà, ổ voi", "evidence": "photo"}
    assert send(sign_in("admin"), path, having="name_vi", step="save", **changes).status_code == 303
    with app.app_context():
        row = db.session.get(Category, category_id)
        assert (row.resolve_target, row.version, "o voi" in row.search_text) == ("3wd", 2, True)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "catalogue:change-category")).one()
        assert entry.detail["before"]["resolve_target"] == "5wd" and entry.detail["after"]["evidence"] == "photo"


def test_what_is_wrong_is_said_beside_the_field_and_kept(app, sign_in, category_id):
    path, changes = f"/admin/categories/{category_id}", {"resolve_target": ["0", "wd"], "live_transfer": "một một bốn"}
    answer = send(sign_in("admin"), path, having="name_vi", step="save", **changes)
    assert answer.status_code == 422 and "resolve_target" in wrong_fields(answer)
    answer = send(sign_in("admin"), path, having="name_vi", step="save", live_transfer="một một bốn")
    assert answer.status_code == 422 and 'value="một một bốn"' in answer.text


def test_the_list_names_units_in_the_readers_language(sign_in):
    admin = sign_in("admin")
    assert "Sở Xây dựng" in admin.get("/admin/categories").text
    page = admin.get("/admin/categories?lang=en").text
    assert "Department of Construction" in page and "Sở Xây dựng" not in page


def test_an_old_page_is_a_conflict(sign_in, category_id):
    admin, path = sign_in("admin"), f"/admin/categories/{category_id}"
    _action, old = form_of(admin.get(path).text, having="name_vi")
    assert send(admin, path, having="name_vi", step="save", name_en="Potholes").status_code == 303
    answer = admin.post(path, data=old | {"step": "save", "name_en": "Roads"})
    assert answer.status_code == 409 and 'value="Roads"' in answer.text


def test_retired_it_is_offered_no_more_and_cases_keep_it(app, sign_in, opened, category_id):
    code, admin, path = opened(), sign_in("admin"), f"/admin/categories/{category_id}"
    for way in ("retire", "restore"):
        action, fields = the_form(admin.get(path).text, f"{category_id}/switch")
        assert fields["way"] == [way] and admin.post(action, data=fields).status_code == 303
        if way == "retire":
            assert "GT-01" in admin.get("/admin/categories?list=retired").text
            assert "GT-01" not in admin.get("/admin/categories").text
            assert sign_in("lead").get(f"/tickets/{code}").status_code == 200
    assert "GT-01" in admin.get("/admin/categories").text


def test_a_new_category_needs_a_code_of_its_own(app, sign_in):
    new = {"name_vi": "Chó thả rông", "group_vi": "Đô thị", "code": "DT-99"}
    assert send(sign_in("admin"), "/admin/categories/new", step="save", **new).status_code == 303
    assert send(sign_in("admin"), "/admin/categories/new", step="save", **new).status_code == 422
    with app.app_context():
        assert (
            db.session.scalar(select(Category.search_text).where(Category.code == "DT-99"))
            == "dt 99 cho tha rong do thi"
        )


def test_questions_are_added_moved_and_retired(app, sign_in):
    admin = sign_in("admin")
    new = {"name_vi": "Chó thả rông", "group_vi": "Đô thị", "code": "DT-99"}
    path = send(admin, "/admin/categories/new", step="save", **new).headers["Location"]
    category_id = int(path.rpartition("/")[2])
    for name, kind, choices in (("Ổ gà sâu bao nhiêu?", "choice", "nông\nsâu"), ("Có ai bị ngã không?", "yes_no", "")):
        answer = send(admin, f"{path}/questions/new", step="save", name_vi=name, kind=kind, choices=choices)
        assert answer.status_code == 303
    assert send(admin, f"{path}/questions/new", step="save", name_vi="Loại?", kind="choice").status_code == 422
    with app.app_context():
        first, second = db.session.scalars(
            select(CategoryQuestion.id)
            .where(CategoryQuestion.category_id == category_id)
            .order_by(CategoryQuestion.position)
        ).all()
    mine = select(CategoryQuestion).where(CategoryQuestion.category_id == category_id)
    for way, wanted in (("up", [second, first]), ("retire", [second, first])):
        _action, fields = the_form(admin.get(path).text, f"questions/{second}/switch")
        assert admin.post(f"{path}/questions/{second}/switch", data=fields | {"way": [way]}).status_code == 303
        with app.app_context():
            rows = db.session.scalars(mine.order_by(CategoryQuestion.position)).all()
            assert [row.id for row in rows] == wanted and rows[0].is_active is (way == "up")
    assert send(admin, f"{path}/questions/{first}", step="save", name_vi="Ổ gà rộng bao nhiêu?").status_code == 303
    with app.app_context():
        assert db.session.get(Category, category_id).version == 6  # each of the five was a change
