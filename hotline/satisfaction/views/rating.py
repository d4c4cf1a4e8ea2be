"""The citizen's page behind the link: the answer, the two questions, a few words more, a receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from hotline import clock
from hotline.catalogue.settings import province
from hotline.db import transaction
from hotline.errors import Conflict, Invalid, NotFound
from hotline.satisfaction import actions, forms, queries, rules
from hotline.satisfaction.models import Rating, Reason, Survey
from hotline.satisfaction.views.blueprints import rating_bp
from hotline.staff.current import address
from hotline.tickets.queries import files_of_answer
from hotline.tickets.views.files import handed_out
from hotline.web import limits
from hotline.web.access import public

UNKNOWN_LINKS, UNKNOWN_WINDOW_SECONDS = 20, 60
# A first rating is never refused: thousands of people share one address of a mobile carrier. Changes are rare.
CHANGES, CHANGES_WINDOW_SECONDS = 600, 600
SHOWS_ANSWER = ("asking", "thanks")


@rating_bp.after_request
def keep_private(response: Response) -> Response:
    """No trace of the link: not in referrers, caches or search engines."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _survey(token: str) -> Survey:
    """The survey of the link, whoever asks; only guesses are counted, by address, and end in 429."""
    try:
        return queries.survey_of_token(token)
    except NotFound:
        now, subject = clock.now(), f"unknown-link:{address()}"
        limits.check(subject, limit=UNKNOWN_LINKS, window_seconds=UNKNOWN_WINDOW_SECONDS, now=now)
        with transaction():
            limits.hit(subject, window_seconds=UNKNOWN_WINDOW_SECONDS, now=now)
        raise


def _answered(token: str, read: Callable[[], Callable[[Survey], object]], **arguments: Any) -> AnyResponse:
    """Read what was sent and do it in one transaction; from the second change of a rating on, changes are counted by
    address and end in 429. What is wrong is said on the page, what came too late is shown as it stands."""
    survey, now, subject = _survey(token), clock.now(), f"rating-changes:{address()}"
    survey_id, is_change = survey.id, survey.rating is not None and survey.rating.edited_at is not None
    try:
        act = read()
        if is_change:
            limits.check(subject, limit=CHANGES, window_seconds=CHANGES_WINDOW_SECONDS, now=now)
        with transaction() as session:
            act(session.get_one(Survey, survey_id))
            if is_change:
                limits.hit(subject, window_seconds=CHANGES_WINDOW_SECONDS, now=now)
    except Invalid as error:
        return _page(survey, token, errors=error.fields, status=422)
    except Conflict:
        return _page(_survey(token), token)
    return _back(token, **arguments)


@rating_bp.get("/<token>")
@public
def show(token: str) -> AnyResponse:
    """The answer and the two questions. Writes nothing, whoever opens it."""
    return _page(_survey(token), token)


@rating_bp.get("/<token>/files/<key>")
@public
def file_of(token: str, key: str) -> AnyResponse:
    """A file of the answer, for whoever has the link, as long as the page shows the answer. Writes nothing."""
    survey = _survey(token)
    if _state(survey, survey.rating, is_editing=False) in SHOWS_ANSWER:
        for row in files_of_answer(survey.ticket_id, survey.cycle):
            if row.key == key:
                return handed_out(row)
    raise NotFound(_l("There is no such file here."))


@rating_bp.post("/<token>/opened")
@public
def opened(token: str) -> AnyResponse:
    """The page's own sign that a browser has shown it; robots that only fetch it never send this."""
    survey = _survey(token)
    if survey.opened_at is None:
        survey_id = survey.id
        with transaction() as session:
            actions.note_opened(session.get_one(Survey, survey_id), now=clock.now())
    return make_response("", 204)


@rating_bp.post("/<token>")
@public
def rate(token: str) -> AnyResponse:
    """Take both answers with the second click."""
    return _answered(token, _rating)


@rating_bp.post("/<token>/comment")
@public
def comment(token: str) -> AnyResponse:
    """Reasons and a few words more, if the citizen likes."""
    return _answered(token, lambda: _words(actions.comment), said=1)


@rating_bp.post("/<token>/reopen")
@public
def reopen(token: str) -> AnyResponse:
    """What is not solved, in the citizen's words: the case is dealt with again."""
    return _answered(token, lambda: _words(actions.ask_again), said=1)


def _rating() -> Callable[[Survey], object]:
    solved, score = forms.read_rating()
    sender = address()
    said: dict[str, Any] = {
        "solved": solved,
        "score": score,
        "mode": forms.read_mode(),
        "network": rules.network_mark(current_app.config["HOTLINE"].secret_key, sender),
        "is_from_office": rules.is_within(sender, province().office_networks),
    }
    return lambda survey: actions.rate(survey, **said, now=clock.now())


def _words(verb: Callable[..., object]) -> Callable[[Survey], object]:
    text, reasons = forms.read_comment(), forms.read_reasons()
    return lambda survey: verb(survey, text=text, reasons=reasons, now=clock.now())


@rating_bp.post("/<token>/no-more")
@public
def no_more(token: str) -> AnyResponse:
    """No more invitations to this number."""
    survey_id = _survey(token).id
    with transaction() as session:
        actions.decline_invitations(session.get_one(Survey, survey_id), now=clock.now())
    return _back(token, declined=1)


def _back(token: str, **arguments: Any) -> AnyResponse:
    return redirect(url_for("satisfaction_rating.show", token=token, **arguments, **_carried()), 303)


def _carried() -> dict[str, Any]:
    """What every link and form of the page takes along: the language, and the door by which it was reached."""
    arguments = {"lang": "en"} if request.args.get("lang") == "en" else {}
    return arguments | ({"from": "t"} if request.args.get("from") == "t" else {})


def _state(survey: Survey, rating: Rating | None, *, is_editing: bool) -> str:
    """expired and received show nothing of the case; asking has the two questions, thanks what comes after them."""
    now, hours = clock.now(), province().edit_hours
    if not rules.may_rate(rating.rated_at if rating else None, survey.expires_at, now, hours):
        return "received" if rating else "expired"
    return "asking" if rating is None or is_editing else "thanks"


def _page(survey: Survey, token: str, *, errors: dict[str, object] | None = None, status: int = 200) -> AnyResponse:
    now, rating, ticket, errors = clock.now(), survey.rating, survey.ticket, errors or {}
    state = _state(survey, rating, is_editing=bool(request.args.get("change") or {"solved", "score"} & errors.keys()))
    said = actions.heard(survey, rating.solved, rating.score, now) if rating else None
    page = render_template(
        "satisfaction/rate.html",
        state=state,
        survey=survey,
        rating=rating,
        answer=queries.published_answer(survey.ticket_id, survey.cycle) if state in SHOWS_ANSWER else None,
        files=files_of_answer(survey.ticket_id, survey.cycle) if state in SHOWS_ANSWER else [],
        token=token,
        errors=errors,
        scores=forms.SCORE_WORDS,
        chosen=request.form.get("score") or (str(rating.score) if rating else ""),
        editable_until=rules.editable_until(rating.rated_at, province().edit_hours) if rating else None,
        asks_what=said is not None and rules.may_ask_again(said),
        will_call=said is not None and ticket.phone_e164 is not None and rules.follow_up(said) is not None,
        reopened=ticket.cycle > survey.cycle,
        reasons=list(Reason) if rating and rules.offers_reasons(rating.solved, rating.score) else [],
        receipt=rules.grouped(rating.receipt) if rating else "",
        beacon=state == "asking" and request.method == "GET" and survey.opened_at is None,
        extra=_carried(),
    )
    return make_response(page, 410 if state == "expired" else status)
