"""Who reported: in the rows of a list and by the search it is told to those only who may know it."""

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.catalogue.models import Category
from hotline.catalogue.queries import department_by_code
from hotline.db import transaction
from hotline.tickets import actions
from hotline.tickets.actions import contacts
from hotline.tickets.models import Ticket
from hotline.tickets.views import queue
from hotline.web.formats import local
from tests.tickets.test_queue import codes
from tests.tickets.test_verbs import do

COMPANY, PERSON, TAX_CODE = "Công ty TNHH Kín Đáo", "Hứa Thị Biết", "0100109106"
CALLER = {"caller_kind": "business", "business_name": COMPANY, "caller_name": PERSON, "tax_code": TAX_CODE,
          "phone": "0977000123"}  # fmt: skip


@pytest.fixture
def asked_of_health(opened, moved, by, app):
    """The code of a case of the transport unit to which the health unit is asked to contribute."""
    code = opened(content="Trụ nước cứu hỏa rò rỉ", **CALLER)
    moved(code, ("staff", "accept"))
    with app.app_context(), transaction() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.code == code)).one()
        unit = department_by_code("SYT", clock.now().date())
        due_on = local(ticket.due_at).date()
        actions.involve(ticket, unit, question="Còn nước?", due_on=due_on, by=by("staff"), now=clock.now())
    return code


def searched(client, words):
    """The codes that a search finds, and its page without the words themselves in the field of the search."""
    page = client.get("/tickets", query_string={"q": words}).text
    return codes(page), page


@pytest.mark.parametrize("secret", ["asked for", "due to the category", "no"])
def test_a_row_names_the_company_only_to_who_may_know_it(opened, sign_in, app, secret):
    with app.app_context(), transaction() as session:
        row = session.scalars(select(Category).where(Category.code == "GT-02")).one()
        row.is_sensitive = secret == "due to the category"
    code = opened("GT-02", is_confidential=secret == "asked for", **CALLER)
    for name, tells in (("lead", True), ("staff", secret == "no"), ("leader", secret == "no")):
        page = sign_in(name).get("/tickets?view=all").text
        assert codes(page) == [code] and (COMPANY in page) is tells, name


def test_a_unit_that_is_asked_to_contribute_finds_the_case_but_nobody_by_name(asked_of_health, sign_in):
    code, health, staff, lead = asked_of_health, sign_in("health"), sign_in("staff"), sign_in("lead")
    for words in ("cuu hoa", code, code.replace("-", ""), code.replace("-", " ")):
        found, page = searched(health, words)
        assert found == [code] and COMPANY not in page and PERSON not in page, words
    for words in ("Kín Đáo", PERSON, "Hứa", TAX_CODE, TAX_CODE[:9], f"{code} {TAX_CODE}", "cuu hoa hua thi", "0123"):
        found, page = searched(health, words)
        assert found == ([code] if code in words else []) and COMPANY not in page, words
    for words in ("Kín Đáo", PERSON, TAX_CODE):
        assert [searched(who, words)[0] for who in (staff, lead)] == [[code], [code]], words
    assert "<mark>Hứa</mark>" in searched(staff, PERSON)[1]


@pytest.mark.parametrize("secret", ["asked for", "due to the category"])
def test_who_is_kept_secret_is_found_by_those_only_who_take_reports(opened, sign_in, app, secret):
    with app.app_context(), transaction() as session:
        row = session.scalars(select(Category).where(Category.code == "GT-02")).one()
        row.is_sensitive = secret == "due to the category"
    code = opened("GT-02", content="Trụ nước cứu hỏa", is_confidential=secret == "asked for", **CALLER)
    for name, tells in (("operator", True), ("staff", False), ("leader", False)):
        client = sign_in(name)
        assert searched(client, "cuu hoa")[0] == [code]
        for words in ("Kín Đáo", "Hứa Thị", TAX_CODE, "0977000123", "0123", "cứu hỏa hứa"):
            found, page = searched(client, words)
            assert found == ([code] if tells else []), (name, words)
            assert tells or COMPANY not in page


def test_who_searches_like_a_program_waits_and_nobody_else_does(opened, sign_in, monkeypatch):
    code = opened(content="Trụ nước cứu hỏa")
    monkeypatch.setattr(queue, "SEARCHES_A_MINUTE", 3)
    lead = sign_in("lead")
    answers = [lead.get("/tickets?q=cuu+hoa&lang=en") for _try in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60 and "Please wait a little" in answers[-1].text
    assert lead.get("/tickets?q=cuu+hoa&view=todo").status_code == 429
    assert lead.get("/tickets?view=todo").status_code == 200
    assert searched(sign_in("operator"), "cuu hoa")[0] == [code]


def test_who_collects_numbers_waits_and_nothing_more_is_shown(opened, sign_in, monkeypatch, everything):
    code, staff = opened("GT-01", phone="0977000123"), sign_in("staff")
    monkeypatch.setattr(contacts, "REVEALS", 2)
    answers = [do(staff, code, "reveal", reason="Gọi lại xác minh") for _try in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 600 and "977000123" not in answers[-1].text
    assert sum(entry.deed == "tickets:reveal" for entry in everything(AuditEntry)) == 2
