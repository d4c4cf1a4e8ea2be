"""Is this really Twilio? Its signature, over the configured public address and the raw target (webhooks security)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, request
from twilio.request_validator import RequestValidator

from hotline.errors import Forbidden

P = ParamSpec("P")
R = TypeVar("R")
HEADER = "X-Twilio-Signature"


def signed_url() -> str:
    """The address Twilio signed: our public one and the target as it came over the wire, never decoded."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if not raw:
        query = request.query_string.decode("ascii", "replace")
        raw = request.path + (f"?{query}" if query else "")
    return f"{current_app.config['HOTLINE'].public_url}{raw}"


def is_signed() -> bool:
    """Whether one of the configured tokens signed this request; False when there is none (fail closed)."""
    config = current_app.config["HOTLINE"]
    signature = request.headers.get(HEADER)
    if not signature or not config.twilio_tokens:
        return False
    account = config.twilio_account_sid
    if account and request.form.get("AccountSid", account) != account:
        return False
    if request.is_json:
        if "bodySHA256" not in request.args:
            return False
        body: object = request.get_data(as_text=True)
    else:
        body = request.form
    return any(RequestValidator(token).validate(signed_url(), body, signature) for token in config.twilio_tokens)


def twilio_signed(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse with 403, before anything is stored, what Twilio did not sign."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_signed():
            raise Forbidden("The signature is not right.")
        return view(*args, **kwargs)

    return checked
