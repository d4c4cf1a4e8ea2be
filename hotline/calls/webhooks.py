"""What Twilio tells about calls: signature, raw event once, call refolded, committed, and only then the answer.

A database that cannot commit is a 503: Twilio asks again, or takes the fallback.
"""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from twilio.twiml.voice_response import VoiceResponse

from hotline import clock
from hotline.calls import actions, queries, spoken
from hotline.calls.rules import replies
from hotline.catalogue.settings import province
from hotline.db import db, transaction
from hotline.web.access import public
from hotline.web.twilio_signature import twilio_signed

bp = Blueprint("calls_webhooks", __name__)
PAUSE_SECONDS = 20
LONGEST_MESSAGE_SECONDS = 180
SILENCE_SECONDS = 5


@bp.post("/twilio/voice")
@public
@twilio_signed
def voice() -> Response:
    """A call comes in: greeted, then put in line."""
    _keep("voice")
    answer = VoiceResponse()
    answer.say(spoken.WELCOME.format(province=province().name_vi), language=spoken.LANGUAGE)
    return _put_in_line(answer)


@bp.post("/twilio/gather")
@public
@twilio_signed
def gather() -> Response:
    """A key was pressed: there is no menu, so whatever it was leads into the line."""
    _keep("gather")
    return _put_in_line(VoiceResponse())


@bp.post("/twilio/wait")
@public
@twilio_signed
def wait() -> Response:
    """What somebody in line hears; asked for again each time it ends."""
    _keep("wait")
    answer = VoiceResponse()
    answer.say(_place(replies.place_in_line(request.form.get("QueuePosition", ""))), language=spoken.LANGUAGE)
    answer.pause(length=PAUSE_SECONDS)
    return _twiml(answer)


@bp.post("/twilio/enqueue-action")
@public
@twilio_signed
def enqueue_action() -> Response:
    """The caller left the queue: answered, hung up, or neither."""
    _keep("enqueue-action")
    return _reply(replies.after_queue(request.form.get("QueueResult", "")))


@bp.post("/twilio/queue-connect")
@public
@twilio_signed
def queue_connect() -> Response:
    """Just before caller and operator are joined, on the caller's leg."""
    _keep("queue-connect")
    answer = VoiceResponse()
    answer.say(spoken.CONNECTING, language=spoken.LANGUAGE)
    return _twiml(answer)


@bp.post("/twilio/dial-action")
@public
@twilio_signed
def dial_action() -> Response:
    """An operator's telephone was rung: this is how that went."""
    _keep("dial-action")
    return _reply(replies.after_dial(request.form.get("DialCallStatus", ""), request.form.get("DialBridged", "")))


@bp.post("/twilio/record-action")
@public
@twilio_signed
def record_action() -> Response:
    """The caller spoke to the machine. The sound itself may not exist yet."""
    _keep("record-action")
    return _reply(replies.after_recording(request.form.get("RecordingDuration", "")))


@bp.post("/twilio/fallback")
@public
@twilio_signed
def fallback() -> Response:
    """Twilio could not use our answer: the caller hears a human sentence, whatever else is broken here."""
    try:
        _keep("fallback")
    except (DBAPIError, PoolTimeout):
        # The last resort must not depend on the thing that may have brought us here.
        db.session.rollback()
    answer = VoiceResponse()
    answer.say(spoken.TROUBLE, language=spoken.LANGUAGE)
    answer.hangup()
    return _twiml(answer)


@bp.post("/twilio/call-status")
@public
@twilio_signed
def call_status() -> Response:
    """A leg changed its state: the caller's, or with ParentCallSid an operator's."""
    _keep("call-status")
    return Response(status=204)


@bp.post("/twilio/recording-status")
@public
@twilio_signed
def recording_status() -> Response:
    """A recording is ready, or will never be."""
    _keep("recording-status")
    return Response(status=204)


def _keep(kind: str) -> None:
    """Store the event once and refold its call. One that is known already costs no write."""
    body, now = request.form.to_dict(), clock.now()
    if queries.is_known(kind, body):
        return
    with transaction():
        actions.record_event(kind, body, now=now)


def _put_in_line(answer: VoiceResponse) -> Response:
    answer.enqueue(
        "hotline",
        wait_url=url_for("calls_webhooks.wait"),
        wait_url_method="POST",
        action=url_for("calls_webhooks.enqueue_action"),
        method="POST",
    )
    return _twiml(answer)


def _place(place: int | None) -> str:
    if place is None:
        return spoken.PLEASE_HOLD
    return spoken.NEXT_IN_LINE if place == 1 else spoken.POSITION.format(position=place)


def _reply(reply: replies.Reply) -> Response:
    answer = VoiceResponse()
    match reply:
        case replies.Reply.OFFER_MESSAGE:
            answer.say(spoken.LEAVE_MESSAGE, language=spoken.LANGUAGE)
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
            answer.say(spoken.NO_MESSAGE, language=spoken.LANGUAGE)
        case replies.Reply.THANK | replies.Reply.SORRY:
            words = spoken.MESSAGE_TAKEN if reply is replies.Reply.THANK else spoken.NO_MESSAGE
            answer.say(words, language=spoken.LANGUAGE)
            answer.hangup()
        case replies.Reply.NOTHING:
            pass
    return _twiml(answer)


def _twiml(answer: VoiceResponse) -> Response:
    return Response(str(answer), content_type="text/xml; charset=utf-8")
