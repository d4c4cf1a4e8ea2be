"""The reader's language: asked for once, kept for staff through redirects, never in a cookie for citizens."""

import re

from hotline import clock
from hotline.tickets.jobs import escalate

CARRIED = ("csrf_token", "idempotency_key")


def test_a_language_asked_for_on_a_page_that_only_leads_on_is_kept(client, sign_in):
    client.get("/?lang=en")
    assert '<html lang="en"' in client.get("/login").text
    staff = sign_in("staff")
    assert staff.get("/login?lang=en").status_code in (302, 303)
    assert '<html lang="en"' in staff.get("/tickets").text
    assert '<html lang="vi"' in staff.get("/tickets?lang=vi").text


def test_an_unknown_language_changes_nothing(client):
    assert '<html lang="vi"' in client.get("/login?lang=fr").text


def test_a_citizen_gets_the_language_without_a_cookie(client):
    page = client.get("/t?lang=en")
    assert '<html lang="en"' in page.text
    assert "Set-Cookie" not in page.headers


def test_what_is_recorded_is_vietnamese_whatever_the_writer_reads(sign_in, look):
    operator = sign_in("operator")
    page = operator.get("/console?lang=en").text
    category = re.search(r'value="(\d+)">Damaged road, pothole<', page).group(1)
    carried = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1) for name in CARRIED}
    form = {**carried, "caller_kind": "citizen", "content": "Ổ gà trước chợ.", "category_id": category}
    code = operator.post("/tickets/new", data=form).location.rpartition("=")[2]
    assert look(code, lambda t: t.routing_reason) == "vì “Mặt đường hư hỏng, ổ gà” thuộc thẩm quyền Sở Xây dựng"
    case = operator.get(f"/tickets/{code}").text
    assert "The system" not in case
    assert "Trần Thị Mai" in case


def test_the_system_has_a_name_in_either_language(app, sign_in, opened, spoil):
    code = opened()
    spoil(code)
    with app.app_context():
        escalate(clock.now())
    lead = sign_in("lead")
    assert "Hệ thống" in lead.get(f"/tickets/{code}").text
    english = lead.get(f"/tickets/{code}?lang=en").text
    assert "The system" in english
    assert "Hệ thống" not in english
