"""What providers tell us about texts: receipts and citizens' replies. Store, answer, be brief."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, request
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.db import transaction
from hotline.errors import NotFound, Unparsable
from hotline.messages import actions
from hotline.messages.gateways.http import HttpGateway, read_receipts
from hotline.messages.gateways.http_map import HttpMap
from hotline.web.access import public
from hotline.web.twilio_signature import twilio_signed

bp = Blueprint("messages_webhooks", __name__)
EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@bp.post("/twilio/sms-status", strict_slashes=False)
@public
@twilio_signed
def sms_status() -> tuple[str, int]:
    """A receipt; late, repeated and disordered ones included (Twilio: message status callbacks)."""
    form = request.form
    with transaction():
        actions.record_receipt(
            "twilio",
            form.get("MessageSid") or form.get("SmsSid", ""),
            form.get("MessageStatus") or form.get("SmsStatus", ""),
            form.get("ErrorCode", ""),
            form.to_dict(),
            now=clock.now(),
        )
    return "", 204


@bp.post("/messages/receipts/<secret>", strict_slashes=False)
@public
def receipts(secret: str) -> tuple[str, int]:
    """Receipts of the provider behind the HTTP gateway; the secret of its map is in the address (docs/sms/)."""
    described = current_app.config["HOTLINE"].sms_http
    way = HttpMap.from_dict(described).receipts if described else None
    if way is None or not hmac.compare_digest(secret.encode(), way.secret.encode()):
        raise NotFound()
    reports = read_receipts(way, request.form.to_dict(), request.get_data(as_text=True, cache=True))
    if reports is None:
        raise Unparsable(_l("The receipt cannot be read."))
    with transaction():
        for report in reports:
            actions.record_receipt(
                HttpGateway.name, report.sid, report.status, report.error_code, report.payload, now=clock.now()
            )
    return "", 204


@bp.post("/twilio/sms-inbound", strict_slashes=False)
@public
@twilio_signed
def sms_inbound() -> Response:
    """A citizen's text, kept whole."""
    form = request.form
    with transaction():
        actions.record_inbound(
            "twilio",
            form.get("MessageSid") or form.get("SmsSid", ""),
            form.get("From", ""),
            form.get("Body", ""),
            form.to_dict(),
            now=clock.now(),
        )
    return Response(EMPTY_ANSWER, mimetype="text/xml")
