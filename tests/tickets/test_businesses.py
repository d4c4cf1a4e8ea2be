"""Businesses: a tax code at intake, the company behind it, its page, and who may know of it."""

import re

import pytest
from sqlalchemy import event

from hotline.db import db

CODE, BRANCH, HOUSEHOLD = "0100109106", "0100109106-011", "079190012345"
NAME = "Công ty TNHH Ví Dụ"


def intake(client, **fields):
    """Save a report at the console."""
    page = client.get("/tickets/new").text
    carried = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)
        for name in ("csrf_token", "idempotency_key")
    }
    usual = {"caller_kind": "business", "business_name": NAME, "content": "Đường vào xưởng bị ngập.",
             "caller_name": "Trần Văn Sơn", "phone": "0271 3881 022"}  # fmt: skip
    return client.post("/tickets/new", data={**carried, **usual, **fields})


def test_a_tax_code_is_kept_in_one_form_with_name_and_contact_person(sign_in, look):
    operator = sign_in("operator")
    saved = intake(operator, tax_code=" 0100 109 106 - 011 ")
    assert saved.status_code == 303
    code = re.search(r"saved=([\w-]+)", saved.location).group(1)
    assert look(code, lambda t: (t.tax_code, t.business_name, t.caller_name)) == (BRANCH, NAME, "Trần Văn Sơn")
    page = operator.get(f"/tickets/{code}?lang=en").text
    assert "Contact person" in page and f"/businesses/{BRANCH}" in page
    card = operator.get("/console/caller?phone=02713881022").text
    assert NAME in card and f"/businesses/{BRANCH}" in card


def test_a_code_with_a_wrong_digit_is_refused_and_what_was_typed_is_kept(sign_in):
    refused = intake(sign_in("operator"), tax_code="0100109107")
    assert refused.status_code == 422
    assert re.search(r'name="tax_code"[^>]*value="0100109107"', refused.text)
    assert re.search(r'aria-invalid="true"[^>]*name="tax_code"|name="tax_code"[^>]*aria-invalid="true"', refused.text)


def test_a_known_code_offers_the_company_while_it_is_typed(opened, sign_in):
    opened(tax_code=CODE, business_name=NAME, caller_name="Trần Văn Sơn")
    operator = sign_in("operator")
    known = operator.get("/console/business?tax_code=0100-109-106&lang=en").text
    assert f'data-fill-business="{NAME}"' in known and 'data-fill-contact="Trần Văn Sơn"' in known
    assert "1 report" in known
    assert "No earlier report" in operator.get(f"/console/business?tax_code={HOUSEHOLD}").text
    assert "a digit may be wrong" in operator.get("/console/business?tax_code=0100109107").text
    assert operator.get("/console/business?tax_code=01").text.strip() == ""


def test_the_page_of_a_company_shows_its_reports_and_its_branches(opened, moved, sign_in):
    codes = [opened(tax_code=CODE, business_name=NAME) for _ in range(2)]
    opened(tax_code=BRANCH, business_name=f"{NAME}, chi nhánh")
    moved(codes[0], ("operator", "withdraw", {"reason": "Đã tự xử lý."}))
    lead = sign_in("lead")
    page = lead.get(f"/businesses/{CODE}?lang=en").text
    assert all(code in page for code in codes) and f"/businesses/{BRANCH}" in page
    assert re.search(r"Still open</span><span[^>]*>1<", page) and re.search(r"Ended</span><span[^>]*>1<", page)
    assert "What this business said" in page
    unwell = lead.get("/businesses/0100.109.106")
    assert (unwell.status_code, unwell.location) == (302, f"/businesses/{CODE}")


@pytest.mark.parametrize("address", ["0100109107", HOUSEHOLD, "x", "%20", f"{CODE}?after=x"])
def test_what_is_no_company_here_is_not_found(opened, sign_in, address):
    opened(tax_code=CODE, business_name=NAME)
    assert sign_in("lead").get(f"/businesses/{address}").status_code == 404


def test_a_unit_sees_its_own_share_and_nothing_confidential(opened, sign_in):
    own = opened(tax_code=CODE, business_name=NAME)
    secret = opened(tax_code=CODE, business_name=NAME, is_confidential=True)
    foreign = opened(tax_code=CODE, business_name=NAME, category="YT-01")
    staff, health = sign_in("staff"), sign_in("health")
    page = staff.get(f"/businesses/{CODE}").text
    assert own in page and secret not in page and foreign not in page
    assert foreign in health.get(f"/businesses/{CODE}").text
    opened(tax_code=BRANCH, business_name=NAME, is_confidential=True)
    assert staff.get(f"/businesses/{BRANCH}").status_code == 404
    assert BRANCH not in staff.get(f"/businesses/{CODE}").text


def test_the_page_of_a_company_asks_as_little_for_many_reports_as_for_two(app, opened, sign_in):
    lead, asked = sign_in("lead"), []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def questions():
        asked.clear()
        assert lead.get(f"/businesses/{CODE}").status_code == 200
        return len(asked)

    for _ in range(2):
        opened(tax_code=CODE, business_name=NAME)
    few = questions()
    for _ in range(4):
        opened(tax_code=CODE, business_name=NAME)
    assert questions() == few
