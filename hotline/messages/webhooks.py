"""What providers tell us about texts: receipts and citizens' replies. Store, answer, be brief."""

from __future__ import annotations

from flask import Blueprint, Response, request

from hotline import clock
from hotline.db import transaction
from hotline.messages import actions
from hotline.web.access import public
from hotline.web.twilio_signature import twilio_signed

bp = Blueprint("messages_webhooks", __name__, url_prefix="/twilio")
EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@bp.post("/sms-status", strict_slashes=False)
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


@bp.post("/sms-inbound", strict_slashes=False)
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
