"""What citizens say: taken once, changed while it may be; the first answer is kept."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import audit
from hotline.actor import CITIZEN, Actor
from hotline.catalogue.settings import province
from hotline.db import db
from hotline.errors import Conflict, Gone
from hotline.messages.actions import opt_out
from hotline.satisfaction import rules
from hotline.satisfaction.models import Mode, Rating, Solved, Survey


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

    `by` is the operator who asked, in mode CALL_BACK; `network` a keyed hash of where a page was opened.

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
    else:
        if not rules.may_edit(rating.rated_at, now, province().edit_hours):
            raise Conflict(_l("Your rating was already received. Thank you."))
        rating.solved, rating.score, rating.edited_at = solved, score, now
    db.session.flush()
    audit.record("satisfaction:rate", by=by, now=now, object_kind="survey", object_id=survey.id)
    return rating


def comment(survey: Survey, *, text: str, now: datetime) -> None:
    """Add words to a rating while it may be changed."""
    rating = db.session.scalar(select(Rating).where(Rating.survey_id == survey.id).with_for_update())
    if rating is None or not rules.may_edit(rating.rated_at, now, province().edit_hours):
        raise Conflict(_l("Your rating was already received. Thank you."))
    rating.comment, rating.edited_at = text, now
    db.session.flush()


def decline_invitations(survey: Survey, *, now: datetime) -> None:
    """The citizen wants no more invitations on this number."""
    if survey.to_number:
        opt_out(survey.to_number, how="link", now=now)
