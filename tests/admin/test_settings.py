"""The province's settings: seen with what they were, changed once, refused in words, put back."""

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.catalogue.models import Setting
from hotline.catalogue.settings import Province, forget_province, province
from hotline.db import db
from tests.admin.forms import form_of

PAGE = "/admin/settings"


def fields_of(client):
    page = client.get(f"{PAGE}?lang=en").text
    _action, fields = form_of(page, having="brand")
    return fields | {"step": "save"}


def test_what_is_changed_holds_at_once_is_in_the_audit_and_can_be_put_back(app, sign_in):
    client = sign_in("admin")
    wish = {"texts_begin_hour": "7", "host": "1022.Example.gov.vn", "office_networks": "10.20.3.4/16\n\n2001:db8::1"}
    answer = client.post(PAGE, data=fields_of(client) | wish | {"test_numbers": "0912 345 678\n+84912345678"})
    assert answer.status_code == 303
    page = client.get(f"{PAGE}?lang=en").text
    assert "4 settings were changed" in page and "Bùi Anh Khoa" in page and "1022.example.gov.vn" in page
    assert "lead only to 1022.example.gov.vn" in client.get("/t?lang=en").text
    with app.app_context():
        house = province()
        assert (house.texts_begin_hour, house.host) == (7, "1022.example.gov.vn")
        assert house.office_networks == ("10.20.0.0/16", "2001:db8::1/128")
        assert house.test_numbers == ("+84912345678",)
        deeds = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "settings:change")).all()
        said = {deed.object_id: (deed.detail["before"], deed.detail["after"]) for deed in deeds}
        assert said["texts_begin_hour"] == (8, 7) and len(said) == 4
    form = fields_of(client) | {"office_networks": "10.20.0.0/16", "test_numbers": "", "step": "reset-texts_begin_hour"}
    shown = client.post(PAGE, data=form)
    assert shown.status_code == 200
    _action, fields = form_of(shown.text, having="brand")
    assert fields["texts_begin_hour"] == ["8"]
    saved = client.post(PAGE, data=form | {"texts_begin_hour": "8", "host": Province().host, "step": "save"})
    assert saved.status_code == 303
    with app.app_context():
        stored = {row.key: row.value for row in db.session.scalars(select(Setting))}
        assert stored == {"revision": 2, "office_networks": ["10.20.0.0/16"]}


def test_somebody_elses_change_is_not_undone(app, sign_in):
    client, other = sign_in("admin"), sign_in("admin")
    early = fields_of(client)
    assert other.post(PAGE, data=fields_of(other) | {"texts_a_minute": "60"}).status_code == 303
    answer = client.post(f"{PAGE}?lang=en", data=early | {"edit_hours": "24"})
    assert answer.status_code == 409 and "Somebody changed the settings" in answer.text
    with app.app_context():
        forget_province()
        assert (province().texts_a_minute, province().edit_hours) == (60, 72)
    again = fields_of(client)
    assert client.post(PAGE, data=again).status_code == 303
    with app.app_context():
        assert db.session.get(Setting, "revision").value == 1  # nothing was changed, nothing is counted


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # nothing is written
def test_what_cannot_be_is_refused_beside_its_field(app, sign_in):
    client = sign_in("admin")
    form = fields_of(client)
    for name, wrong, said in (
        ("texts_end_hour", "7", "must end after they begin"),
        ("texts_end_hour", "25", "from 1 to 24"),
        ("texts_begin_hour", "acht", "Not a valid integer"),
        ("brand", "Tổng đài", "letters without diacritics"),
        ("brand", "1022BINHPHUOC", "2 to 11 letters"),
        ("host", "https://1022.example.gov.vn/t", "without https"),
        ("phone", "hotline", "digits and full stops"),
        ("name_vi", "", "required"),
        ("rating_days", "0", "from 1 to 90"),
        ("office_networks", "10.0.0.0/8\nvăn phòng", "“văn phòng” is no network"),
        ("office_networks", "0.0.0.0/0", "far too wide"),
        ("test_numbers", "0912345678\n09x", "“09x” is no telephone number"),
        ("texts_style", "loud", "Not a valid choice"),
    ):
        answer = client.post(f"{PAGE}?lang=en", data=form | {name: wrong})
        assert answer.status_code == 422, name
        assert said in answer.text and f'id="{name}-error"' in answer.text, (name, wrong)
    assert client.post(PAGE, data=form | {"secret": "1"}).status_code == 422
    assert sign_in("lead").get(PAGE).status_code == 403
    with app.app_context():
        assert [row.key for row in db.session.scalars(select(Setting))] in ([], ["revision"])
