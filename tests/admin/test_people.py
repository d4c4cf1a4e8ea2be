"""People: who somebody is, whether the account works; an administrator cannot shut everybody out."""

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.catalogue.models import Department
from hotline.db import db
from hotline.staff.models import SignIn, User
from hotline.staff.permissions import Role
from tests.admin.forms import send, the_form


@pytest.fixture
def person_id(app):
    def find(name):
        with app.app_context():
            return db.session.scalar(select(User.id).where(User.email == f"{name}@demo.test"))

    return find


def unit_id(app, code):
    with app.app_context():
        return str(
            db.session.scalar(select(Department.id).where(Department.code == code, Department.valid_to.is_(None)))
        )


def switch(client, user_id, way):
    _action, fields = the_form(client.get(f"/admin/people/{user_id}").text, "/password")
    data = {name: fields[name] for name in ("csrf_token", "version", "idempotency_key")}
    return client.post(f"/admin/people/{user_id}/account", data=data | {"way": way})


def test_the_list_is_found_by_folded_words_role_and_unit(app, sign_in):
    admin = sign_in("admin")
    found = admin.get("/admin/people?q=pham+bao").text
    assert "Phạm Quốc Bảo" in found and "Vũ Thị Ngọc" not in found
    assert "Vũ Thị Ngọc" in admin.get(f"/admin/people?role=staff&unit={unit_id(app, 'SYT')}").text
    assert "Không tìm thấy" in admin.get("/admin/people?q=khong+ai+ca").text


def test_somebody_new_signs_in_with_the_password_handed_over(app, sign_in):
    new = {"name": "Ngô Thị Hà", "email": "Ha@Province.example", "role": "staff", "department_id": unit_id(app, "SYT")}
    short = send(sign_in("admin"), "/admin/people/new", step="save", password="ngắn", **new)
    assert short.status_code == 422 and 'value="Ngô Thị Hà"' in short.text and "ngắn" not in short.text
    assert send(sign_in("admin"), "/admin/people/new", step="save", password="hotline-demo", **new).status_code == 303
    assert send(sign_in("admin"), "/admin/people/new", step="save", password="hotline-demo", **new).status_code == 422
    with app.app_context():
        row = db.session.scalar(select(User).where(User.email == "ha@province.example"))
        assert row.role is Role.STAFF and row.department.code == "SYT"


def test_a_move_to_another_unit_is_noted_and_the_mark_of_focal_point_stays_behind(app, sign_in, person_id):
    path = f"/admin/people/{person_id('staff')}"
    answer = send(
        sign_in("admin"), path, having="name", step="save", department_id=unit_id(app, "SYT"), mobile="0912345678"
    )
    assert answer.status_code == 303
    with app.app_context():
        row = db.session.get(User, person_id("staff"))
        assert row.department.code == "SYT" and row.mobile == "+84912345678"
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "staff:change-person")).one()
        assert "0912345678" not in str(entry.detail) and "+84912345678" not in str(entry.detail)


WRONG = (
    ({"email": "không phải thư"}, "email"),
    ({"email": "head@demo.test"}, "email"),
    ({"role": "head", "department_id": ""}, "department_id"),
    ({"mobile": "0271 388 1022"}, "mobile"),
    ({"dial_number": "máy lẻ 12"}, "dial_number"),
)


def test_what_cannot_be_is_said_beside_the_field(sign_in, person_id):
    admin, path = sign_in("admin"), f"/admin/people/{person_id('operator')}"
    for changes, wrong in WRONG:
        answer = send(admin, path, having="name", step="save", **changes)
        assert answer.status_code == 422 and f'id="{wrong}-error"' in answer.text, wrong


def test_a_disabled_account_is_out_at_once(app, sign_in, person_id):
    admin, operator = sign_in("admin"), sign_in("operator")
    assert switch(admin, person_id("operator"), "disable").status_code == 303
    assert operator.get("/console").status_code == 302
    with app.app_context():
        mine = select(SignIn).where(SignIn.user_id == person_id("operator"), SignIn.ended_at.is_(None))
        assert db.session.scalars(mine).all() == []
    assert switch(admin, person_id("operator"), "enable").status_code == 303
    assert sign_in("operator").get("/console").status_code == 200


def test_a_new_password_ends_every_session(app, sign_in, person_id):
    admin, operator = sign_in("admin"), sign_in("operator")
    path = f"/admin/people/{person_id('operator')}"
    action, fields = the_form(admin.get(path).text, "/password")
    assert admin.post(action, data=fields | {"password": "một mật khẩu khác"}).status_code == 303
    assert operator.get("/console").status_code == 302


def test_an_administrator_keeps_the_own_account_and_role(app, sign_in, person_id):
    admin, me = sign_in("admin"), person_id("admin")
    assert switch(admin, me, "disable").status_code == 409
    assert send(admin, f"/admin/people/{me}", having="name", step="save", role="lead").status_code == 409
    with app.app_context():
        row = db.session.get(User, me)
        assert row.is_enabled and row.role is Role.ADMIN


def test_an_old_page_is_a_conflict(sign_in, person_id):
    admin, path = sign_in("admin"), f"/admin/people/{person_id('staff')}"
    _action, old = the_form(admin.get(path).text, "/password")
    assert send(admin, path, having="name", step="save", name="Lê Văn Hùng Em").status_code == 303
    assert admin.post(f"{path}/password", data=old | {"password": "một mật khẩu khác"}).status_code == 409
