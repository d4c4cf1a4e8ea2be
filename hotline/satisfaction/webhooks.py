"""Rating by keys on a call to the hotline: one signed webhook a question; the address says which one it answers."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request, url_for
from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline import clock
from hotline.calls import actions as calls
from hotline.calls.line import put_in_line, say, twiml
from hotline.calls.menu import add_menu_key
from hotline.catalogue.settings import province
from hotline.db import transaction
from hotline.satisfaction import actions, spoken
from hotline.satisfaction.actions import Keyed
from hotline.satisfaction.rules import keypad
from hotline.web.access import public
from hotline.web.twilio_signature import twilio_signed

bp = Blueprint("satisfaction_webhooks", __name__)
KEY = "9"
SILENCE_SECONDS = 8
DIGITS = {keypad.CODE: 9, keypad.FOLLOW_CODE: 4, keypad.SOLVED: 1, keypad.SCORE: 1}


def register(app: Flask) -> None:
    """Offer the key in the greeting, while the province rates by call."""
    app.register_blueprint(bp)
    add_menu_key(app, KEY, "satisfaction_webhooks.rate", spoken.KEY_RATE, lambda: province().rates_by_call)


@bp.post("/twilio/rate")
@public
@twilio_signed
def rate() -> Response:
    """The caller wishes to rate."""
    return _taken("", 0)


@bp.post("/twilio/rate/<step>/<int:try_no>")
@public
@twilio_signed
def keyed(step: str, try_no: int) -> Response:
    """What was keyed in when asked for `step`, at this try."""
    return _taken(step, try_no)


def _taken(step: str, try_no: int) -> Response:
    if not province().rates_by_call:
        return put_in_line(VoiceResponse())
    form, now = request.form, clock.now()
    with transaction():
        calls.record_event("rate", form.to_dict(), now=now)
        entry = Keyed(form.get("CallSid", "")[:64], step, try_no, form.get("Digits", "")[:32], form.get("From", ""))
        place = actions.key_in(entry, now=now)
    return _answer(place)


def _answer(place: keypad.Place) -> Response:
    answer = VoiceResponse()
    if place.ask is not None:
        words = spoken.ASK[place.ask]
        gather = Gather(
            num_digits=DIGITS[place.ask],
            timeout=SILENCE_SECONDS,
            finish_on_key="#",
            action_on_empty_result=True,  # silence is a try as well
            action=url_for("satisfaction_webhooks.keyed", step=place.ask, try_no=place.try_no),
            method="POST",
        )
        say(gather, f"{spoken.AGAIN[place.ask]} {words}" if place.try_no > 1 else words)
        answer.append(gather)
        return twiml(answer)
    if place.end is not None:
        say(answer, spoken.END[place.end])
    if place.end is keypad.End.UNHAPPY:
        return put_in_line(answer)
    answer.hangup()
    return twiml(answer)
