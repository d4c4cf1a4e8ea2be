"""How the line answers the exchange: the event kept before anything is said, words in Vietnamese, keys, the queue."""

from __future__ import annotations

from flask import Response, request, url_for
from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline import clock
from hotline.calls import actions, queries, spoken
from hotline.calls.menu import menu_keys
from hotline.db import transaction

MENU_PAUSE_SECONDS = 3


def keep(kind: str) -> None:
    """Store the event of the present request once and refold its call. One known already costs no write."""
    body, now = request.form.to_dict(), clock.now()
    if queries.is_known(kind, body):
        return
    with transaction():
        actions.record_event(kind, body, now=now)


def say(answer: VoiceResponse | Gather, words: str) -> None:
    """Speak to the caller."""
    answer.say(words, language=spoken.LANGUAGE)


def offer_menu(answer: VoiceResponse, words: str) -> Response:
    """Say `words` and the keys there are; a key leads where it says, silence leads into the line."""
    keys = menu_keys()
    if not keys:
        say(answer, words)
        return put_in_line(answer)
    gather = Gather(num_digits=1, timeout=MENU_PAUSE_SECONDS, action=url_for("calls_webhooks.gather"), method="POST")
    say(gather, " ".join([words, *(entry.words for entry in keys)]))
    answer.append(gather)
    return put_in_line(answer)


def put_in_line(answer: VoiceResponse) -> Response:
    """Let the caller wait for an operator."""
    answer.enqueue(
        "hotline",
        wait_url=url_for("calls_webhooks.wait"),
        wait_url_method="POST",
        action=url_for("calls_webhooks.enqueue_action"),
        method="POST",
    )
    return twiml(answer)


def twiml(answer: VoiceResponse) -> Response:
    """The answer as the exchange reads it."""
    return Response(str(answer), content_type="text/xml; charset=utf-8")
