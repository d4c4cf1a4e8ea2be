"""Any provider over HTTP, described by a file: what is asked, what answers mean, its list, its receipts, its mistakes."""

import dataclasses
import json
import threading
import tomllib
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from config import ROOT, Config, ConfigError
from hotline import create_app
from hotline.messages import jobs, queries
from hotline.messages.gateways import Listing, Outcome, OutgoingText, web
from hotline.messages.gateways.http import gateway_for
from hotline.messages.gateways.http_map import HttpMap
from hotline.messages.models import Message, MessageReceipt, MessageState

EXAMPLE = ROOT / "docs" / "sms" / "example.toml"
SECRETS = {"SMS_API_KEY": 'a "key"', "SMS_RECEIPT_SECRET": "receipts-come-here"}
ENVIRONMENT = {
    "HOTLINE_SECRET_KEY": "x" * 40,
    "HOTLINE_PUBLIC_URL": "https://1022.example.vn",
    "HOTLINE_SMS_GATEWAY": "http",
    "HOTLINE_SMS_HTTP": str(EXAMPLE),
    **SECRETS,
}
TEXT = OutgoingText("+84912345678", 'Phản ánh "26-0045127" {to} đã có trả lời', "77", 3600)
ACCEPTED = {"result": {"status": "accepted", "id": 4711}}


class Provider:
    """Keeps what it was asked; answers what it is told to."""

    def __init__(self):
        self.asked, self.answer = [], (200, ACCEPTED)


@pytest.fixture
def provider():
    """A provider on a free port of the loopback; its `base` is what example.toml calls https://sms.example.vn."""
    found = Provider()

    class Requests(BaseHTTPRequestHandler):
        def log_message(self, *_words):
            pass

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            found.asked.append((self.command, self.path, dict(self.headers), body))
            status, said, *more = found.answer
            written = (said if isinstance(said, str) else json.dumps(said)).encode()
            if status == 0:
                threading.Event().wait(2)
                return
            self.send_response(status)
            for name, value in more:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(written)

        do_GET = do_POST

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    found.base = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()


def described(provider=None, change=lambda data: None):
    """The example as it is read with its secrets, at the address of the stand-in."""
    data = Config.from_env(ENVIRONMENT).sms_http
    if provider:
        data["send"]["url"] = data["send"]["url"].replace("https://sms.example.vn", provider.base)
        data["listing"]["url"] = data["listing"]["url"].replace("https://sms.example.vn", provider.base)
    change(data)
    return data


def way_to(provider, change=lambda data: None):
    return gateway_for(HttpMap.from_dict(described(provider, change)))


def test_the_example_asks_as_it_is_written_down(provider):
    sent = way_to(provider).send(TEXT)
    assert (sent.outcome, sent.sid) == (Outcome.SENT, "4711")
    [(method, path, headers, body)] = provider.asked
    assert (method, path, headers["Authorization"]) == ("POST", "/v2/messages", 'Bearer a "key"')
    assert json.loads(body) == {
        "from": "1022BPHUOC", "to": "0912345678", "text": TEXT.body, "reference": "77", "type": "service",
    }  # fmt: skip


def test_forms_addresses_and_regular_expressions_serve_older_providers(provider):
    def old(data):
        data["send"] |= {
            "method": "GET", "format": "form", "url": f"{provider.base}/send?phone={{to}}&msg={{body}}&u=1", "body": {"n": "{to_national}"},
        }  # fmt: skip
        data["answer"] = {
            "id": {"regex": r"ID=(\w+)"}, "success": {"regex": "^(OK|ERR)"}, "success_values": ["OK"], "code": {"regex": r"ERR (\d+)"},
            "retry_codes": [13],
        }  # fmt: skip
        del data["listing"]

    way = way_to(provider, old)
    assert not isinstance(way, Listing)
    provider.answer = (200, "OK ID=a1")
    assert way.send(TEXT).sid == "a1"
    _method, path, headers, body = provider.asked[0]
    assert parse_qs(path.partition("?")[2]) == {"phone": ["+84912345678"], "msg": [TEXT.body], "u": ["1"]}
    assert parse_qs(body) == {"n": ["0912345678"]} and "form" in headers["Content-Type"]
    for said, outcome in (("ERR 13", Outcome.LATER), ("ERR 99", Outcome.FAILED), ("<html>", Outcome.UNKNOWN)):
        provider.answer = (200, said)
        assert way.send(TEXT).outcome is outcome, said


@pytest.mark.parametrize(
    ("answer", "outcome", "code", "wait"),
    [
        ((200, {"result": {"status": "refused"}, "error": {"code": 31, "message": "number"}}), Outcome.FAILED, "31", 0),
        ((200, {"error": {"code": "BUSY"}}), Outcome.LATER, "BUSY", 0),
        ((200, {"error": {"code": "NO_CREDIT"}}), Outcome.STOPPED, "", 0),
        ((200, "it may be so"), Outcome.UNKNOWN, "", 0),
        ((302, ""), Outcome.UNKNOWN, "", 0),
        ((400, {"error": {"code": "BAD"}}), Outcome.FAILED, "BAD", 0),
        ((401, "who?"), Outcome.STOPPED, "", 0),
        ((429, "", ("Retry-After", "44")), Outcome.LATER, "", 44),
        ((500, ""), Outcome.LATER, "", 0),
        ((507, ""), Outcome.LATER, "", 0),
        ((502, ""), Outcome.UNKNOWN, "", 0),
        ((0, ""), Outcome.UNKNOWN, "", 0),
    ],
)
def test_what_an_answer_means(provider, monkeypatch, answer, outcome, code, wait):
    monkeypatch.setattr(web, "DEADLINE_SECONDS", 0.5)
    provider.answer = answer
    sent = way_to(provider).send(TEXT)
    assert (sent.outcome, sent.code, sent.retry_after_seconds) == (outcome, code, wait), sent


def test_its_list_clears_doubts(provider):
    way = way_to(provider)
    assert isinstance(way, Listing)
    provider.answer = (
        200,
        {"messages": [{"id": 1, "text": "x", "state": "DELIVRD"}, {"text": "no id"}, {"id": "b", "text": "y"}]},
    )
    listed = way.texts_to("+84912345678", datetime(2026, 11, 25, 3, tzinfo=UTC))
    assert [(one.sid, one.body, one.status) for one in listed] == [("1", "x", "delivered"), ("b", "y", "sent")]
    assert provider.asked[0][1] == "/v2/messages?to=0912345678&since=2026-11-25T03%3A00%3A00Z"
    for answer, outcome in (
        ((200, "no list"), Outcome.UNKNOWN),
        ((500, ""), Outcome.UNKNOWN),
        ((403, ""), Outcome.STOPPED),
    ):
        provider.answer = answer
        assert way.texts_to("+84912345678", datetime(2026, 11, 25, 3, tzinfo=UTC)).outcome is outcome


def without(*path):
    def change(data):
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


def with_(value, *path):
    def change(data):
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (without("send"), "send"),
        (without("send", "url"), "send.url"),
        (with_("http://sms.example.vn", "send", "url"), "send.url"),
        (with_("xml", "send", "format"), "send.format"),
        (with_({"to": "{tel}"}, "send", "body"), "{tel}"),
        (with_("DELETE", "send", "method"), "send.method"),
        (without("answer", "id"), "answer.id"),
        (without("answer", "success_values"), "answer.success"),
        (with_({"regex": "no group"}, "answer", "id"), "answer.id"),
        (with_({"regex": "("}, "answer", "id"), "answer.id"),
        (with_("429", "answer", "retry_status"), "answer.retry_status"),
        (with_(1, "anser"), "anser"),
        (with_(1, "send", "hedaers"), "send.hedaers"),
        (without("listing", "text"), "listing.text"),
        (with_("short", "receipt", "secret"), "receipt.secret"),
        (with_({"X": "arrived"}, "receipt", "statuses"), "receipt.statuses"),
    ],
)
def test_a_map_that_is_wrong_is_refused_at_the_start_and_the_entry_named(change, named, tmp_path):
    with pytest.raises(ConfigError, match=r"^HOTLINE_SMS_HTTP: ") as refused:
        create_app(dataclasses.replace(Config.from_env(ENVIRONMENT), sms_http=described(None, change)))
    assert named in str(refused.value)


def test_half_a_configuration_is_refused_and_no_secret_is_shown(tmp_path):
    for change, sentence in (
        ({"HOTLINE_SMS_HTTP": ""}, "HOTLINE_SMS_HTTP"),
        ({"HOTLINE_SMS_HTTP": str(tmp_path / "none.toml")}, "cannot be read"),
        ({"SMS_API_KEY": ""}, "SMS_API_KEY"),
        ({"HOTLINE_SMS_HTTP": str(ROOT / "Makefile")}, "is no TOML"),
    ):
        with pytest.raises(ConfigError, match=sentence):
            Config.from_env(ENVIRONMENT | change)
    config = Config.from_env(ENVIRONMENT)
    shown = repr(config) + repr(HttpMap.from_dict(config.sms_http))
    assert not [secret for secret in SECRETS.values() if secret in shown]
    assert not [secret for secret in SECRETS.values() if secret in EXAMPLE.read_text(encoding="utf-8")]
    assert tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["sender"] == "1022BPHUOC"


@pytest.fixture
def chosen(app, provider):
    """The settings name this provider."""
    app.config["HOTLINE"] = dataclasses.replace(app.config["HOTLINE"], sms_gateway="http", sms_http=described(provider))
    return provider


def test_a_text_leaves_and_its_receipts_arrive(app, chosen, client, waiting, run, text, everything):
    waiting()
    assert run(jobs.send_due) == 1
    assert (text().state, text().provider, text().provider_sid) == (MessageState.SENT, "http", "4711")
    here = "/messages/receipts/receipts-come-here"
    reports = {
        "reports": [
            {"id": 4711, "state": "SENT"},
            {"id": "none", "state": "DELIVRD"},
            {"id": 4711, "state": "UNDELIV", "error": 6},
        ]
    }
    for _again in range(2):
        assert client.post(here, json=reports).status_code == 204
    assert (text().state, text().error_code) == (MessageState.UNDELIVERED, "6")
    assert client.post(here, data={"id": "4711", "state": "DELIVRD"}).status_code == 204
    assert text().state is MessageState.DELIVERED
    assert client.post(here, data={"id": "4711", "state": "a word of its own"}).status_code == 204
    assert len(everything(MessageReceipt)) == 5

    kept = everything(MessageReceipt)
    for wrong in ("[]", "{}", "no json", '{"reports": [{"id": 1}]}', '{"reports": [1]}', '{"reports": [{"id": "\\u0000", "state": "x"}]}',
                  '{"reports": [{"id": "\\ud800", "state": "x"}]}', '{"reports": {"id": 1, "state": "SENT"}}'):  # fmt: skip
        assert client.post(here, data=wrong, content_type="application/json").status_code == 400, wrong
    for stranger in ("receipts-come-her", "", "nobody"):
        assert client.post(f"/messages/receipts/{stranger}", json=reports).status_code in (404, 405)
    assert client.get(here).status_code == 405
    assert len(everything(MessageReceipt)) == len(kept) and len(everything(Message)) == 1


def test_without_such_a_provider_nobody_may_report(client):
    assert client.post("/messages/receipts/receipts-come-here", json={}).status_code == 404


def test_a_stop_code_stops_the_sender(app, chosen, waiting, run, text):
    chosen.answer = (200, {"error": {"code": "NO_CREDIT", "message": "top up"}})
    waiting()
    run(jobs.send_due)
    with app.app_context():
        assert "NO_CREDIT: top up" in queries.sender("http").stop_reason
    assert text().state is MessageState.NEW
