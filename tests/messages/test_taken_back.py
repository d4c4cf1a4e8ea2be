"""What is no longer wanted does not leave, however far it was on its way when that was decided."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotline.db import transaction
from hotline.messages import actions, jobs
from hotline.messages.gateways import Outcome, Sent
from hotline.messages.models import MessageState

DAY = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
REOPENED = "Reopened before it left."


@pytest.mark.parametrize("way_back", [Outcome.LATER, Outcome.STOPPED, Outcome.UNKNOWN])
def test_a_text_taken_back_while_it_is_being_sent_does_not_come_back(app, waiting, gateway, run, text, way_back):
    way = gateway(Sent(way_back, reason="503"))
    way.texts_to = lambda number, since: []  # and the provider can be asked: it never had it
    send = way.send

    def reopened_meanwhile(outgoing):
        with app.app_context(), transaction():
            assert actions.take_back("26-0045127", ("answered",), reason=REOPENED) == 0
        return send(outgoing)

    way.send = reopened_meanwhile
    waiting(now=DAY, ticket_code="26-0045127")
    run(jobs.send_due, DAY)
    way.send = send
    run(jobs.reconcile, DAY + timedelta(minutes=5))
    row = text()
    assert (row.state, row.error_code, row.reason) == (MessageState.SUPPRESSED, "taken_back", REOPENED)
    assert run(jobs.send_due, DAY + timedelta(hours=2)) == 0
    assert len(way.sent) == 1


def test_a_failed_text_of_an_outcome_that_no_longer_stands_is_not_tried_again(app, waiting, sign_in, text):
    lead = sign_in("lead")
    stands = waiting(state=MessageState.FAILED, error_code="20500", ticket_code="26-0000001")
    gone = waiting(state=MessageState.FAILED, error_code="20500", ticket_code="26-0000002")
    with app.app_context(), transaction():
        actions.take_back("26-0000002", ("answered",), reason=REOPENED)
    page = lead.get("/messages").text
    assert [f"/messages/{one}/resume" in page for one in (stands, gone)] == [True, False]
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answers = [lead.post(f"/messages/{one}/resume", data={"csrf_token": token}).status_code for one in (stands, gone)]
    assert answers == [303, 409]
    assert (text(gone).state, text(gone).error_code) == (MessageState.FAILED, "20500")  # why it failed stays known
