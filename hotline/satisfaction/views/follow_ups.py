"""The lead's tasks about unhappy citizens: the list, one task, and its verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hotline import clock
from hotline.actor import Actor
from hotline.db import transaction
from hotline.errors import Conflict, HotlineError, Invalid
from hotline.satisfaction import actions, forms, queries
from hotline.satisfaction.models import FollowUp, FollowUpOutcome
from hotline.satisfaction.views.blueprints import bp
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import actions as tickets
from hotline.tickets import queries as cases
from hotline.tickets.rules import guards
from hotline.web import idempotency
from hotline.web.access import requires
from hotline.web.forms import VerbForm
from hotline.web.language import as_recorded
from hotline.web.row_ids import row_id

Act = Callable[[FollowUp, Any, Actor, datetime], object]


@dataclass(frozen=True)
class TaskVerb:
    """A verb on a task: its word in the address, its form, what it does and what is said afterwards."""

    word: str
    form: type[VerbForm]
    act: Act
    label: Any
    icon: str
    done: Any


def _reopen(task: FollowUp, form: Any, by: Actor, now: datetime) -> None:
    ticket = cases.ticket_for_change(task.survey.ticket.code, by)
    actions.reopen_case(task, ticket, reason=form.reason.data, by=by, now=now)


VERBS = {
    verb.word: verb
    for verb in (
        TaskVerb("try", forms.TryForm,
                 lambda task, form, by, now: actions.note_try(task, note=form.note.data or "", by=by, now=now),
                 _l("Called, not reached"), "phone", _l("Noted. Please try again at another hour.")),
        TaskVerb("finish", forms.FinishForm,
                 lambda task, form, by, now: actions.finish(task, outcome=FollowUpOutcome(form.outcome.data),
                                                            note=form.note.data, by=by, now=now),
                 _l("Finish the task"), "check", _l("Done.")),
        TaskVerb("reopen", forms.ReopenForm, _reopen,
                 _l("Reopen the case"), "alert", _l("Reopened as a new cycle. The citizen gets a text message.")),
        TaskVerb("open", forms.OpenForm,
                 lambda task, form, by, now: actions.open_new_case(task, content=form.content.data, by=by, now=now),
                 _l("Open a linked new case"), "plus", _l("Opened, and linked to the earlier case.")),
    )
}  # fmt: skip


@bp.get("/follow-ups")
@requires(Can.FOLLOW_UPS_WORK)
def follow_ups() -> str:
    """What is to be done, the most urgent first; or what was done."""
    is_done, after = request.args.get("view") == "done", request.args.get("after", type=row_id)
    return render_template(
        "satisfaction/follow_ups.html",
        is_done=is_done,
        tasks=[] if is_done else queries.open_follow_ups(),
        page=queries.done_follow_ups(after) if is_done else None,
        now=clock.now(),
    )


@bp.get("/follow-ups/<int:follow_up_id>")
@requires(Can.FOLLOW_UPS_WORK)
def follow_up(follow_up_id: int) -> str:
    """One task: the case, the answer, what was said, whom to call."""
    return _page(follow_up_id)


@bp.post("/follow-ups/<int:follow_up_id>/reveal")
@requires(Can.FOLLOW_UPS_WORK)
def follow_up_reveal(follow_up_id: int) -> tuple[str, int] | str:
    """Show the number: with a reason, on record, as on the case's own page."""
    form, now, who = forms.RevealForm(), clock.now(), actor()
    try:
        form.check()
    except Invalid:
        return _page(follow_up_id, reveal_form=form), 422
    code = queries.follow_up(follow_up_id).survey.ticket.code
    with transaction():
        number = tickets.reveal(cases.ticket_for_change(code, who), reason=form.reason.data, by=who, now=now)
    return _page(follow_up_id, number=number)


def _verb_view(follow_up_id: int, verb: TaskVerb) -> Response | tuple[str, int]:
    now, who, form = clock.now(), actor(), verb.form()

    def act() -> str:
        verb.act(queries.follow_up_for_change(follow_up_id, version=form.version.data), form, who, now)
        return url_for("satisfaction.follow_up", follow_up_id=follow_up_id)

    try:
        form.check()
        location = idempotency.once(form.idempotency_key.data, f"user:{who.user_id}", act, now=now)
    except (Invalid, Conflict) as error:
        return _page(follow_up_id, tried=verb, form=form, error=error), error.status
    flash(str(verb.done), "ok")
    return redirect(location, 303)


for _verb in VERBS.values():

    def _view(follow_up_id: int, verb: TaskVerb = _verb) -> Response | tuple[str, int]:
        return _verb_view(follow_up_id, verb)

    bp.add_url_rule(
        f"/follow-ups/<int:follow_up_id>/{_verb.word}",
        endpoint=f"follow_up_{_verb.word}",
        view_func=requires(Can.FOLLOW_UPS_WORK)(_view),
        methods=["POST"],
    )


def _page(
    follow_up_id: int,
    *,
    tried: TaskVerb | None = None,
    form: VerbForm | None = None,
    error: HotlineError | None = None,
    number: str = "",
    reveal_form: forms.RevealForm | None = None,
) -> str:
    """The page of one task; `tried`, `form` and `error` bring back a verb that was refused, with what was typed."""
    task, now = queries.follow_up(follow_up_id), clock.now()
    survey, ticket = task.survey, task.survey.ticket
    if form is not None and error is not None:
        for name, sentence in error.fields.items():
            if name in form and not form[name].errors:
                form[name].errors = [sentence]
        form.version.raw_data, form.version.data = None, task.version
    message = str(error.message) if error is not None else ""
    offered = [verb for verb in VERBS.values() if verb is tried or _is_sensible(verb, task, now)]
    return render_template(
        "satisfaction/follow_up.html",
        task=task,
        ticket=ticket,
        survey=survey,
        rating=survey.rating,
        answer=queries.published_answer(ticket.id, survey.cycle),
        verbs=[(verb, form if verb is tried and form else _fresh(verb, task)) for verb in offered],
        tried=tried,
        message=message,
        number=number,
        reveal_form=reveal_form or forms.RevealForm(formdata=None, version=task.version),
        now=now,
    )


def _is_sensible(verb: TaskVerb, task: FollowUp, now: datetime) -> bool:
    """Whether the page offers a verb: not where the server would surely refuse it."""
    ticket = task.survey.ticket
    reopens = ticket.status.is_stopped and guards.may_reopen(ticket.stopped_at, now)
    return task.done_at is None and (verb.word != "reopen" or reopens)


def _fresh(verb: TaskVerb, task: FollowUp) -> VerbForm:
    form = verb.form(formdata=None, version=task.version)
    if "content" in form:
        old = task.survey.ticket
        with as_recorded():
            form["content"].data = _("Goes on from report %(code)s: %(content)s", code=old.code, content=old.content)
    return form
