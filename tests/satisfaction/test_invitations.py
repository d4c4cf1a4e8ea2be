"""Asked for on a call: no more invitations, and invitations again; the number never stands in a form."""

import re

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.calls.models import Call
from hotline.db import db
from hotline.messages.models import OptOut
from hotline.satisfaction.jobs import make_surveys
from hotline.satisfaction.models import Suppression, Survey
from tests.calls.story import CALLER, Story


def wish(client, page, **fields):
    """Press the button of the panel on `page`."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    return client.post("/opt-outs", data={"csrf_token": token, **fields})


def opted_out(app):
    with app.app_context():
        return [(row.number, row.how) for row in db.session.scalars(select(OptOut))]


def test_from_the_case_and_back_again(app, sign_in, opened, moved):
    code, operator = opened(), sign_in("operator")
    page = operator.get(f"/tickets/{code}").text
    panel = page[page.index('action="/opt-outs"') :]
    assert "912345678" not in panel[: panel.index("</form>")]
    assert wish(operator, page, code=code, wish="stop").headers["Location"] == f"/tickets/{code}"
    assert opted_out(app) == [(CALLER, "call")]
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã vá."}), ("head", "approve"))
    with app.app_context():
        make_surveys(clock.now())
        assert db.session.scalars(select(Survey.suppressed_as)).one() is Suppression.OPTED_OUT
    page = operator.get(f"/tickets/{code}").text
    assert 'value="start"' in page
    assert wish(operator, page, code=code, wish="start").status_code == 303
    assert opted_out(app) == []
    with app.app_context():
        deeds = db.session.scalars(select(AuditEntry).where(AuditEntry.deed.like("opt-outs:%"))).all()
        assert [entry.deed for entry in deeds] == ["opt-outs:add", "opt-outs:remove"]
        assert CALLER not in str([entry.object_id for entry in deeds])


def test_from_the_callers_card_while_the_call_runs(app, client, sign_in):
    Story(client).tell("voice")
    with app.app_context():
        call_id = db.session.scalars(select(Call.id)).one()
    operator = sign_in("operator")
    page = operator.get(f"/console?call={call_id}").text
    assert wish(operator, page, call_id=call_id, wish="stop").headers["Location"] == f"/console?call={call_id}"
    assert opted_out(app) == [(CALLER, "call")]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"wish": "maybe"}, 400), ({"wish": "stop"}, 404), ({"wish": "stop", "code": "26-0000000"}, 404),
        ({"wish": "stop", "call_id": "99"}, 404), ({"wish": "stop", "call_id": "x"}, 404),
    ],
)  # fmt: skip
def test_a_wish_about_nobody_changes_nothing(app, sign_in, fields, status):
    operator = sign_in("operator")
    assert wish(operator, operator.get("/tickets").text, **fields).status_code == status
    assert opted_out(app) == []


def test_people_of_units_have_no_such_button(sign_in, opened):
    assert 'action="/opt-outs"' not in sign_in("staff").get(f"/tickets/{opened()}").text
