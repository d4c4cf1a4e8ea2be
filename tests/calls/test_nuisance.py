"""The lead's list of numbers that play tricks: added with a reason, taken off, never a second time."""

import re

from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.calls.models import Call
from hotline.calls.queries import is_nuisance
from hotline.db import db
from tests.calls.story import CALLER, Story


def post(client, address, **fields):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/calls/nuisance").text).group(1)
    return client.post(address, data={"csrf_token": token, **fields})


def test_a_number_goes_on_the_list_with_a_reason_and_off_again(app, client, sign_in):
    lead = sign_in("lead")
    Story(client).abandoned()
    with app.app_context():
        call_id = db.session.scalars(select(Call.id)).one()
    assert f'value="{CALLER}"' in lead.get(f"/calls/nuisance?call={call_id}").text
    assert post(lead, "/calls/nuisance", phone="0912 345 678", reason="Gọi phá nhiều lần").status_code == 303
    assert post(lead, "/calls/nuisance", phone=CALLER, reason="Lần nữa").status_code == 409
    with app.app_context():
        assert is_nuisance(CALLER)
    page = lead.get("/calls/nuisance").text
    assert "Gọi phá nhiều lần" in page
    assert post(lead, "/calls/nuisance/remove", number=CALLER).status_code == 303
    assert post(lead, "/calls/nuisance/remove", number=CALLER).status_code == 303
    with app.app_context():
        assert not is_nuisance(CALLER)
        deeds = db.session.scalars(select(AuditEntry.deed).where(AuditEntry.deed.like("nuisance:%"))).all()
        assert deeds == ["nuisance:add", "nuisance:remove"]


def test_half_a_number_or_no_reason_is_refused(app, sign_in):
    lead = sign_in("lead")
    for fields in ({"phone": "12", "reason": "x"}, {"phone": CALLER, "reason": " "}, {"phone": "", "reason": "x"}):
        assert post(lead, "/calls/nuisance", **fields).status_code == 422
    with app.app_context():
        assert not is_nuisance(CALLER)
