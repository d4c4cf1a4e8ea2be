"""The citizen's page behind the link: the answer, the two questions, a few words more."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from hotline import clock
from hotline.catalogue.settings import province
from hotline.db import transaction
from hotline.errors import Conflict, Invalid, NotFound
from hotline.satisfaction import actions, forms, queries, rules
from hotline.satisfaction.models import Mode, Survey
from hotline.satisfaction.views.blueprints import rating_bp
from hotline.staff.current import address
from hotline.web import limits
from hotline.web.access import public

UNKNOWN_LINKS, UNKNOWN_WINDOW_SECONDS = 20, 60
SCORES = (
    (1, _l("Very dissatisfied")),
    (2, _l("Dissatisfied")),
    (3, _l("Neutral")),
    (4, _l("Satisfied")),
    (5, _l("Very satisfied")),
)


@rating_bp.after_request
def keep_private(response: Response) -> Response:
    """No trace of the link: not in referrers, caches or search engines."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _survey(token: str) -> Survey:
    """The survey of the link; guesses are counted by address and end in 429."""
    now, subject = clock.now(), f"unknown-link:{address()}"
    limits.check(subject, limit=UNKNOWN_LINKS, window_seconds=UNKNOWN_WINDOW_SECONDS, now=now)
    try:
        return queries.survey_of_token(token)
    except NotFound:
        if request.method == "POST":
            with transaction():
                limits.hit(subject, window_seconds=UNKNOWN_WINDOW_SECONDS, now=now)
        raise


@rating_bp.get("/<token>")
@public
def show(token: str) -> AnyResponse:
    """The answer and the two questions. Writes nothing, whoever opens it."""
    return _page(_survey(token), token)


@rating_bp.post("/<token>")
@public
def rate(token: str) -> AnyResponse:
    """Take both answers with the second click."""
    survey, now = _survey(token), clock.now()
    try:
        solved, score = forms.read_rating()
    except Invalid as error:
        return _page(survey, token, errors=error.fields, status=422)
    survey_id = survey.id
    try:
        with transaction() as session:
            actions.rate(session.get_one(Survey, survey_id), solved=solved, score=score, mode=Mode.LINK, now=now)
    except Conflict:
        return _page(_survey(token), token)
    return redirect(url_for("satisfaction_rating.show", token=token, **_language()), 303)


@rating_bp.post("/<token>/comment")
@public
def comment(token: str) -> AnyResponse:
    """A few words more, if the citizen likes."""
    survey, now = _survey(token), clock.now()
    try:
        text = forms.read_comment()
    except Invalid as error:
        return _page(survey, token, errors=error.fields, status=422)
    survey_id = survey.id
    try:
        with transaction() as session:
            actions.comment(session.get_one(Survey, survey_id), text=text, now=now)
    except Conflict:
        return _page(_survey(token), token)
    return redirect(url_for("satisfaction_rating.show", token=token, said=1, **_language()), 303)


@rating_bp.post("/<token>/no-more")
@public
def no_more(token: str) -> AnyResponse:
    """No more invitations to this number."""
    survey_id = _survey(token).id
    with transaction() as session:
        actions.decline_invitations(session.get_one(Survey, survey_id), now=clock.now())
    return redirect(url_for("satisfaction_rating.show", token=token, declined=1, **_language()), 303)


def _language() -> dict[str, Any]:
    return {"lang": "en"} if request.args.get("lang") == "en" else {}


def _page(survey: Survey, token: str, *, errors: dict[str, object] | None = None, status: int = 200) -> AnyResponse:
    now, rating = clock.now(), survey.rating
    editable_until = rules.editable_until(rating.rated_at, province().edit_hours) if rating else None
    editable = editable_until is not None and now < editable_until
    if rating is None and now >= survey.expires_at:
        state, status = "expired", 410
    elif rating is None or (editable and (request.args.get("change") or errors)):
        state = "asking"
    else:
        state = "thanks" if editable else "received"
    answer = queries.published_answer(survey.ticket_id, survey.cycle) if state in ("asking", "thanks") else None
    page = render_template(
        "satisfaction/rate.html",
        state=state,
        survey=survey,
        rating=rating,
        answer=answer,
        token=token,
        errors=errors or {},
        scores=SCORES,
        chosen=request.form.get("score") or (str(rating.score) if rating else ""),
        editable_until=editable_until,
        extra=_language(),
    )
    return make_response(page, status)
