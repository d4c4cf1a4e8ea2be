"""What the exchange tells becomes one call, whatever the order and however often it is told."""

import random
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.calls.models import Call, CallEvent, CallResult, CallState
from hotline.calls.queries import recent_calls
from hotline.db import db
from tests.calls.story import CALLER, Story
from tests.support.twilio import signed

ROUTES = [
    "voice", "gather", "wait", "enqueue-action", "queue-connect", "dial-action", "record-action", "fallback",
    "call-status", "recording-status", "genuine", "rate", "rate/code/1", "sms-status", "sms-inbound",
]  # fmt: skip


@pytest.fixture
def story(client):
    """The story of one caller."""
    return Story(client)


@pytest.fixture
def the_call(app):
    """the_call() -> (state, result, wait, talk) of the only call."""

    def read():
        with app.app_context():
            call = db.session.scalars(select(Call)).one()
            return call.state, call.result, call.wait_seconds, call.talk_seconds

    return read


def count(app, table):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def test_a_caller_is_greeted_in_vietnamese_and_put_in_line(story):
    answer = story.tell("voice")
    assert answer.content_type.startswith("text/xml")
    root = ElementTree.fromstring(answer.text)
    assert [child.tag for child in root] == ["Gather", "Enqueue"]  # silence falls through into the line
    assert root[0].get("numDigits") == "1"
    assert root[0].get("action") == "/twilio/gather"
    assert root[0][0].get("language") == "vi-VN"
    assert "Tổng đài" in root[0][0].text
    assert root[1].get("waitUrl") == "/twilio/wait"
    assert root[1].get("action") == "/twilio/enqueue-action"


def test_a_key_leads_where_the_greeting_says_and_any_other_into_the_line(app, story, the_call):
    greeting = ElementTree.fromstring(story.tell("voice").text)[0][0].text
    assert "Bấm 8" in greeting
    assert "Bấm 9" in greeting
    for key, target in (("8", "/twilio/genuine"), ("9", "/twilio/rate")):
        assert ElementTree.fromstring(story.tell("gather", Digits=key).text).find("Redirect").text == target
    for key in ("1", "0", "", "*", "99", "x" * 500):
        assert ElementTree.fromstring(story.tell("gather", Digits=key).text).find("Enqueue") is not None
    told = ElementTree.fromstring(story.tell("genuine").text)
    assert "1022BPHUOC" in told[0][0].text
    assert "1022 chấm binhphuoc chấm gov chấm vn" in told[0][0].text
    assert told[1].tag == "Enqueue"
    story.tell("call-status", CallStatus="completed", CallDuration="20", SequenceNumber="4")
    assert the_call()[:2] == (CallState.ENDED, CallResult.BY_KEYS)  # nobody was kept waiting: not a lost caller
    with app.app_context():
        assert not recent_calls(clock.now())[0].is_lost


def test_who_presses_a_key_and_then_waits_in_vain_has_given_up(story, the_call):
    story.tell("voice")
    story.tell("genuine")
    story.tell("wait")
    story.tell("enqueue-action", QueueResult="hangup", QueueTime="40", CallStatus="completed")
    assert the_call()[:2] == (CallState.ENDED, CallResult.ABANDONED)


def test_who_waits_hears_the_place_in_line(story):
    story.tell("voice")
    assert "3" in ElementTree.fromstring(story.tell("wait", QueuePosition="3").text)[0].text
    assert story.tell("wait", QueuePosition="x").status_code == 200


def test_an_answered_call(story, the_call):
    story.answered()
    assert the_call() == (CallState.ENDED, CallResult.ANSWERED, 12, 61)


def test_an_abandoned_call(story, the_call):
    story.abandoned()
    assert the_call() == (CallState.ENDED, CallResult.ABANDONED, 40, None)


def test_a_missed_call_although_the_callers_leg_says_completed(story, the_call):
    story.missed()
    state, result, _wait, talk = the_call()
    assert (state, result, talk) == (CallState.ENDED, CallResult.MISSED, None)


@pytest.mark.parametrize("kind", ["answered", "abandoned", "missed"])
@pytest.mark.parametrize("seed", range(6))
def test_neither_order_nor_repetition_changes_a_call(app, client, the_call, kind, seed):
    getattr(Story(client), kind)()
    expected, events = the_call(), count(app, CallEvent)
    other = Story(client, sid="CA" + "2" * 32)
    rewritten = []
    for route, body in getattr(Story(NoWhere()), kind)().told:
        swapped = {
            k: (other.sid if v == "CA" + "1" * 32 else "CAother" if v == "CAleg" else v) for k, v in body.items()
        }
        rewritten += [(route, swapped)] * (1 + (len(rewritten) + seed) % 2)
    random.Random(seed).shuffle(rewritten)
    for route, body in rewritten:
        assert signed(client, f"/twilio/{route}", body).status_code in (200, 204)
    with app.app_context():
        twin = db.session.scalars(select(Call).where(Call.sid == other.sid)).one()
        assert (twin.state, twin.result) == expected[:2]
        assert twin.talk_seconds == expected[3]
    assert count(app, CallEvent) == 2 * events


class NoWhere:
    """A client whose posts reach nobody: the story only remembers them."""

    def post(self, *_args, **_named):
        """Nothing happens."""


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("flaw", ["wrong-token", "missing", "empty", "tampered", "other-host"])
def test_a_wrong_signature_is_refused_and_nothing_is_stored(app, client, route, flaw):
    body = {"CallSid": "CA1", "MessageSid": "SM1", "From": CALLER, "To": "+842713881022", "Body": "x"}
    assert signed(client, f"/twilio/{route}", body, flaw=flaw).status_code == 403
    assert count(app, CallEvent) == count(app, Call) == 0


@pytest.mark.parametrize("route", ROUTES[:13])
def test_a_body_without_a_call_is_unparsable(app, client, route):
    answer = signed(client, f"/twilio/{route}", {"From": CALLER})
    assert answer.status_code == (400 if route != "fallback" else answer.status_code)
    assert answer.status_code in (200, 400)
    assert count(app, CallEvent) == 0


def test_the_fallback_speaks_to_the_caller(story):
    said = ElementTree.fromstring(story.tell("fallback", ErrorCode="11200").text)
    assert [child.tag for child in said] == ["Say", "Hangup"]


def test_who_is_not_reached_may_leave_a_message(app, story, the_call):
    story.tell("voice")
    asked = ElementTree.fromstring(story.tell("dial-action", DialCallStatus="busy", DialCallSid="CAleg").text)
    record = asked.find("Record")
    assert record.get("action") == "/twilio/record-action"
    assert int(record.get("maxLength")) <= 180
    story.tell("record-action", RecordingSid="RE1", RecordingDuration="14", CallStatus="completed")
    story.tell("call-status", CallStatus="completed", CallDuration="50", SequenceNumber="4")
    assert the_call()[:2] == (CallState.ENDED, CallResult.VOICEMAIL)


def test_a_withheld_number_is_no_number(app, client):
    Story(client, caller="+266696687").abandoned()
    with app.app_context():
        call = db.session.scalars(select(Call)).one()
        assert call.from_e164 is None
        assert call.from_kind.value == "withheld"


def test_a_token_that_places_calls_is_not_kept(app, story):
    story.tell("voice", CallToken="secret-token", StirVerstat="TN-Validation-Passed-A")
    with app.app_context():
        kept = db.session.scalars(select(CallEvent.payload)).one()
        assert "CallToken" not in kept
        assert kept["StirVerstat"]


@pytest.mark.parametrize("junk", ["\x00", "𝕏" * 4000, "'; DROP TABLE calls; --", "<script>"])
def test_junk_in_a_field_breaks_nothing(client, story, junk):
    assert story.tell("voice", CallerName=junk, FromCity=junk).status_code in (200, 400)
    assert story.tell("enqueue-action", QueueResult=junk, QueueTime=junk).status_code in (200, 400)
