"""Who may enter where: every page and every verb, by every role and by nobody; the permission map is the only source."""

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.calls.actions import log_status_call
from hotline.catalogue.queries import current_calendar
from hotline.db import db, transaction
from hotline.satisfaction.actions import rate
from hotline.satisfaction.jobs import make_surveys
from hotline.satisfaction.models import FollowUp, Mode, Solved, Survey
from hotline.staff.permissions import PERMISSIONS, Role
from hotline.tickets.actions import add_files, examine
from hotline.tickets.actions.replanning import begin_replan
from hotline.tickets.models import FilePurpose, Ticket
from hotline.web.access import PUBLIC, SIGNED_IN, declared_access
from tests.support.pictures import photo

QUERY = {
    "dashboards.cases": "?figure=received",
    "dashboards.said_list": "?figure=rated",
    "dashboards.funnel_list": "?bucket=closed",
    "dashboards.integrity_list": "?sign=reopened&department=1",
}
STREAMS = {"calls.console_stream"}  # never ends; held open elsewhere


@pytest.fixture
def unhappy(app, opened, moved):
    """The id of a task about a citizen who was not satisfied."""
    settled = opened(category=None)
    moved(settled, ("operator", "settle", {"body": "Đã giải đáp."}))
    with app.app_context():
        make_surveys(clock.now())
        with transaction() as session:
            survey = session.scalars(select(Survey)).one()
            rate(survey, solved=Solved.YES, score=1, mode=Mode.LINK, now=clock.now())
        return db.session.scalars(select(FollowUp.id)).one()


@pytest.fixture
def addresses(app, by, opened, unhappy):
    """[(endpoint, access, methods, address)] of all routes, filled in with a case that exists."""
    code = opened(tax_code="0100109106", business_name="Công ty TNHH Ví Dụ")
    with app.app_context(), transaction():
        ticket = db.session.scalars(select(Ticket).where(Ticket.code == code)).one()
        call = log_status_call(ticket, call=None, summary="Hỏi tiến độ.", by=by("operator"), now=clock.now())
        calendar = current_calendar("VN-OFFICE")
        run = begin_replan(calendar=calendar, by=by("admin"), now=clock.now())
        photo_of_it = examine("anh.png", photo().getvalue())
        add_files(ticket, [photo_of_it], FilePurpose.INTERNAL, by=by("operator"), now=clock.now())
        db.session.flush()
        known = {
            "code": code,
            "key": ticket.attachments[0].key,
            "template_code": "O-GA",
            "authority_code": "TAND",
            "tax_code": "0100109106",
            "call_id": call.id,
            "calendar_code": calendar.code,
            "policy_code": "GENERAL",
            "rule_code": "R-GT-01",
            "run_id": run.id,
            "token": "x" * 22,
            "follow_up_id": unhappy,
            "answer_code": "GD-0001",
            "filename": "none",
            "month": "2026-01",
            "name": "none",
            "kind": "voice",
            "table_name": "units",
            "text_name": "received",
            "style": "plain",
            "secret": "x" * 22,
        }
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            args = {name: known.get(name, 1) for name in rule.arguments}
            address = rule.build(args, append_unknown=False)[1]
            found.append(
                (
                    rule.endpoint,
                    declared_access(app, rule.endpoint),
                    rule.methods,
                    address + QUERY.get(rule.endpoint, ""),
                )
            )
    return found


def test_every_route_says_who_may_enter(addresses):
    assert [endpoint for endpoint, access, _methods, _address in addresses if access is None] == []


def test_nobody_enters_a_page_of_the_house_without_signing_in(app, addresses):
    client = app.test_client()
    for endpoint, access, methods, address in addresses:
        if access == PUBLIC:
            continue
        answer = client.get(address) if "GET" in methods else client.post(address)
        assert answer.status_code in (302, 303, 400), endpoint
        if "GET" in methods:
            assert "/login" in answer.headers["Location"], endpoint


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_a_role_sees_what_the_map_grants_and_nothing_else(app, addresses, sign_in, role):
    client = sign_in(role.value)
    for endpoint, access, methods, address in addresses:
        if endpoint in STREAMS or access in (PUBLIC, SIGNED_IN):
            continue
        answer = client.get(address) if "GET" in methods else client.post(address)
        if access not in PERMISSIONS[role]:
            assert answer.status_code in (403, 400), (
                endpoint
            )  # 400: the forged form is refused before the role is asked
        elif "GET" in methods:
            assert answer.status_code in (200, 302, 303, 422), (endpoint, answer.status_code)


def test_pages_that_need_no_account_never_fail(app, addresses):
    client = app.test_client()
    for endpoint, access, methods, address in addresses:
        if access == PUBLIC and "GET" in methods:
            assert client.get(address).status_code != 500, endpoint


def test_another_units_case_looks_like_none(sign_in, opened):
    code = opened()
    client = sign_in("health")
    assert client.get(f"/tickets/{code}").status_code == 404
    assert client.get("/tickets/26-9999999").status_code == 404
    assert code not in client.get("/tickets").text
    assert "Ổ gà lớn" not in client.get(f"/tickets?q={code}", follow_redirects=True).text
