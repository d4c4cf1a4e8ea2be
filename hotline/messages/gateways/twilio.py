"""Twilio: Messages API. A time-out is unknown, 4xx is final, 429 and 5xx are for later (Twilio: REST API errors)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from config import Config
from hotline.messages.gateways import Outcome, Sent

DEADLINE_SECONDS = 10


class _RedirectedClient(TwilioHttpClient):  # type: ignore[misc]
    """The library's client against another base address, for a stand-in on loopback."""

    def __init__(self, base: str):
        super().__init__(timeout=DEADLINE_SECONDS)
        self._base = urlsplit(base)
        if self.session is not None:
            self.session.trust_env = False

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Swap scheme and host, keep path and query."""
        parts = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        return super().request(method, urlunsplit(parts), *args, **kwargs)


class TwilioGateway:
    """Sends through a number or a messaging service."""

    name = "twilio"

    def __init__(self, config: Config):
        self._client = Client(
            config.twilio_account_sid, config.twilio_tokens[0], http_client=_RedirectedClient(config.twilio_api_base)
        )
        self._sender = (
            {"messaging_service_sid": config.twilio_messaging_service_sid}
            if config.twilio_messaging_service_sid
            else {"from_": config.twilio_from}
        )
        self._callback = f"{config.public_url}/twilio/sms-status"

    def send(self, to: str, body: str) -> Sent:
        """One POST, no retry: Twilio's create is not idempotent."""
        try:
            message = self._client.messages.create(to=to, body=body, status_callback=self._callback, **self._sender)
        except TwilioRestException as error:
            reason = f"{error.code}: {error.msg}"
            if error.status == 429 or error.status >= 500:
                return Sent(Outcome.LATER, reason=reason)
            if error.status in (401, 403):
                return Sent(
                    Outcome.LATER,
                    reason=f"Twilio does not accept our credentials ({error.code})",
                    retry_after_seconds=300,
                )
            return Sent(Outcome.FAILED, reason=reason)
        except requests.exceptions.ConnectTimeout as error:
            return Sent(Outcome.LATER, reason=type(error).__name__)
        except requests.exceptions.ReadTimeout as error:
            return Sent(Outcome.UNKNOWN, reason=type(error).__name__)
        except requests.exceptions.ConnectionError as error:
            refused = "refused" in str(error).lower()
            return Sent(Outcome.LATER if refused else Outcome.UNKNOWN, reason=type(error).__name__)
        except TwilioException as error:
            return Sent(Outcome.UNKNOWN, reason=type(error).__name__)
        return Sent(Outcome.SENT, sid=message.sid)
