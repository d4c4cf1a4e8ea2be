"""Twilio: Messages API. A time-out is unknown; what is refused is final, for later, or about ourselves.

Creating a message is not idempotent, so it is asked for once; the list of messages to a number clears doubts.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from config import LOOPBACK, Config
from hotline.messages.gateways import ListedText, Outcome, OutgoingText, Sent
from hotline.messages.gateways.web import NoAnswer, NotReached, Question, ask
from hotline.messages.rules.sending import FINAL, PASSING

# Accepted values are 1 to 36000 (Twilio: Message resource, ValidityPeriod; error 90007).
LONGEST_VALIDITY_SECONDS = 36_000
MOST_LISTED = 200
# An intermediary gave up waiting: behind it the message may have been taken.
IN_DOUBT = (502, 504)


class _Refused(Exception):
    """Twilio answered with an error: HTTP status, its own code, its words, how long to wait."""

    def __init__(self, status: int, code: str, words: str, retry_after_seconds: int):
        super().__init__(words)
        self.status, self.code, self.words, self.retry_after_seconds = status, code, words, retry_after_seconds


class _Client(HttpClient):  # type: ignore[misc]
    """The library's way to the network: a total deadline, no proxy, and another base address for a stand-in."""

    def __init__(self, base: str):
        self.timeout = None
        self._base = urlsplit(base)

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Ask at our base, keep path and query. Raises NotReached, NoAnswer, _Refused."""
        parts = urlsplit(uri)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        if params:
            parts = parts._replace(query=urlencode(params, doseq=True))
        body = urlencode(data, doseq=True).encode() if data else None
        answer = ask(Question(method.upper(), urlunsplit(parts), headers or {}, body, auth))
        if answer.status >= 400:
            raise _Refused(answer.status, *_said(answer.text, answer.status), answer.retry_after_seconds)
        return Response(answer.status, answer.text)


def _said(text: str, status: int) -> tuple[str, str]:
    """Code and words of an error body; the HTTP status where there are none."""
    try:
        body = json.loads(text)
        return str(body["code"]), str(body.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return str(status), ""


class TwilioGateway:
    """Sends through a number or a messaging service."""

    name = "twilio"

    def __init__(self, config: Config):
        self._client = Client(
            config.twilio_account_sid, config.twilio_tokens[0], http_client=_Client(config.twilio_api_base)
        )
        self._more: dict[str, Any] = (
            {"messaging_service_sid": config.twilio_messaging_service_sid}
            if config.twilio_messaging_service_sid
            else {"from_": config.twilio_from}
        )
        # Twilio refuses an address it cannot reach (21609); a stand-in on this machine reaches us.
        is_reachable = urlsplit(config.public_url).hostname not in LOOPBACK
        if is_reachable or urlsplit(config.twilio_api_base).hostname in LOOPBACK:
            self._more["status_callback"] = f"{config.public_url}/twilio/sms-status"

    def send(self, text: OutgoingText) -> Sent:
        """One POST, no retry; Twilio drops it itself when it cannot leave while it is of use."""
        validity = max(1, min(text.valid_seconds, LONGEST_VALIDITY_SECONDS))
        try:
            message = self._client.messages.create(to=text.to, body=text.body, validity_period=validity, **self._more)
        except _Refused as error:
            return _verdict(error)
        except NotReached as error:
            return Sent(Outcome.LATER, reason=str(error))
        except (NoAnswer, TwilioException, ValueError, KeyError) as error:  # the last three: an answer we cannot read
            return Sent(Outcome.UNKNOWN, reason=f"{type(error).__name__}: {error}")
        return Sent(Outcome.SENT, sid=message.sid)

    def texts_to(self, number: str, since: datetime) -> list[ListedText] | Sent:
        """What Twilio took for this number; not asked by date, since its filter leaves out what it has not sent yet."""
        try:
            rows = self._client.messages.list(to=number, limit=MOST_LISTED, page_size=MOST_LISTED)
        except _Refused as error:
            return _verdict(error)
        except (NotReached, NoAnswer, TwilioException, ValueError, KeyError) as error:
            return Sent(Outcome.UNKNOWN, reason=f"{type(error).__name__}: {error}")
        times = [row.date_created for row in rows if row.date_created is not None]
        if len(rows) == MOST_LISTED and (not times or min(times) > since):
            return Sent(Outcome.UNKNOWN, reason="Twilio's list for this number is too long to be read to its end")
        return [
            ListedText(row.sid, row.body or "", row.status or "", str(row.error_code or ""))
            for row in rows
            if row.date_created is None or row.date_created >= since
        ]


def _verdict(error: _Refused) -> Sent:
    """What a refusal means (Twilio: error codes first, then the HTTP status)."""
    reason = f"{error.code}: {error.words}" if error.words else error.code
    if error.code in FINAL:
        return Sent(Outcome.FAILED, reason=reason, code=error.code)
    if error.status in (401, 403):
        return Sent(Outcome.STOPPED, reason=reason, code=error.code)
    if error.status in IN_DOUBT:
        return Sent(Outcome.UNKNOWN, reason=reason, code=error.code)
    if error.status == 429 or error.status >= 500 or error.code in PASSING:
        wait = error.retry_after_seconds if error.status in (429, 503) else 0
        return Sent(Outcome.LATER, reason=reason, retry_after_seconds=wait, code=error.code)
    return Sent(Outcome.FAILED, reason=reason, code=error.code)
