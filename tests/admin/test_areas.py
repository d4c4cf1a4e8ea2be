"""Areas: codes are reused, so an area is mended in its spelling, ended by a day, and followed by others."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.admin import jobs
from hotline.catalogue.models import Area, CommonAnswer, Department, RoutingRule
from hotline.catalogue.queries import current_areas, find_areas
from hotline.db import db, transaction
from hotline.web.folding import fold
from hotline.web.formats import local
from tests.admin.forms import send


@pytest.fixture
def today(app):
    with app.app_context():
        return local(clock.now()).date()


def area_id(app, code="25195"):
    with app.app_context():
        return db.session.scalar(select(Area.id).where(Area.code == code, Area.valid_to.is_(None)))


def test_a_former_name_finds_the_area_of_today_in_the_list(sign_in):
    page = sign_in("admin").get("/admin/areas?q=tien+hung").text
    assert "Phường Bình Phước" in page and "Xã Tiến Hưng" in page and "Phường Phước Long" not in page


def test_spelling_is_mended_and_another_name_is_refused(app, sign_in):
    admin, path = sign_in("admin"), f"/admin/areas/{area_id(app)}"
    assert send(admin, path, step="save", name_vi="Phường Bình Phuớc").status_code == 303
    answer = send(admin, path, step="save", name_vi="Xã Hoàn Toàn Khác")
    assert answer.status_code == 422 and 'value="Xã Hoàn Toàn Khác"' in answer.text
    with app.app_context():
        assert db.session.get(Area, area_id(app)).name_vi == "Phường Bình Phuớc"


def test_two_areas_become_one_and_their_names_still_find_it(app, sign_in, today):
    first, second = area_id(app), area_id(app, "25210")
    fields = {"made_from-0": str(first), "made_from-1": str(second), "valid_from": today.isoformat()}
    new = {"code": "25195", "name_vi": "Phường Tân Bình Phước", **fields}
    assert send(sign_in("admin"), "/admin/areas/new", step="save", **new).status_code == 303
    with app.app_context():
        assert db.session.get(Area, first).valid_to == today and db.session.get(Area, second).valid_to == today
        assert [hit.area.name_vi for hit in find_areas("dong xoai", today)] == ["Phường Tân Bình Phước"]


def test_a_code_that_stands_is_refused(app, sign_in, today):
    new = {"code": "25195", "name_vi": "Phường Trùng Mã", "valid_from": today.isoformat()}
    assert send(sign_in("admin"), "/admin/areas/new", step="save", **new).status_code == 422


def test_an_area_ends_on_a_day_and_twice_is_a_conflict(app, sign_in, today):
    admin, path = sign_in("admin"), f"/admin/areas/{area_id(app)}/retire"
    on = (today + timedelta(days=3)).isoformat()
    other = area_id(app, "25210")
    assert send(admin, path, step="save", on=on, **{"successors-0": str(other)}).status_code == 303
    assert send(admin, path, step="save", on=on).status_code == 409
    with app.app_context():
        assert "25195" in {area.code for area in current_areas(today)}
        assert "25195" not in {area.code for area in current_areas(today + timedelta(days=3))}


@pytest.fixture
def bound(app):
    """A rule, an answer and a unit that name the area 25195."""
    old = area_id(app)
    with app.app_context(), transaction() as session:
        now = clock.now()
        session.scalar(select(RoutingRule).where(RoutingRule.code == "R-GT-01")).area_id = old
        session.add(
            CommonAnswer(
                code="A1", question="Ở đâu?", answer="Ở đây.", area_id=old, search_text="o dau", changed_at=now
            )
        )
        session.scalar(select(Department).where(Department.code == "SXD", Department.valid_to.is_(None))).area_id = old
    return old


def named_by(app):
    """The areas that the three name now, and the versions of the rule."""
    with app.app_context():
        rule = db.session.scalar(select(RoutingRule).where(RoutingRule.code == "R-GT-01", RoutingRule.is_current))
        answer = db.session.scalar(select(CommonAnswer).where(CommonAnswer.code == "A1"))
        unit = db.session.scalar(select(Department).where(Department.code == "SXD", Department.valid_to.is_(None)))
        return rule.area_id, answer.area_id, unit.area_id, rule.version


def test_what_names_an_area_goes_to_its_only_successor_on_the_day(app, sign_in, today, bound):
    admin, path = sign_in("admin"), f"/admin/areas/{bound}/retire"
    new = {"code": "25195", "name_vi": "Phường Tân Bình Phước", "made_from-0": str(bound)}
    assert "Sở Xây dựng" in admin.get(path).text
    on = today + timedelta(days=3)
    assert send(admin, "/admin/areas/new", step="save", valid_from=on.isoformat(), **new).status_code == 303
    assert named_by(app) == (bound, bound, bound, 1)
    page = admin.get("/admin/rules").text
    assert "Phường Bình Phước" in page  # an end that is planned takes its name from no rule
    now = clock.now()
    with app.app_context():
        assert jobs.reorganise(now) == 0
        assert jobs.reorganise(now + timedelta(days=4)) == 4  # and the committee of the area
        assert jobs.reorganise(now + timedelta(days=4)) == 0
        made = db.session.scalar(select(Area.id).where(Area.name_vi == "Phường Tân Bình Phước"))
    assert named_by(app) == (made, made, made, 2)


def test_what_names_an_area_that_was_divided_is_left_for_somebody_to_decide(app, sign_in, today, bound):
    fields = {"successors-0": str(area_id(app, "25210")), "successors-1": str(area_id(app, "25217"))}
    path = f"/admin/areas/{bound}/retire"
    assert send(sign_in("admin"), path, step="save", on=today.isoformat(), **fields).status_code == 303
    assert named_by(app) == (bound, bound, bound, 1)


def test_units_stay_where_the_successor_has_a_committee_of_its_own(app, sign_in, today, bound):
    other = area_id(app, "25210")
    path = f"/admin/areas/{bound}/retire"
    assert (
        send(sign_in("admin"), path, step="save", on=today.isoformat(), **{"successors-0": str(other)}).status_code
        == 303
    )
    assert named_by(app) == (other, other, bound, 2)
    with app.app_context():
        assert jobs.reorganise(clock.now()) == 0
        answer = db.session.scalar(select(CommonAnswer).where(CommonAnswer.code == "A1"))
        assert fold(answer.area.name_vi) in answer.search_text
