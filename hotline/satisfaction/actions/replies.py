"""A reply to an invitation: it rates, or is asked about once, or is left to people."""

from __future__ import annotations

from datetime import datetime

from hotline.errors import Conflict, Gone
from hotline.messages.actions import queue_text, settle_inbound
from hotline.messages.models import InboundMessage
from hotline.messages.rules import wish_of
from hotline.phone import read_number
from hotline.satisfaction import queries
from hotline.satisfaction.actions.ratings import rate
from hotline.satisfaction.models import Mode, Solved, Survey
from hotline.satisfaction.rules import replies

RATED, ASKED, OTHER = "rated", "asked", "other"


def read_reply(message: InboundMessage, *, now: datetime) -> str:
    """Make of one text what can be made of it; the outcome (`rated`, `asked`, `other`) stands with the text."""
    outcome = _made_of(message, now)
    settle_inbound(message, outcome, now=now)
    return outcome


def _made_of(message: InboundMessage, now: datetime) -> str:
    number = read_number(message.from_number).e164
    if number is None or wish_of(message.body) is not None:
        return OTHER
    survey = queries.open_invitation_of(number, message.received_at, now)
    if survey is None:
        return OTHER
    score = replies.score_of(message.body)
    if score is None:
        return ASKED if _ask_once(survey, number, now) else OTHER
    try:
        # A score says nothing of whether the matter is solved: what was said of that before stands, else nothing.
        solved = survey.rating.solved if survey.rating else Solved.UNSAID
        rate(survey, solved=solved, score=score, mode=Mode.REPLY, now=now)
    except (Gone, Conflict):
        return OTHER
    return RATED


def _ask_once(survey: Survey, number: str, now: datetime) -> bool:
    return queue_text(
        "reply_help",
        to=number,
        params={"code": survey.ticket.code},
        dedupe_key=f"reply-help:{survey.id}",
        ticket_code=survey.ticket.code,
        now=now,
    )
