"""One call, several cases: each with its own code, unit and deadline; the same caller, call and time of receipt."""

import re

import pytest
from sqlalchemy import select

from hotline.calls.models import CallTicket
from hotline.catalogue.models import Category
from hotline.db import db
from hotline.tickets.models import Channel, Ticket
from hotline.tickets.rules.lifecycle import Verb
from tests.support.days import read_vn, wrong_fields

BORN = "2026-03-02 08:00"


@pytest.fixture
def category(app):
    """category("YT-01") -> its number."""

    def find(code):
        with app.app_context():
            return db.session.scalars(select(Category.id).where(Category.code == code)).one()

    return find


def person(ticket):
    """All that stays the same in a case that is split off."""
    return (ticket.phone_e164, ticket.caller_name, ticket.is_confidential, ticket.received_at, ticket.channel)


def linked(app):
    """Which cases each call led to."""
    with app.app_context():
        query = select(CallTicket.call_id, Ticket.code).join(Ticket, Ticket.id == CallTicket.ticket_id)
        return list(db.session.execute(query.order_by(Ticket.id)).tuples())


@pytest.fixture
def save(sign_in):
    """save(client, page, content=…) sends the form of the console as the page carries it, with what is typed."""

    def send(client, page, **typed):
        carried = ("csrf_token", "idempotency_key", "call_id", "split_from")
        form = {name: re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page).group(1) for name in carried}
        return client.post("/tickets/new", data={**form, "phone": "0912345678", "caller_kind": "citizen", **typed})

    return send


def test_another_case_is_split_off_days_later_with_the_same_person_and_its_own_unit(
    app, born, at, sign_in, save, look, texts, category, stands
):
    code = born(BORN, caller_name="Nguyễn Thị Lan", is_confidential=True, channel=Channel.COUNTER)
    at("2026-03-05 09:00")
    before, client = stands(), sign_in("operator")
    assert "/console/another/" not in sign_in("staff").get(f"/tickets/{code}").text
    assert sign_in("staff").get(f"/console/another/{code}").status_code == 403
    page = client.get(re.search(r'href="(/console/another/[^"]+)"', client.get(f"/tickets/{code}").text).group(1)).text
    assert re.search(r'name="is_confidential"[^>]* checked|checked[^>]* name="is_confidential"', page)
    words = {"caller_name": "Nguyễn Thị Lan", "is_confidential": "y", "category_id": category("YT-01")}
    empty = save(client, page, content=" ", **words)
    assert (empty.status_code, wrong_fields(empty)) == (422, {"content"}) and stands() == before
    saved = save(client, page, content="Trạm y tế không có bác sĩ trực.", **words)
    assert saved.status_code == 303
    other = saved.location.rpartition("=")[2]
    assert other != code and look(other, person) == look(code, person)
    assert look(other, lambda t: (t.department.code, t.split_from_id)) == ("SYT", look(code, lambda t: t.id))
    assert look(code, lambda t: t.department.code) == "SXD"
    assert read_vn(look(other, lambda t: t.clocks[0].started_at)) == BORN
    assert look(other, lambda t: [e.verb for e in t.events]) == [Verb.OPEN, Verb.ROUTE, Verb.SPLIT]
    assert [look(here, lambda t: t.events[-1].detail["other"]) for here in (code, other)] == [other, code]
    assert texts(other) == ["received_routed"]
    assert linked(app) == []  # nobody called, so no call is made up


def test_what_else_the_caller_said_is_saved_from_the_same_call(app, at, sign_in, save, look, category):
    at(BORN)
    client = sign_in("operator")

    first = save(
        client, client.get("/console").text, content="Ổ gà lớn.", caller_name="Lan", category_id=category("GT-01")
    )
    page = client.get(first.location).text
    again = re.search(r'href="(/console/another/[^"]+)"', page).group(1)
    at("2026-03-02 08:04")
    page = client.get(again).text
    assert 'value="Lan"' in page and 'value="+84912345678"' in page
    second = save(client, page, content="Trạm y tế không có bác sĩ.", caller_name="Lan", category_id=category("YT-01"))
    codes = [answer.location.rpartition("=")[2] for answer in (first, second)]
    assert look(codes[1], person) == look(codes[0], person)
    assert look(codes[1], lambda t: t.split_from_id) == look(codes[0], lambda t: t.id)
    [(call, one), (same_call, other)] = linked(app)
    assert (call, [one, other]) == (same_call, codes)
    for here, there in (codes, codes[::-1]):
        assert there in client.get(f"/tickets/{here}").text


def test_nothing_is_split_from_a_case_that_has_ended(born, do, sign_in, stands):
    code = born(BORN)
    do(code, "operator", "withdraw", "2026-03-02 09:00", reason="Rút.")
    before = stands()
    client = sign_in("operator")
    assert "/console/another/" not in client.get(f"/tickets/{code}").text
    carried = dict(re.findall(r'name="(csrf_token|idempotency_key)"[^>]*value="([^"]+)"', client.get("/console").text))
    typed = {"phone": "0912345678", "caller_kind": "citizen", "content": "Thêm việc khác.", "split_from": code}
    refused = client.post("/tickets/new", data={**carried, **typed})
    assert refused.status_code == 409 and "Thêm việc khác." in refused.text and stands() == before
