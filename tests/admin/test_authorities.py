"""The directory of who else is responsible: added, changed, retired; only what can be reached is in it."""

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.catalogue.models import Authority
from hotline.db import db
from tests.admin.forms import form_of, send
from tests.support.days import wrong_fields

NEW = {
    "code": "BUU-DIEN",
    "name_vi": "Bưu điện tỉnh",
    "responsible_for_vi": "Thư, bưu kiện",
    "phone": "1900 54 54 81",
    "guidance_vi": "Mời Ông/Bà gọi tổng đài bưu điện.",
}


@pytest.fixture
def authority(app):
    """authority("TAND") -> the row as it stands."""

    def find(code):
        with app.app_context():
            return db.session.scalar(select(Authority).where(Authority.code == code))

    return find


def test_an_entry_is_added_found_by_folded_words_and_changed(app, sign_in, authority):
    admin = sign_in("admin")
    seen = send(admin, "/admin/authorities/new", having="name_vi", **NEW)
    assert seen.status_code == 200 and authority("BUU-DIEN") is None
    assert send(admin, "/admin/authorities/new", having="name_vi", step="save", **NEW).status_code == 303
    assert "buu kien" in authority("BUU-DIEN").search_text
    path = "/admin/authorities/BUU-DIEN"
    assert send(admin, path, having="name_vi", step="save", responsible_for_vi="Chuyển phát").status_code == 303
    assert authority("BUU-DIEN").version == 2 and "chuyen phat" in authority("BUU-DIEN").search_text
    with app.app_context():
        detail = db.session.scalar(select(AuditEntry.detail).where(AuditEntry.deed == "catalogue:change_authority"))
    assert detail["before"] == {"responsible_for_vi": "Thư, bưu kiện"}


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name_vi": ""}, "name_vi"),
        ({"guidance_vi": ""}, "guidance_vi"),
        ({"phone": ""}, "phone"),
        ({"phone": "hỏi bảo vệ"}, "phone"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "https://[x"}, "website"),
        ({"code": "TAND"}, "code"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(sign_in, wrong, field):
    answer = send(sign_in("admin"), "/admin/authorities/new", having="name_vi", step="save", **NEW | wrong)
    assert (answer.status_code, wrong_fields(answer)) == (422, {field})


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_retired_it_is_named_no_more_and_an_old_version_is_refused(sign_in, authority, opened):
    admin, code = sign_in("admin"), opened(category=None)
    page = admin.get("/admin/authorities").text
    start = page.index('action="/admin/authorities/TAND/retire"')
    _action, fields = form_of(page[page.rindex("<form", 0, start) :], having="active")
    assert admin.post("/admin/authorities/TAND/retire", data=fields).status_code == 303
    assert not authority("TAND").is_active
    assert "Tòa án nhân dân khu vực</option>" not in sign_in("operator").get(f"/tickets/{code}").text
    assert admin.post("/admin/authorities/TAND/retire", data=fields).status_code == 303  # the second click
    late = fields | {"idempotency_key": ["another-click-0001"]}
    assert admin.post("/admin/authorities/TAND/retire", data=late).status_code == 409


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_nobody_else_edits_and_an_unknown_one_is_not_found(sign_in):
    assert sign_in("lead").get("/admin/authorities").status_code == 403
    assert sign_in("admin").get("/admin/authorities/NO-SUCH").status_code == 404
