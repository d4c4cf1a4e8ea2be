"""What citizens say: taken once, changed while it may be; the first answer is kept, an unhappy one has consequences."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from hotline import audit
from hotline.actor import CITIZEN, Actor
from hotline.catalogue.settings import province
from hotline.db import db
from hotline.errors import Conflict, Gone, Invalid
from hotline.messages.actions import opt_out, take_back
from hotline.satisfaction import rules
from hotline.satisfaction.actions.follow_ups import heard, make_follow_up
from hotline.satisfaction.actions.sums import note_change
from hotline.satisfaction.models import Mode, Rating, Reason, Solved, Survey
from hotline.satisfaction.queries.ledger import is_sealed
from hotline.tickets import actions as tickets
from hotline.tickets import queries as cases
from hotline.web.language import as_recorded

RECEIVED = _l("Your rating was already received. Thank you.")


def rate(
    survey: Survey,
    *,
    solved: Solved,
    score: int,
    mode: Mode,
    by: Actor = CITIZEN,
    network: str = "",
    is_from_office: bool = False,
    now: datetime,
) -> Rating:
    """Take the rating, or change it within the hours allowed; one row for each survey whatever arrives.

    `by` is the operator who asked, in mode CALL_BACK; `network` a keyed hash of where a page was opened. Makes the
    lead's task where the answer asks for one.

    Raises Gone (410) past the survey's end when nothing was said before, Conflict when the time for changes is over.
    """
    # The survey's row is the lock: of two taps at once the second finds what the first wrote.
    db.session.execute(select(Survey.id).where(Survey.id == survey.id).with_for_update())
    rating = db.session.scalar(select(Rating).where(Rating.survey_id == survey.id))
    if rating is None:
        if now >= survey.expires_at:
            raise Gone(_l("The time for rating this answer is over."))
        rating = Rating(
            survey_id=survey.id,
            solved=solved,
            score=score,
            mode=mode,
            receipt=secrets.token_hex(8),
            network=network,
            is_from_office=is_from_office,
            taken_by_id=by.user_id if mode is Mode.CALL_BACK else None,
            first_solved=solved,
            first_score=score,
            rated_at=now,
        )
        db.session.add(rating)
        with as_recorded():
            take_back(survey.ticket.code, ("reminder",), reason=_("The citizen rated before the reminder left."))
        survey.remind_at, is_news = None, True
    else:
        if not rules.may_edit(rating.rated_at, now, province().edit_hours) or is_sealed(rating.rated_at):
            raise Conflict(RECEIVED)
        is_news = (rating.solved, rating.score) != (solved, score)
        if is_news:
            rating.solved, rating.score, rating.edited_at = solved, score, now
    if is_news:  # a second tap says nothing new and leaves no trace
        audit.record("satisfaction:rate", by=by, now=now, object_kind="survey", object_id=survey.id)
    db.session.flush()
    note_change(survey)
    make_follow_up(survey, solved, score, mode=mode, now=now)
    return rating


def comment(survey: Survey, *, text: str, reasons: Collection[Reason] = (), now: datetime) -> None:
    """Add words and reasons to a rating while it may be changed. Raises Conflict afterwards, or before any rating."""
    rating = _editable(survey, now)
    before = rating.comment, rating.reasons
    rating.comment, rating.reasons = text, [reason.value for reason in Reason if reason in reasons]
    if any(before) and before != (rating.comment, rating.reasons):
        rating.edited_at = now
    db.session.flush()


def ask_again(survey: Survey, *, text: str, reasons: Collection[Reason] = (), now: datetime) -> bool:
    """“Not solved”, with the words that say what is missing: the case is reopened with them. False when it cannot be.

    Raises Invalid without words, and Conflict as `comment` does. Sent twice it reopens once.
    """
    if not text:
        raise Invalid(fields={"comment": _l("Please tell us what is not solved, so that we can look at it again.")})
    comment(survey, text=text, reasons=reasons, now=now)
    ticket = cases.ticket_for_change(survey.ticket.code, CITIZEN)
    rating = _editable(survey, now)
    if not rules.may_ask_again(heard(survey, rating.solved, rating.score, now)):
        return False
    tickets.reopen(ticket, reason=rules.masked_comment(text), by=CITIZEN, now=now)
    db.session.flush()
    return True


def _editable(survey: Survey, now: datetime) -> Rating:
    rating = db.session.scalar(
        select(Rating).join(Survey).where(Survey.id == survey.id).with_for_update(of=(Survey, Rating))
    )
    if rating is None or not rules.may_edit(rating.rated_at, now, province().edit_hours):
        raise Conflict(RECEIVED)
    return rating


def note_opened(survey: Survey, *, now: datetime) -> bool:
    """A browser has shown the page; whether that was the first sign of it."""
    first = update(Survey).where(Survey.id == survey.id, Survey.opened_at.is_(None)).values(opened_at=now)
    return db.session.execute(first.returning(Survey.id)).first() is not None


def decline_invitations(survey: Survey, *, now: datetime) -> None:
    """The citizen wants no more invitations on this number, nor a reminder of one."""
    if survey.to_number:
        opt_out(survey.to_number, how="link", now=now)
        waiting = (Survey.to_number == survey.to_number) & Survey.remind_at.is_not(None)
        db.session.execute(update(Survey).where(waiting).values(remind_at=None))
