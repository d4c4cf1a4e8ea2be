"""A stand-in for Twilio's Messages API that remembers: over real HTTP, with its error bodies and signed callbacks.

What happens to the next texts is told with `expect`; without it each is accepted. `texts` are those it accepted.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN = "AC" + "1b" * 16, "token-of-the-tests"
PATH = re.compile(rf"/2010-04-01/Accounts/{ACCOUNT}/Messages\.json")
KNOWN = {"To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ValidityPeriod"}
SAYS = {
    20003: "Authenticate",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    21211: "Invalid 'To' Phone Number",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    21606: "The 'From' phone number is not a valid, SMS-capable inbound phone number",
    21610: "Attempt to send to unsubscribed recipient",
    21612: "The 'To' phone number is not currently reachable using the 'From' phone number via SMS",
    21614: "'To' number is not a valid mobile number",
}


@dataclass
class Fate:
    """What becomes of one request: accepted or not, answered with an error, late, drop by drop, or not at all."""

    accepts: bool = True
    status: int = 201
    code: int = 0
    retry_after: str = ""
    hangs: bool = False
    drips: bool = False
    cuts: bool = False


@dataclass
class Peer:
    """The stand-in: its address, what it accepted, who called, what happens next; `holding` gets no answer yet."""

    base: str = ""
    texts: list[dict[str, object]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    listed: int = 0
    fates: deque[Fate] = field(default_factory=deque)
    always: Fate = field(default_factory=Fate)
    lists: Fate = field(default_factory=Fate)
    hidden: bool = False
    holding: str | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    gone: threading.Event = field(default_factory=threading.Event)

    def expect(self, *fates):
        """What happens to the next requests, one each."""
        self.fates.extend(fates)

    def refuse(self, code, status=400, **more):
        """The next text is refused with this code."""
        self.expect(Fate(accepts=False, status=status, code=code, **more))

    def bodies_to(self, number):
        """What was accepted for a number."""
        return [text["body"] for text in self.texts if text["to"] == number]

    def report(self, sid, *statuses, code="", token=TOKEN):
        """Post signed status callbacks for one text, in this order; the HTTP statuses we answered."""
        text = next(text for text in self.texts if text["sid"] == sid)
        answers = []
        for status in statuses:
            body = {
                "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "From": str(text["from"] or ""), "To": str(text["to"]),
                "MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status,
            }  # fmt: skip
            if code and status in ("undelivered", "failed"):
                body["ErrorCode"] = code
            url = str(text["callback"])
            signature = RequestValidator(token).compute_signature(url, body)
            request = urllib.request.Request(url, urlencode(body).encode(), {"X-Twilio-Signature": signature})
            try:
                answers.append(urllib.request.urlopen(request, timeout=15).status)
            except urllib.error.HTTPError as error:
                answers.append(error.code)
        return answers

    def accept(self, form, age_seconds=0):
        """Take a text; its record as the API shows it."""
        at = format_datetime(datetime.fromtimestamp(time.time() - age_seconds, UTC))
        text = {
            "sid": "SM" + secrets.token_hex(16), "account_sid": ACCOUNT, "api_version": "2010-04-01",
            "to": form["To"], "from": form.get("From"), "messaging_service_sid": form.get("MessagingServiceSid"),
            "body": form["Body"], "status": "queued", "error_code": None, "error_message": None, "num_segments": "1",
            "num_media": "0", "direction": "outbound-api", "price": None, "price_unit": "USD", "date_created": at,
            "date_updated": at, "date_sent": None, "uri": "", "subresource_uris": {},
        }  # fmt: skip
        with self.lock:
            self.texts.append(
                text | {"callback": form.get("StatusCallback", ""), "validity": form.get("ValidityPeriod")}
            )
        return text


@contextlib.contextmanager
def twilio_peer():
    """A stand-in on a free port of the loopback."""
    peer = Peer()

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_words):
            pass

        def do_POST(self):
            form = dict(
                parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
            )
            if self.is_stranger():
                return
            with peer.lock:
                peer.asked.append(form)
                fate = peer.fates.popleft() if peer.fates else peer.always
            wrong = set(form) - KNOWN or not form.get("To") or not form.get("Body")
            if wrong or not (form.get("From") or form.get("MessagingServiceSid")) or len(form["Body"]) > 1600:
                self.fail(400, 21602)
                return
            text = peer.accept(form) if fate.accepts else None
            while peer.holding == form["To"] and not peer.gone.wait(0.01):
                pass  # it was taken; who asked is not told
            if fate.hangs:
                peer.gone.wait(60)
            if fate.hangs or fate.cuts:
                self.close_connection = True
            elif fate.code or text is None:
                self.fail(fate.status, fate.code, fate.retry_after)
            else:
                self.say(fate.status, text, drips=fate.drips)

        def do_GET(self):
            if self.is_stranger():
                return
            with peer.lock:
                peer.listed += 1
                query = dict(parse_qsl(urlsplit(self.path).query))
                texts = [text for text in peer.texts if text["to"] == query.get("To", text["to"])][::-1]
            if peer.lists.code:
                self.fail(peer.lists.status, peer.lists.code)
                return
            rows = (
                []
                if peer.hidden
                else [{k: v for k, v in t.items() if k not in ("callback", "validity")} for t in texts]
            )
            self.say(200, {"messages": rows[: int(query.get("PageSize", 50))], "page": 0, "next_page_uri": None})

        def is_stranger(self):
            known = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
            if self.headers.get("Authorization") != known:
                self.fail(401, 20003)
            elif not PATH.fullmatch(urlsplit(self.path).path):
                self.fail(404, 20404)
            else:
                return False
            return True

        def fail(self, status, code, retry_after=""):
            body = {"code": code, "message": SAYS.get(code, "Refused"), "status": status}
            self.say(status, body | {"more_info": f"https://www.twilio.com/docs/errors/{code}"}, retry_after)

        def say(self, status, body, retry_after="", *, drips=False):
            written = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            with contextlib.suppress(OSError):
                for place in range(0, len(written), 1 if drips else len(written)):
                    self.wfile.write(written[place : place + (1 if drips else len(written))])
                    if drips and peer.gone.wait(0.1):
                        return

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, *_who):
            pass  # who asked has gone away

    server = Server(("127.0.0.1", 0), Requests)
    peer.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield peer
    finally:
        peer.gone.set()
        server.shutdown()
        server.server_close()
