"""The number of a unit that is answered day and night, and where it is shown."""

import pytest
from sqlalchemy import select

from hotline.catalogue.models import Department
from hotline.db import db
from tests.admin.forms import form_of


@pytest.fixture
def unit_id(app):
    with app.app_context():
        return db.session.scalar(select(Department.id).where(Department.code == "SXD", Department.valid_to.is_(None)))


def save(client, unit_id, number):
    page = client.get(f"/admin/units/{unit_id}").text
    _action, fields = form_of(page, having="duty_number")
    return client.post(f"/admin/units/{unit_id}", data=fields | {"duty_number": number})


def test_a_duty_number_is_kept_and_shown_on_urgent_cases_of_the_unit(app, sign_in, opened, unit_id):
    assert save(sign_in("admin"), unit_id, "0271 388 0001").status_code == 303
    with app.app_context():
        assert db.session.get(Department, unit_id).duty_number == "+842713880001"
    urgent, usual = opened(category="GT-02"), opened(category="GT-01")
    lead = sign_in("lead")
    assert "Số trực của đơn vị" in lead.get(f"/tickets/{urgent}").text
    assert "+842713880001" in lead.get(f"/tickets/{urgent}").text
    assert "Số trực của đơn vị" not in lead.get(f"/tickets/{usual}").text


@pytest.mark.parametrize("number", ["hỏi bảo vệ", "12345678901234567890123", "09x"])
def test_what_is_no_number_is_refused_beside_the_field(app, sign_in, unit_id, number):
    answer = save(sign_in("admin"), unit_id, number)
    assert answer.status_code == 422 and 'name="duty_number"' in answer.text
    with app.app_context():
        assert db.session.get(Department, unit_id).duty_number == ""


def test_an_unknown_unit_is_not_found(sign_in):
    assert sign_in("admin").get("/admin/units/999999").status_code == 404


def test_the_button_saves_and_does_not_speak_of_routing(sign_in, unit_id):
    assert "Lưu và chuyển" not in sign_in("admin").get(f"/admin/units/{unit_id}").text
