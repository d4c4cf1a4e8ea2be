"""The unit's focal points: the head says who, they assign, they are told of new work; nobody else's unit."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from hotline import clock
from hotline.audit import AuditEntry
from hotline.messages.models import Alert
from hotline.messages.rules.alerts import AlertKind
from hotline.staff.models import User
from hotline.web.formats import local
from tests.support.days import send

__all__ = ["send"]


@pytest.fixture
def people(sign_in):
    """people("head") -> a function that posts to the page of the unit's people."""

    def enter(name):
        client = sign_in(name)

        def post(user_id, verb, **fields):
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/account").text).group(1)
            return client.post(f"/unit/people/{user_id}/{verb}", data={"csrf_token": token, **fields})

        post.page = lambda: client.get("/unit/people")
        return post

    return enter


def is_focal(everything, name):
    return next(user for user in everything(User) if user.email == f"{name}@demo.test").is_focal_point


def test_the_head_marks_and_unmarks_on_record(people, person, everything):
    post, staff = people("head"), person("staff")
    for _click in range(2):
        assert post(staff, "entrust").status_code == 303
    assert is_focal(everything, "staff") and "Thôi làm đầu mối" in post.page().text
    assert post(staff, "relieve").status_code == 303
    assert not is_focal(everything, "staff")
    entries = [e for e in everything(AuditEntry) if e.deed in ("staff:entrust", "staff:relieve")]
    assert [(e.deed, e.object_id, e.detail) for e in entries] == [
        ("staff:entrust", str(staff), {"before": False, "after": True}),
        ("staff:relieve", str(staff), {"before": True, "after": False}),
    ]


def test_who_stands_in_for_the_head_does_not_name_focal_points_least_of_all_oneself(people, person, everything, app):
    with app.app_context():
        today = local(clock.now()).date()
    person("head", substitute_id=person("staff"), away_from_on=today, away_until_on=today + timedelta(days=1))
    post = people("staff")
    assert post.page().status_code == 403
    assert post(person("staff"), "entrust").status_code == 403 == post(person("staff2"), "entrust").status_code
    assert not is_focal(everything, "staff") and not is_focal(everything, "staff2")


@pytest.mark.parametrize("whom", ["health", "head", "operator"])
def test_only_staff_of_the_own_unit(people, person, everything, whom):
    assert people("head")(person(whom), "entrust").status_code == 404
    assert not is_focal(everything, whom)


def test_a_closed_account_and_slipped_in_fields_are_refused(people, person, everything):
    post = people("head")
    assert post(person("staff2"), "entrust", role="head").status_code == 422
    assert post(person("staff2", is_enabled=False), "entrust").status_code == 404
    assert post(2**31, "entrust").status_code == 404
    assert not is_focal(everything, "staff2")


@pytest.mark.parametrize("who", ["staff", "operator", "lead", "leader", "admin"])
def test_others_do_not_see_the_page(people, person, who):
    post = people(who)
    assert post.page().status_code == 403 and post(person("staff"), "entrust").status_code == 403


def test_a_focal_point_assigns_and_is_told_of_new_work(people, person, opened, send, look, everything):
    before = opened()
    assert send("staff", before, "assign", assignee_id=person("staff2")).status_code == 403
    people("head")(person("staff"), "entrust")
    assert send("staff", before, "assign", assignee_id=person("staff2")).status_code == 303
    assert look(before, lambda t: t.assignee.name) == "Đỗ Thị Hạnh"
    code = opened()
    told = {a.user_id for a in everything(Alert) if a.ticket_code == code and a.kind is AlertKind.NEW_WORK}
    assert told == {person("head"), person("staff")}
    assert send("staff", before, "approve").status_code == 403


def test_the_page_shows_who_is_away_and_who_stands_in(people, person):
    today = clock.now().date()
    away = {"away_from_on": today - timedelta(days=1), "away_until_on": today + timedelta(days=2)}
    person("staff2", substitute_id=person("staff"), **away)
    page = people("head").page().text
    assert "Lê Văn Hùng làm thay" in page and "Vũ Thị Ngọc" not in page


def test_the_database_knows_that_focal_points_are_staff(person):
    with pytest.raises(IntegrityError):
        person("head", is_focal_point=True)
