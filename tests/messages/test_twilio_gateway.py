"""The contract with Twilio, over real HTTP against a stand-in that remembers, refuses, hangs and still sends."""

import dataclasses
import threading
import time
from datetime import timedelta

import pytest
from werkzeug.serving import make_server

from config import Config
from hotline import clock
from hotline.messages import jobs
from hotline.messages.gateways import Listing, Outcome, OutgoingText, web
from hotline.messages.gateways.twilio import TwilioGateway
from hotline.messages.models import Alert, Message, MessageState, OptOut
from hotline.messages.rules.alerts import AlertKind
from tests.support.twilio_peer import Fate, twilio_peer

CITIZEN = "+84912345678"
TEXT = OutgoingText(CITIZEN, "Phản ánh 26-0045127 đã có trả lời", "1", 100_000)


@pytest.fixture
def quick(monkeypatch):
    """Ten seconds are half a second."""
    monkeypatch.setattr(web, "DEADLINE_SECONDS", 0.5)


def settings(config, peer, **more):
    return dataclasses.replace(
        config,
        sms_gateway="twilio",
        twilio_account_sid="AC" + "1b" * 16,
        twilio_from="+842713888888",
        twilio_api_base=peer.base,
        **more,
    )


@pytest.fixture
def plain():
    """A configuration without a database, and a stand-in."""
    with twilio_peer() as peer:
        base = Config(secret_key="x" * 40, public_url="https://1022.example.vn", twilio_tokens=("token-of-the-tests",))
        yield settings(base, peer), peer


def test_what_is_asked_of_twilio(plain):
    config, peer = plain
    sent = TwilioGateway(config).send(TEXT)
    assert sent.outcome is Outcome.SENT and sent.sid == peer.texts[0]["sid"]
    callback = "https://1022.example.vn/twilio/sms-status"
    assert peer.asked == [
        {
            "To": CITIZEN,
            "From": "+842713888888",
            "Body": TEXT.body,
            "StatusCallback": callback,
            "ValidityPeriod": "36000",
        }
    ]
    service = dataclasses.replace(config, twilio_messaging_service_sid="MG" + "2" * 32)
    TwilioGateway(service).send(dataclasses.replace(TEXT, valid_seconds=-5))
    assert peer.asked[1]["MessagingServiceSid"] == "MG" + "2" * 32 and "From" not in peer.asked[1]
    assert peer.asked[1]["ValidityPeriod"] == "1"


def test_an_address_that_twilio_cannot_reach_is_not_offered_to_it(plain):
    config, _peer = plain
    here = dataclasses.replace(config, public_url="http://localhost:8000", twilio_api_base="https://api.twilio.com")
    assert "status_callback" not in TwilioGateway(here)._more


@pytest.mark.parametrize(
    ("fate", "outcome", "code", "wait"),
    [
        *((Fate(False, 400, code), Outcome.FAILED, str(code), 0) for code in (21211, 21408, 21606, 21610, 21612, 21614)),
        (Fate(False, 403, 21408), Outcome.FAILED, "21408", 0),  # about the text, whatever its status
        (Fate(False, 404, 20404), Outcome.FAILED, "20404", 0),
        (Fate(False, 429, 20429, "17"), Outcome.LATER, "20429", 17),
        (Fate(False, 429, 20429, "Wed, 25 Nov 2026 10:00:00 GMT"), Outcome.LATER, "20429", 0),
        (Fate(False, 400, 21611), Outcome.LATER, "21611", 0),
        (Fate(False, 500, 20500), Outcome.LATER, "20500", 0),
        (Fate(False, 503, 20503, "9"), Outcome.LATER, "20503", 9),
        (Fate(True, 504, 20504), Outcome.UNKNOWN, "20504", 0),  # somebody in between gave up; it was taken
        (Fate(False, 401, 20003), Outcome.STOPPED, "20003", 0),
        (Fate(False, 403, 20003), Outcome.STOPPED, "20003", 0),
        (Fate(True, cuts=True), Outcome.UNKNOWN, "", 0),
        (Fate(False, cuts=True), Outcome.UNKNOWN, "", 0),
        (Fate(True, hangs=True), Outcome.UNKNOWN, "", 0),
        (Fate(True, drips=True), Outcome.UNKNOWN, "", 0),
    ],
)  # fmt: skip
def test_what_an_answer_means(plain, quick, fate, outcome, code, wait):
    config, peer = plain
    peer.expect(fate)
    began = time.monotonic()
    sent = TwilioGateway(config).send(TEXT)
    assert (sent.outcome, sent.code, sent.retry_after_seconds) == (outcome, code, wait), sent
    assert time.monotonic() - began < 2  # however slowly an answer drips, all its steps have one deadline
    assert len(peer.texts) == fate.accepts


def test_nobody_there_is_no_doubt_and_strangers_are_told_so(plain):
    config, peer = plain
    nobody = dataclasses.replace(config, twilio_api_base="http://127.0.0.1:9")
    assert TwilioGateway(nobody).send(TEXT).outcome is Outcome.LATER
    stranger = dataclasses.replace(config, twilio_tokens=("another token",))
    assert TwilioGateway(stranger).send(TEXT).outcome is Outcome.STOPPED
    assert peer.texts == []


def test_its_list_tells_what_it_took_for_a_number_lately(plain, quick):
    config, peer = plain
    way, since = TwilioGateway(config), clock.now() - timedelta(minutes=5)
    assert isinstance(way, Listing)
    peer.accept({"To": CITIZEN, "Body": "yesterday"}, age_seconds=86_400)
    peer.accept({"To": "+84912000000", "Body": "to somebody else"})
    text = peer.accept({"To": CITIZEN, "Body": "just now"})
    assert [(one.sid, one.body, one.status) for one in way.texts_to(CITIZEN, since)] == [
        (text["sid"], "just now", "queued")
    ]
    for _ in range(200):
        peer.accept({"To": CITIZEN, "Body": "spam"})
    assert way.texts_to(CITIZEN, since).outcome is Outcome.UNKNOWN  # what we seek may lie beyond
    peer.lists = Fate(status=401, code=20003)
    assert way.texts_to(CITIZEN, since).outcome is Outcome.STOPPED
    peer.lists = Fate(status=500, code=20500)
    assert way.texts_to(CITIZEN, since).outcome is Outcome.LATER


# The whole way: outbox, sender, stand-in, list


def test_an_accepted_text_whose_answer_never_came_is_found_and_not_sent_again(peer, quick, waiting, run, text):
    peer.expect(Fate(True, hangs=True))
    waiting()
    now = clock.now()
    run(jobs.send_due, now)
    assert text().state is MessageState.UNKNOWN
    assert run(jobs.reconcile, now + timedelta(seconds=2)) == 1
    assert (text().state, text().provider_sid) == (MessageState.SENT, peer.texts[0]["sid"])
    assert run(jobs.send_due, now + timedelta(hours=1)) == 0 and len(peer.texts) == 1


def test_a_text_that_timed_out_without_being_taken_is_sent_again_once(peer, quick, waiting, run, text):
    peer.expect(Fate(False, hangs=True))
    waiting()
    now = clock.now()
    run(jobs.send_due, now)
    for minutes in (0.1, 1, 2.5, 3, 4):
        run(jobs.reconcile, now + timedelta(minutes=minutes))
        run(jobs.send_due, now + timedelta(minutes=minutes, seconds=2))
    assert text().state is MessageState.SENT and len(peer.texts) == 1
    assert len(peer.asked) == 2


def test_f12_a_crowd_under_429_leaves_once_each_after_it(peer, crowd, run, everything, province_says):
    province_says(texts_a_minute=6000)
    now = clock.now()
    crowd(60, now)
    peer.always = Fate(False, 429, 20429, "30")
    for n in range(10):
        run(jobs.send_due, now + timedelta(seconds=30 * n))
    assert peer.texts == [] and len(peer.asked) <= 10 * jobs.BATCH
    peer.always = Fate()
    for n in range(40):
        run(jobs.send_due, now + timedelta(minutes=6 + n))
    assert sorted(text["to"] for text in peer.texts) == sorted(row.to_number for row in everything(Message))
    assert {row.state for row in everything(Message)} == {MessageState.SENT}


def test_who_refused_at_twilio_is_not_invited_any_more(peer, waiting, run, text, everything):
    peer.refuse(21610)
    waiting()
    run(jobs.send_due)
    assert (text().state, text().error_code) == (MessageState.FAILED, "21610")
    assert [(row.number, row.how) for row in everything(OptOut)] == [(CITIZEN, "provider")]


def test_refused_credentials_stop_the_sender_and_nothing_is_lost(peer, waiting, run, text, everything):
    peer.refuse(20003, status=401)
    waiting()
    run(jobs.send_due)
    assert (text().state, text().attempts) == (MessageState.NEW, 0)
    assert len([row for row in everything(Alert) if row.kind is AlertKind.SENDER_STOPPED]) == 2
    assert run(jobs.send_due, clock.now() + timedelta(hours=1)) == 0 and len(peer.asked) == 1


@pytest.fixture
def listening(app):
    """The application on a port of its own, under which Twilio calls it back."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    app.config["HOTLINE"] = dataclasses.replace(app.config["HOTLINE"], public_url=base)
    yield base
    server.shutdown()


def test_signed_callbacks_repeated_and_reordered_end_in_what_happened(listening, peer, waiting, run, text):
    ids = [waiting(f"+8491200000{number}") for number in range(3)]
    run(jobs.send_due)
    sids = {text_["to"]: text_["sid"] for text_ in peer.texts}
    first, second, third = (sids[f"+8491200000{number}"] for number in range(3))
    assert peer.report(first, "delivered", "sent", "queued", "delivered", "sent") == [204] * 5
    assert peer.report(second, "undelivered", "sent", "undelivered", code="30003") == [204] * 3
    assert peer.report(third, "sent", "delivered", token="a forger's") == [403] * 2
    found = [(text(one).state, text(one).error_code) for one in ids]
    assert found == [(MessageState.DELIVERED, ""), (MessageState.UNDELIVERED, "30003"), (MessageState.SENT, "")]


def test_several_texts_are_on_their_way_at_once(peer, waiting, run, monkeypatch):
    monkeypatch.setattr(web, "DEADLINE_SECONDS", 1.0)
    for number in range(6):
        waiting(f"+8491200000{number}")
    peer.expect(*[Fate(True, hangs=True)] * 6)
    began = time.monotonic()
    run(jobs.send_due)
    assert time.monotonic() - began < 3 and len(peer.texts) == 6
    assert threading.active_count() < 60
