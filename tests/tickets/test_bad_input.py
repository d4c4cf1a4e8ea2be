"""Every verb of a case against people and forms that are wrong: the right status, the field's name, nothing changed."""

import re
import uuid

import pytest
from sqlalchemy import select

from hotline.catalogue.models import Authority, Category, Department
from hotline.db import db
from hotline.staff.models import User
from hotline.staff.permissions import PERMISSIONS, Role
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Status
from hotline.tickets.verbs import VERBS
from tests.support.days import wrong_fields
from tests.support.pictures import fresh, photo

# A form of each verb that nothing is wrong with; words in capitals stand for what the database numbers.
FORMS = {
    "accept": {},
    "answer": {"body": "Đã vá."},
    "approve": {},
    "rework": {"reason": "Viết rõ hơn."},
    "route": {"department_id": "UNIT"},
    "settle": {"body": "Đã hướng dẫn."},
    "assign": {"assignee_id": "PERSON"},
    "ask": {"question": "Số nhà nào?", "days": "3"},
    "confirm": {},
    "resume": {"note": "Đã rõ."},
    "hold": {"reason": "Chờ vật tư.", "days": "3"},
    "grant": {},
    "decline": {"reason": "Đủ người."},
    "extend": {"reason": "Chờ vật tư.", "until_on": "2026-03-12"},
    "chase": {"reason": "Dân hỏi."},
    "phone": {"spoke_to": "Anh Hùng."},
    "classify": {"category_id": "CATEGORY", "priority": "high", "reason": "Nguy hiểm."},
    "attach": {"main_code": "MAIN"},
    "detach": {"reason": "Việc khác."},
    "waive": {"reason": "Bão."},
    "return": {"reason": "Sai thẩm quyền.", "proposed_department_id": "UNIT"},
    "reopen": {"reason": "Chưa xong."},
    "refuse": {"because": "court", "authority_id": "AUTHORITY"},
    "refer": {"authority_id": "AUTHORITY"},
    "withdraw": {"reason": "Rút."},
    "contact": {"summary": "Hỏi bao giờ xong."},
    "correct": {"phone": "0987654321", "reason": "Nghe nhầm một số."},
    "file": {"files": "PHOTO", "purpose": "internal"},
    "note": {"note": "Đã khảo sát."},
    "involve": {"department_id": "UNIT", "question": "Góp ý gì?", "due_on": "2026-03-05"},
}
# They need a sub-task first; tests/tickets/test_tasks.py sends them wrong forms.
OF_SUB_TASKS = {"contribute", "release"}
REQUIRED = [(verb, field) for verb, form in FORMS.items() for field in form]
OF_A_UNIT = {"staff", "head"}
ODD = (
    "",
    " ",
    "0",
    "-1",
    "9" * 30,
    "1e309",
    "NaN",
    "x" * 30_000,
    "😀" * 400,
    "<script>",
    "'; DROP TABLE tickets;--",
    "á" * 2,
)


def people_who_may(verb):
    return [role.value for role in Role if VERBS[verb].permission in PERMISSIONS[role]]


def one_who_may(verb):
    able = people_who_may(verb)
    return next(role for role in ("staff", "head", "operator", "lead") if role in able)


@pytest.fixture
def case(born, at):
    """A case routed to the unit, an hour later."""
    code = born("2026-03-02 08:00")
    at("2026-03-02 09:00")
    return code


@pytest.fixture
def main(born):
    """Another case of the unit."""
    return born("2026-03-02 08:00")


@pytest.fixture
def form_of(app, main):
    """form_of("route") -> what its form carries, with the numbers of this database."""

    def fill(verb):
        with app.app_context():
            standing = select(Department.id).where(Department.valid_to.is_(None))
            numbers = {
                "UNIT": db.session.scalar(standing.where(Department.code == "SYT")),
                "PERSON": db.session.scalar(select(User.id).where(User.email == "staff2@demo.test")),
                "CATEGORY": db.session.scalar(select(Category.id).where(Category.code == "GT-03")),
                "MAIN": main,
                "AUTHORITY": db.session.scalar(select(Authority.id).where(Authority.code == "TAND")),
            }
        filled = {name: str(numbers.get(value, value)) for name, value in FORMS[verb].items()}
        return {name: (photo().getvalue(), "anh.png") if value == "PHOTO" else value for name, value in filled.items()}

    return fill


# Who is refused, and for which field, does not depend on the database; numbers beyond a column do (below).
ON_SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


def test_every_verb_of_the_page_is_tried_here():
    assert set(FORMS) == set(VERBS) - OF_SUB_TASKS


@ON_SQLITE
@pytest.mark.parametrize("verb", FORMS)
def test_who_may_not_is_refused_and_who_may_not_see_finds_nothing(case, form_of, born, at, send, stands, verb):
    foreign = born("2026-03-02 08:00", category="YT-01")
    at("2026-03-02 09:00")
    before, able = stands(), people_who_may(verb)
    for role in ("operator", "staff", "head", "lead", "leader", "admin"):
        if role not in able:
            assert send(role, case, verb, **form_of(verb)).status_code == 403, role
        elif role in OF_A_UNIT:
            assert send(role, foreign, verb, **form_of(verb)).status_code == 404, role
            assert send(role, "26-9999999", verb, **form_of(verb), version=1).status_code == 404, role
    assert stands() == before


@ON_SQLITE
@pytest.mark.parametrize("verb", FORMS)
def test_an_old_version_is_a_409_for_every_verb(case, form_of, send, stands, verb):
    before = stands()
    for version in ("0", "999", str(2**63), "-1"):
        answer = send(one_who_may(verb), case, verb, **form_of(verb), version=version)
        assert answer.status_code == 409
    assert stands() == before


@ON_SQLITE
@pytest.mark.parametrize("verb", [verb for verb in FORMS if verb not in ("note", "contact")])
def test_a_withdrawn_case_answers_every_verb_with_a_409(case, main, do, form_of, send, stands, look, verb):
    do(case, "operator", "withdraw", "2026-03-02 09:00", reason="Người dân rút.")
    before = stands()
    answer = send(one_who_may(verb), case, verb, **form_of(verb))
    assert answer.status_code == 409
    assert re.search(r'role="alert"', answer.text)
    assert stands() == before and look(case, lambda t: t.status) is Status.WITHDRAWN


@ON_SQLITE
@pytest.mark.parametrize(("verb", "field"), REQUIRED)
def test_what_is_missing_is_a_422_that_names_the_field(case, form_of, send, stands, verb, field):
    before, form = stands(), form_of(verb)
    del form[field]
    for left in ({}, {field: ""}, {field: " "}):
        answer = send(one_who_may(verb), case, verb, **form, **left)
        assert (answer.status_code, wrong_fields(answer)) == (422, {field}), left
    assert stands() == before


@pytest.mark.parametrize("verb", FORMS)
@ON_SQLITE
def test_no_odd_value_of_any_field_breaks_anything(app, case, form_of, sign_in, stands, verb):
    client = sign_in(one_who_may(verb))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/tickets").text).group(1)
    form = form_of(verb)
    optional = {"confirm": ("by_phone", "note"), "ask": ("by_phone",), "route": ("reason",), "grant": ("reason",)}
    for field in (*form, *optional.get(verb, ()), "version", "idempotency_key", "status"):
        for value in ODD:
            with app.app_context():
                version = db.session.scalar(select(Ticket.version).where(Ticket.code == case))
            sent = {"csrf_token": token, "version": version, "idempotency_key": str(uuid.uuid4()), **form, field: value}
            before = stands()
            answer = client.post(f"/tickets/{case}/{verb}", data=fresh(sent))
            assert answer.status_code in (303, 403, 404, 409, 422), (field, value[:20])
            if answer.status_code != 303:
                assert stands() == before, (field, value[:20])
            assert "Traceback" not in answer.text


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
def test_numbers_beyond_any_column_are_refused_by_postgresql_too(case, main, form_of, send, stands):
    before = stands()
    for verb, field in REQUIRED:
        if FORMS[verb][field] in ("UNIT", "PERSON", "CATEGORY") or field == "days":
            for value in (str(2**31), str(2**63), "-1"):
                answer = send(one_who_may(verb), case, verb, **form_of(verb) | {field: value})
                assert (answer.status_code, wrong_fields(answer)) == (422, {field}), (verb, value)
    assert stands() == before
