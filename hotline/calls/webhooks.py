"""Twilio's side of a call: each request is checked, kept once, folded, and answered with TwiML in Vietnamese."""

from __future__ import annotations

from flask import Blueprint, Response, request
from twilio.twiml.voice_response import VoiceResponse

from hotline import clock
from hotline.calls import actions
from hotline.db import transaction
from hotline.web.access import public
from hotline.web.twilio_signature import twilio_signed

bp = Blueprint("calls_webhooks", __name__, url_prefix="/twilio")
VIETNAMESE = "vi-VN"
QUEUE = "tong-dai"
GREETING = (
    "Kính chào Ông Bà. Đây là tổng đài tiếp nhận phản ánh, kiến nghị của tỉnh. Xin Ông Bà giữ máy để gặp tổng đài viên."
)
POSITION = "Ông Bà đang ở vị trí thứ {position} trong hàng chờ. Xin vui lòng giữ máy."
NEXT_IN_LINE = "Ông Bà là người kế tiếp. Xin vui lòng giữ máy."
LEAVE_WORD = "Hiện chưa có tổng đài viên trả lời. Xin Ông Bà để lại lời nhắn sau tiếng bíp, chúng tôi sẽ gọi lại."
CONNECTING = "Cuộc gọi đang được kết nối."
THANKS = "Xin cảm ơn Ông Bà đã gọi."
SORRY = "Xin lỗi Ông Bà, hệ thống đang gián đoạn. Xin vui lòng gọi lại sau ít phút."
WAIT_SECONDS, LONGEST_MESSAGE_SECONDS = 15, 120
NOT_REACHED = {"busy", "no-answer", "failed", "canceled"}


def _keep(kind: str) -> None:
    with transaction():
        actions.record_event(kind, request.form, now=clock.now())


def _twiml(answer: VoiceResponse) -> Response:
    return Response(str(answer), mimetype="text/xml")


def _say(answer: VoiceResponse, words: str) -> None:
    answer.say(words, language=VIETNAMESE)


def _enqueue() -> Response:
    answer = VoiceResponse()
    _say(answer, GREETING)
    answer.enqueue(QUEUE, wait_url="/twilio/wait", action="/twilio/enqueue-action")
    return _twiml(answer)


def _leave_word() -> Response:
    answer = VoiceResponse()
    _say(answer, LEAVE_WORD)
    answer.record(
        action="/twilio/record-action",
        max_length=LONGEST_MESSAGE_SECONDS,
        play_beep=True,
        recording_status_callback="/twilio/recording-status",
    )
    return _twiml(answer)


def _goodbye(words: str = THANKS) -> Response:
    answer = VoiceResponse()
    _say(answer, words)
    answer.hangup()
    return _twiml(answer)


@bp.post("/voice", strict_slashes=False)
@public
@twilio_signed
def voice() -> Response:
    """A call comes in: greeting, then the queue."""
    _keep("voice")
    return _enqueue()


@bp.post("/gather", strict_slashes=False)
@public
@twilio_signed
def gather() -> Response:
    """Keys the caller pressed; there is one line so far, so all lead to the queue."""
    _keep("gather")
    return _enqueue()


@bp.post("/wait", strict_slashes=False)
@public
@twilio_signed
def wait() -> Response:
    """What the caller hears while waiting; asked for again each time it ends."""
    _keep("wait")
    position = request.form.get("QueuePosition", "")
    answer = VoiceResponse()
    ahead = position.isdecimal() and int(position) > 1
    _say(answer, POSITION.format(position=int(position)) if ahead else NEXT_IN_LINE)
    answer.pause(length=WAIT_SECONDS)
    return _twiml(answer)


@bp.post("/queue-connect", strict_slashes=False)
@public
@twilio_signed
def queue_connect() -> Response:
    """On the caller's leg, just before an operator speaks."""
    _keep("queue-connect")
    answer = VoiceResponse()
    _say(answer, CONNECTING)
    return _twiml(answer)


@bp.post("/enqueue-action", strict_slashes=False)
@public
@twilio_signed
def enqueue_action() -> Response:
    """The caller has left the queue: after the conversation, by hanging up, or because nobody came."""
    _keep("enqueue-action")
    unserved = request.form.get("QueueResult") in ("queue-full", "error", "system-error", "leave")
    return _leave_word() if unserved else _goodbye()


@bp.post("/dial-action", strict_slashes=False)
@public
@twilio_signed
def dial_action() -> Response:
    """The operator's leg is over: where nobody picked up, the caller may leave word."""
    _keep("dial-action")
    return _leave_word() if request.form.get("DialCallStatus") in NOT_REACHED else _goodbye()


@bp.post("/record-action", strict_slashes=False)
@public
@twilio_signed
def record_action() -> Response:
    """The caller has left word."""
    _keep("record-action")
    return _goodbye()


@bp.post("/fallback", strict_slashes=False)
@public
@twilio_signed
def fallback() -> Response:
    """Twilio could not reach the first address: a human sentence rather than silence."""
    _keep("fallback")
    return _goodbye(SORRY)


@bp.post("/call-status", strict_slashes=False)
@public
@twilio_signed
def call_status() -> tuple[str, int]:
    """Progress of the caller's leg or of an operator's, in any order."""
    _keep("call-status")
    return "", 204


@bp.post("/recording-status", strict_slashes=False)
@public
@twilio_signed
def recording_status() -> tuple[str, int]:
    """A recording is ready, or there is none."""
    _keep("recording-status")
    return "", 204
