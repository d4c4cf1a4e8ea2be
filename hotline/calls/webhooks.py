"""What Twilio tells about calls: signature, raw event once, call refolded, committed, and only then the answer.

A database that cannot commit is a 503: Twilio asks again, or takes the fallback.
"""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from twilio.twiml.voice_response import VoiceResponse

from hotline.calls import spoken
from hotline.calls.line import keep, offer_menu, put_in_line, say, twiml
from hotline.calls.menu import endpoint_of
from hotline.calls.rules import replies
from hotline.catalogue.settings import province
from hotline.db import db
from hotline.web.access import public
from hotline.web.twilio_signature import twilio_signed

bp = Blueprint("calls_webhooks", __name__)
KEY_GENUINE = "8"
PAUSE_SECONDS = 20
LONGEST_MESSAGE_SECONDS = 180
SILENCE_SECONDS = 5


@bp.post("/twilio/voice")
@public
@twilio_signed
def voice() -> Response:
    """A call comes in: greeted, told of the keys there are, then put in line."""
    keep("voice")
    return offer_menu(VoiceResponse(), spoken.WELCOME.format(province=province().name_vi))


@bp.post("/twilio/gather")
@public
@twilio_signed
def gather() -> Response:
    """A key was pressed: it leads where the menu says, any other one into the line."""
    keep("gather")
    answer, endpoint = VoiceResponse(), endpoint_of(request.form.get("Digits", ""))
    if endpoint is None:
        return put_in_line(answer)
    answer.redirect(url_for(endpoint), method="POST")
    return twiml(answer)


@bp.post("/twilio/genuine")
@public
@twilio_signed
def genuine() -> Response:
    """How to tell our texts from forged ones; then the menu again."""
    keep("genuine")
    house = province()
    return offer_menu(VoiceResponse(), spoken.GENUINE.format(brand=house.brand, host=spoken.spelt(house.host)))


@bp.post("/twilio/wait")
@public
@twilio_signed
def wait() -> Response:
    """What somebody in line hears; asked for again each time it ends."""
    keep("wait")
    answer = VoiceResponse()
    say(answer, _place(replies.place_in_line(request.form.get("QueuePosition", ""))))
    answer.pause(length=PAUSE_SECONDS)
    return twiml(answer)


@bp.post("/twilio/enqueue-action")
@public
@twilio_signed
def enqueue_action() -> Response:
    """The caller left the queue: answered, hung up, or neither."""
    keep("enqueue-action")
    return _reply(replies.after_queue(request.form.get("QueueResult", "")))


@bp.post("/twilio/queue-connect")
@public
@twilio_signed
def queue_connect() -> Response:
    """Just before caller and operator are joined, on the caller's leg."""
    keep("queue-connect")
    answer = VoiceResponse()
    say(answer, spoken.CONNECTING)
    return twiml(answer)


@bp.post("/twilio/dial-action")
@public
@twilio_signed
def dial_action() -> Response:
    """An operator's telephone was rung: this is how that went."""
    keep("dial-action")
    return _reply(replies.after_dial(request.form.get("DialCallStatus", ""), request.form.get("DialBridged", "")))


@bp.post("/twilio/record-action")
@public
@twilio_signed
def record_action() -> Response:
    """The caller spoke to the machine. The sound itself may not exist yet."""
    keep("record-action")
    return _reply(replies.after_recording(request.form.get("RecordingDuration", "")))


@bp.post("/twilio/fallback")
@public
@twilio_signed
def fallback() -> Response:
    """Twilio could not use our answer: the caller hears a human sentence, whatever else is broken here."""
    try:
        keep("fallback")
    except (DBAPIError, PoolTimeout):
        # The last resort must not depend on the thing that may have brought us here.
        db.session.rollback()
    answer = VoiceResponse()
    say(answer, spoken.TROUBLE)
    answer.hangup()
    return twiml(answer)


@bp.post("/twilio/call-status")
@public
@twilio_signed
def call_status() -> Response:
    """A leg changed its state: the caller's, or with ParentCallSid an operator's."""
    keep("call-status")
    return Response(status=204)


@bp.post("/twilio/recording-status")
@public
@twilio_signed
def recording_status() -> Response:
    """A recording is ready, or will never be."""
    keep("recording-status")
    return Response(status=204)


def _place(place: int | None) -> str:
    if place is None:
        return spoken.PLEASE_HOLD
    return spoken.NEXT_IN_LINE if place == 1 else spoken.POSITION.format(position=place)


def _reply(reply: replies.Reply) -> Response:
    answer = VoiceResponse()
    match reply:
        case replies.Reply.OFFER_MESSAGE:
            say(answer, spoken.LEAVE_MESSAGE)
            answer.record(
                action=url_for("calls_webhooks.record_action"),
                method="POST",
                recording_status_callback=url_for("calls_webhooks.recording_status"),
                recording_status_callback_event="completed absent",
                max_length=LONGEST_MESSAGE_SECONDS,
                timeout=SILENCE_SECONDS,
                finish_on_key="#",
                play_beep=True,
            )
            say(answer, spoken.NO_MESSAGE)
        case replies.Reply.THANK | replies.Reply.SORRY:
            words = spoken.MESSAGE_TAKEN if reply is replies.Reply.THANK else spoken.NO_MESSAGE
            say(answer, words)
            answer.hangup()
        case replies.Reply.NOTHING:
            pass
    return twiml(answer)
