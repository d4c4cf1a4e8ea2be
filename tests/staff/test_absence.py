"""One's own account: absence with a substitute, the mobile number; what is wrong is said at the field."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from hotline import clock
from hotline.audit import AuditEntry
from hotline.db import transaction
from hotline.staff.models import User
from hotline.web.formats import local


@pytest.fixture
def account(sign_in):
    """account("staff") -> a function that posts a form of that person's account."""

    def enter(name):
        client = sign_in(name)

        def post(verb, **fields):
            page = client.get("/account").text
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
            return client.post(f"/account/{verb}", data={"csrf_token": token, **fields})

        post.page = lambda: client.get("/account").text
        return post

    return enter


@pytest.fixture
def days(app):
    """days(2) -> the day after tomorrow as a form sends it, in the province."""

    def on(number):
        with app.app_context():
            return (local(clock.now()).date() + timedelta(days=number)).isoformat()

    return on


def of(everything, name):
    return next(user for user in everything(User) if user.email == f"{name}@demo.test")


def choices(page):
    return set(re.findall(r'<option value="(\d+)"', page))


@pytest.mark.parametrize(
    ("who", "others"), [("staff", {"staff2", "head"}), ("health", set()), ("operator", {"operator2"}), ("admin", set())]
)
def test_a_colleague_of_the_unit_stands_in_or_at_the_province_one_of_the_same_role(
    app, account, person, everything, who, others
):
    with app.app_context(), transaction() as session:
        operator = of(everything, "operator")
        session.add(
            User(email="operator2@demo.test", name="B", role=operator.role, password_hash="x", made_at=clock.now())
        )
    assert choices(account(who).page()) == {str(person(name)) for name in others}


def test_an_absence_is_kept_shown_and_ended(account, person, everything, days):
    post = account("staff")
    wish = {"substitute_id": str(person("head")), "away_from_on": days(0), "away_until_on": days(3)}
    assert post("go-away", **wish).status_code == 303
    staff = of(everything, "staff")
    assert (staff.substitute_id, staff.away_until_on.isoformat()) == (person("head"), days(3))
    assert "Phạm Quốc Bảo nhận cảnh báo thay" in post.page()
    assert post("come-back").status_code == 303
    staff = of(everything, "staff")
    assert (staff.substitute_id, staff.away_from_on, staff.away_until_on) == (None, None, None)
    assert post("come-back").status_code == 303
    deeds = [entry.deed for entry in everything(AuditEntry) if entry.deed.startswith("staff:")]
    assert deeds[-2:] == ["staff:go-away", "staff:come-back"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"substitute_id": ""}, "substitute_id"),
        ({"substitute_id": "health"}, "substitute_id"),
        ({"substitute_id": "staff"}, "substitute_id"),
        ({"substitute_id": "99999999999999999999"}, "substitute_id"),
        ({"away_from_on": ""}, "away_from_on"),
        ({"away_from_on": "31/02/2026"}, "away_from_on"),
        ({"away_from_on": 5}, "away_until_on"),
        ({"away_from_on": -9, "away_until_on": -1}, "away_until_on"),
    ],
)
def test_a_wrong_absence_is_refused_at_its_field(account, person, everything, days, wrong, field):
    post = account("staff")
    wish = {"substitute_id": "head", "away_from_on": 0, "away_until_on": 3, **wrong}
    form = {name: days(value) if isinstance(value, int) else value for name, value in wish.items()}
    if form["substitute_id"].isalpha():
        form["substitute_id"] = str(person(form["substitute_id"]))
    answer = post("go-away", **form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text and f'href="#{field}"' in answer.text
    assert of(everything, "staff").substitute_id is None


def test_a_closed_account_cannot_stand_in(account, person, days):
    post, head = account("staff"), person("head", is_enabled=False)
    wish = {"substitute_id": str(head), "away_from_on": days(0), "away_until_on": days(3)}
    assert post("go-away", **wish).status_code == 422


@pytest.mark.parametrize(
    ("typed", "kept"), [("0912 000 111", "+84912000111"), ("", ""), ("+84 35 2000111", "+84352000111")]
)
def test_a_mobile_number_is_kept_as_the_networks_write_it(account, everything, typed, kept):
    assert account("staff")("change-mobile", mobile=typed).status_code == 303
    assert of(everything, "staff").mobile == kept
    entry = [e for e in everything(AuditEntry) if e.deed == "staff:change-mobile"][-1]
    assert entry.detail == {"given": bool(kept)}


@pytest.mark.parametrize("typed", ["0271 3881 022", "113", "no number", "+1 202 555 0123", "09" * 30])
def test_what_is_no_mobile_number_is_refused_at_the_field(account, everything, typed):
    answer = account("staff")("change-mobile", mobile=typed)
    assert answer.status_code == 422 and 'id="mobile-error"' in answer.text
    assert of(everything, "staff").mobile == ""


@pytest.mark.parametrize("field", ["role", "is_enabled", "email"])
def test_nothing_else_of_the_account_can_be_slipped_in(account, everything, field):
    assert account("staff")("change-mobile", mobile="", **{field: "admin"}).status_code == 422
    assert of(everything, "staff").role.value == "staff"


@pytest.mark.parametrize(
    "columns",
    [
        {"mobile": "0912000111"},
        {"away_from_on": True, "away_until_on": True},
        {"substitute_id": "head", "away_from_on": True},
        {"substitute_id": "staff", "away_from_on": True, "away_until_on": True},
        {"substitute_id": "head"},
    ],
)
def test_half_an_absence_is_refused_by_the_database(person, columns):
    today = clock.now().date()
    made = {name: today if value is True else value for name, value in columns.items()}
    if "substitute_id" in made:
        made["substitute_id"] = person(made["substitute_id"])
    with pytest.raises(IntegrityError):
        person("staff", **made)


def test_an_absence_cannot_end_before_it_begins(person):
    today = clock.now().date()
    with pytest.raises(IntegrityError):
        person("staff", substitute_id=person("head"), away_from_on=today, away_until_on=today - timedelta(days=1))
