"""What an operator types becomes one case, once; what cannot be is said at its field and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.calls.models import Call, CallResult, CallTicket
from hotline.catalogue.models import Area, Category
from hotline.db import db
from hotline.messages.models import Message
from hotline.tickets.models import CallerKind, Clock, Ticket, TicketEvent
from hotline.tickets.rules.codes import read_code
from hotline.tickets.rules.lifecycle import Status, Verb
from tests.calls.story import Story


@pytest.fixture
def ids(app):
    """The ids a form sends: category GT-01, a commune, and what does not exist."""
    with app.app_context():
        category = db.session.scalar(select(Category.id).where(Category.code == "GT-01"))
        area = db.session.scalar(select(Area.id).where(Area.code == "25195", Area.valid_to.is_(None)))
    return {"category_id": str(category), "area_id": str(area)}


@pytest.fixture
def desk(app, sign_in, ids):
    """desk(**fields) posts the form as the operator; desk.client is her browser."""
    client = sign_in("operator")

    def save(**fields):
        page = client.get(f"/console?call={fields['call_id']}" if fields.get("call_id") else "/console").text
        carried = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1) for name in CARRIED}
        typed = {"phone": "0912345678", "caller_kind": "citizen", "content": "Ổ gà trước chợ.", **ids}
        return client.post("/tickets/new", data={**carried, **typed, **fields})

    save.client = client
    return save


CARRIED = ("csrf_token", "idempotency_key")


def only_ticket(app):
    with app.app_context():
        return db.session.scalars(select(Ticket)).one()


def count(app, table):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def test_one_request_opens_routes_promises_and_tells(app, desk):
    saved = desk()
    assert saved.status_code == 303
    with app.app_context():
        ticket = db.session.scalars(select(Ticket)).one()
        assert read_code(ticket.code) == ticket.code
        assert re.fullmatch(r"\d{2}-\d{7}", ticket.code)
        assert ticket.status is Status.ROUTED
        assert ticket.department.code == "SXD"
        assert "Sở Xây dựng" in ticket.routing_reason
        assert ticket.due_at > clock.now() + timedelta(days=5)
        assert {row.kind.value for row in db.session.scalars(select(Clock))} == {
            "acceptance", "first_response", "resolution",
        }  # fmt: skip
        text = db.session.scalars(select(Message)).one()
        assert ticket.code in text.body
        assert text.template == "received_routed"
        call = db.session.scalars(select(Call)).one()
        assert (call.result, [t.code for t in call.tickets]) == (CallResult.LOGGED, [ticket.code])
    page = desk.client.get(saved.headers["Location"]).text
    assert ticket.code in page


def test_a_call_of_the_exchange_becomes_the_cases_call(app, client, desk):
    Story(client).answered()
    with app.app_context():
        call_id = db.session.scalar(select(Call.id))
    page = desk.client.get(f"/console?call={call_id}").text
    assert 'value="+84912345678"' in page
    assert desk(call_id=str(call_id)).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(CallTicket)).one().call_id == call_id
        assert db.session.scalars(select(Ticket)).one().received_at == db.session.scalar(select(Call.offered_at))


def test_the_same_form_sent_twice_opens_one_case(app, desk, ids):
    page = desk.client.get("/console").text
    data = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1) for name in CARRIED}
    data |= {"phone": "0912345678", "caller_kind": "citizen", "content": "Hai lần.", **ids}
    first, second = (desk.client.post("/tickets/new", data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert count(app, Ticket) == 1


def test_a_withheld_number_gets_a_code_to_read_aloud(app, desk):
    page = desk.client.get(desk(phone="").headers["Location"]).text
    ticket = only_ticket(app)
    assert re.fullmatch(r"\d{4}", ticket.follow_code)
    assert f'follow-code">{ticket.follow_code}<' in page
    assert count(app, Message) == 0


def test_without_a_category_it_waits_to_be_sorted(app, desk):
    assert desk(category_id="").status_code == 303
    assert only_ticket(app).status is Status.TRIAGE
    lead_sees = desk.client.get("/tickets?view=triage").text
    assert only_ticket(app).code in lead_sees


def test_a_business_gives_its_name(app, desk):
    refused = desk(caller_kind="business")
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert desk(caller_kind="business", business_name="Công ty TNHH Gỗ Bình Phú").status_code == 303
    assert only_ticket(app).caller_kind is CallerKind.BUSINESS


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"phone": "không nhớ"}, "phone"),
        ({"phone": "0912"}, "phone"),
        ({"phone": "0" * 41}, "phone"),
        ({"content": ""}, "content"),
        ({"content": "   \n "}, "content"),
        ({"content": "x" * 20_001}, "content"),
        ({"category_id": "999999"}, "category_id"),
        ({"category_id": "GT-01"}, "category_id"),
        ({"area_id": "-1"}, "area_id"),
        ({"caller_kind": "robot"}, "caller_kind"),
        ({"caller_name": "n" * 121}, "caller_name"),
        ({"dossier_code": "h" * 41}, "dossier_code"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(app, desk, fields, wrong):
    typed = {"address": "hẻm 45 đường Hùng Vương", "content": "Đèn đường tắt cả dãy."}
    refused = desk(**{**typed, **fields})
    assert refused.status_code == 422
    assert f'href="#{wrong}' in refused.text
    assert "hẻm 45 đường Hùng Vương" in refused.text
    if "content" not in fields:
        assert "Đèn đường tắt cả dãy." in refused.text
    assert count(app, Ticket) == count(app, Call) == 0


def test_twenty_thousand_characters_are_taken_whole(app, desk):
    assert desk(content="ă" * 20_000).status_code == 303
    assert len(only_ticket(app).content) == 20_000


def test_content_is_shown_as_text_never_as_markup(app, desk):
    desk(content="<script>alert(1)</script> & ổ gà")
    page = desk.client.get(f"/tickets/{only_ticket(app).code}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ổ gà" in page


def test_before_saving_the_form_says_where_it_goes_and_by_when(desk, ids):
    page = desk.client.get("/tickets/new/preview", query_string=ids).text
    assert "Sở Xây dựng" in page
    assert re.search(r"17:00 \w+", page)
    assert "5 ngày làm việc" in page
    assert desk.client.get("/tickets/new/preview?category_id=x").status_code == 200


def test_a_status_call_goes_to_the_case_that_exists(app, desk):
    desk()
    ticket = only_ticket(app)
    card = desk.client.get("/console/caller?phone=0912345678").text
    assert ticket.code in card
    data = {name: re.search(rf'name="{name}" value="([^"]+)"', card).group(1) for name in (*CARRIED, "code")}
    for _again in range(2):
        assert desk.client.post("/console/status-call", data=data).status_code == 303
    with app.app_context():
        assert count(app, Ticket) == 1
        assert db.session.scalars(select(Ticket)).one().contacts == 1
        verbs = db.session.scalars(select(TicketEvent.verb).order_by(TicketEvent.id)).all()
        assert verbs[-1] is Verb.CONTACT


@pytest.mark.parametrize("words", ["o ga", "ổ gà", "mat duong", "MẶT ĐƯỜNG"])
def test_categories_are_found_without_diacritics(app, sign_in, opened, words):
    code = opened()
    assert code in sign_in("operator").get("/tickets", query_string={"q": words}).text


def test_the_console_names_who_is_on_the_line_without_the_whole_number(client, sign_in):
    story = Story(client)
    story.tell("voice")
    story.tell("wait")
    operator = sign_in("operator")
    live = operator.get("/console/calls").text
    assert "678" in live
    assert "+84912345678" not in live
