"""What cases are found by follows the catalogue: after a change the job files them again."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.models import Area, Category
from hotline.db import db, transaction
from hotline.tickets import jobs
from hotline.tickets.models import Ticket
from hotline.web.formats import local
from tests.admin.forms import form_of, send
from tests.tickets.test_queue import codes


@pytest.fixture
def found(app, sign_in):
    """found(words, who="lead") -> the codes that a search finds once the job has run."""

    def look(words, who="lead"):
        with app.app_context():
            jobs.file_again(clock.now())
        return codes(sign_in(who).get("/tickets", query_string={"q": words}).text)

    return look


@pytest.fixture
def placed(app, opened):
    """The code of a case in an area, and the area's id."""
    code = opened(content="Trụ nước cứu hỏa rò rỉ")
    with app.app_context(), transaction() as session:
        area_id = session.scalars(select(Area.id).where(Area.code == "25195", Area.valid_to.is_(None))).one()
        session.scalars(select(Ticket).where(Ticket.code == code)).one().area_id = area_id
    return code, area_id


def test_an_old_case_is_found_by_what_its_area_is_called_now(app, sign_in, placed, found):
    admin, (code, area_id) = sign_in("admin"), placed
    with app.app_context():
        today = local(clock.now()).date()
    assert send(admin, f"/admin/areas/{area_id}", step="save", name_vi="Phường Bình Phướk").status_code == 303
    assert found("phướk") == [code]
    new = {"code": "25195", "name_vi": "Phường Sao Mai", "made_from-0": str(area_id), "valid_from": today.isoformat()}
    assert send(admin, "/admin/areas/new", step="save", **new).status_code == 303
    assert found("sao mai") == [code]
    with app.app_context():
        second, other = (
            db.session.scalars(select(Area.id).where(Area.code == number, Area.valid_to.is_(None))).one()
            for number in ("25195", "25210")
        )
    on = (today + timedelta(days=3)).isoformat()
    ended = send(admin, f"/admin/areas/{second}/retire", step="save", on=on, **{"successors-0": str(other)})
    assert ended.status_code == 303
    with app.app_context():
        name = db.session.get(Area, other).name_vi
    assert found(name) == [code] and found("phướk") == [code]


def test_a_case_is_found_by_its_category_as_it_is_called_now_and_by_nobody_once_it_is_sensitive(
    app, sign_in, opened, found
):
    code, admin = opened("GT-01", caller_name="Hứa Thị Biết"), sign_in("admin")
    with app.app_context():
        category_id = db.session.scalars(select(Category.id).where(Category.code == "GT-01")).one()
    path = f"/admin/categories/{category_id}"
    assert send(admin, path, having="name_vi", step="save", name_vi="Lòng đường lún").status_code == 303
    assert found("lòng đường lún") == [code] and found("Hứa Thị", "staff") == [code]
    content = "code,group_vi,is_sensitive\r\nGT-01,Hạ tầng đô thị,yes\r\n".encode()
    _action, fields = form_of(admin.get("/admin/tables/categories").text, having="idempotency_key")
    data = fields | {"step": "preview", "file": (io.BytesIO(content), "a.csv")}
    looked = admin.post("/admin/tables/categories", data=data, content_type="multipart/form-data")
    _action, fields = form_of(looked.text, having="stamp")
    assert admin.post("/admin/tables/categories", data=fields | {"step": ["save"]}).status_code == 303
    assert found("hạ tầng") == [code] and found("Hứa Thị", "staff") == [] and found("Hứa Thị") == [code]
