"""The call-back sample at the operator's desk: the next call, its script and answers; how far each draw is."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import clock
from hotline.catalogue.settings import province
from hotline.db import transaction
from hotline.errors import Invalid
from hotline.satisfaction import actions, forms, queries, spoken
from hotline.satisfaction.models import SampleCall, SampleOutcome, Solved
from hotline.satisfaction.rules import sample as rules
from hotline.satisfaction.views.blueprints import bp
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.formats import day, local


@bp.get("/sample")
@requires(Can.SAMPLE_CALL)
def sample() -> str:
    """The call that is held, with its script; else how many wait."""
    return _page(forms.CallBackForm(formdata=None), forms.UnansweredForm(formdata=None))


def _page(answers: forms.CallBackForm, unanswered: forms.UnansweredForm) -> str:
    now, house, user_id = clock.now(), province(), actor().user_id or 0
    call = queries.held_call(user_id)
    return render_template(
        "satisfaction/sample.html",
        call=call,
        answers=answers,
        unanswered=unanswered,
        script=_script(call) if call else {},
        answer=queries.published_answer(call.survey.ticket_id, call.survey.cycle) if call else None,
        score_words=forms.SCORE_WORDS,
        most_tries=rules.MOST_TRIES,
        waiting=queries.waiting_calls(user_id, now),
        may_call=rules.may_call(local(now), house.texts_begin_hour, house.texts_end_hour),
    )


def _script(call: SampleCall) -> dict[str, str]:
    house, ticket = province(), call.survey.ticket
    return {
        "hello": spoken.SCRIPT_HELLO.format(
            province=house.name_vi,
            phone=house.phone,
            received=day(ticket.received_at),
            code=ticket.code,
            closed=day(call.survey.closed_at),
        ),
        "solved": spoken.SCRIPT_SOLVED,
        "score": spoken.SCRIPT_SCORE,
        "comment": spoken.SCRIPT_COMMENT,
        "goodbye": spoken.SCRIPT_GOODBYE,
    }


@bp.post("/sample/next")
@requires(Can.SAMPLE_CALL)
def take() -> Response:
    """Take the call whose turn it is."""
    with transaction():
        call = actions.take_next(by=actor(), now=clock.now())
    if call is None:
        flash(_("No call is due for you now."), "info")
    return redirect(url_for("satisfaction.sample"), 303)


@bp.post("/sample/<int:sample_call_id>/rate")
@requires(Can.SAMPLE_CALL)
def rate_sample(sample_call_id: int) -> Response | tuple[str, int]:
    """Both answers of the citizen."""
    form = forms.CallBackForm()
    try:
        form.check()
    except Invalid:
        return _page(form, forms.UnansweredForm(formdata=None)), 422
    with transaction():
        call = actions.rate_call(
            sample_call_id,
            solved=Solved(form.solved.data),
            score=int(form.score.data),
            comment=form.comment.data or "",
            by=actor(),
            now=clock.now(),
        )
        outcome = call.outcome
    flash(_("Kept: %(outcome)s.", outcome=outcome.label if outcome else ""), "ok")
    return redirect(url_for("satisfaction.sample"), 303)


@bp.post("/sample/<int:sample_call_id>/code")
@requires(Can.SAMPLE_CALL)
def code_sample(sample_call_id: int) -> Response | tuple[str, int]:
    """How the call ended without an answer."""
    form = forms.UnansweredForm()
    try:
        form.check()
    except Invalid:
        return _page(forms.CallBackForm(formdata=None), form), 422
    outcome = SampleOutcome(form.outcome.data)
    with transaction():
        call = actions.code_call(
            sample_call_id, outcome=outcome, note=form.note.data or "", by=actor(), now=clock.now()
        )
        again_at = None if call.done_at else call.next_try_at
    if again_at:
        flash(_("Kept. The call comes back on %(day)s.", day=day(again_at)), "ok")
    else:
        flash(_("Kept: %(outcome)s.", outcome=outcome.label), "ok")
    return redirect(url_for("satisfaction.sample"), 303)


@bp.get("/sample/draws")
@requires(Can.RATINGS_LIST)
def draws() -> str:
    """Each unit's draw of a month: how many could be drawn, were drawn, and how their calls ended."""
    return render_template("satisfaction/draws.html", draws=queries.draws(), outcomes=list(SampleOutcome))
