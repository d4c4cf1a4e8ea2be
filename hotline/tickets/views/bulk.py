"""Several cases at once: accept, assign, note; each may fail for itself, and the page says which and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qsl

from flask import redirect
from werkzeug.wrappers import Response

from hotline import clock
from hotline.actor import Actor
from hotline.db import db
from hotline.errors import Invalid
from hotline.staff.current import actor
from hotline.staff.models import User
from hotline.staff.permissions import Can
from hotline.tickets import actions
from hotline.tickets.forms import BulkForm
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Verb
from hotline.tickets.views.blueprint import bp
from hotline.tickets.views.queue import back_to, fresh_bulk_form, queue_page
from hotline.web import idempotency
from hotline.web.access import requires

Answer = Response | tuple[str, int]
Act = Callable[[Ticket], object]
Prepare = Callable[[BulkForm, Actor, datetime], Act]


@bp.post("/tickets/bulk/accept")
@requires(Can.TICKETS_ACCEPT)
def bulk_accept() -> Answer:
    """The unit takes them on."""
    return _together(Verb.ACCEPT, lambda form, who, now: lambda t: actions.accept(t, by=who, now=now))


@bp.post("/tickets/bulk/assign")
@requires(Can.TICKETS_ASSIGN)
def bulk_assign() -> Answer:
    """One person gets them all."""

    def prepare(form: BulkForm, who: Actor, now: datetime) -> Act:
        person = db.session.get_one(User, form.person())
        return lambda t: actions.assign(t, person, by=who, now=now)

    return _together(Verb.ASSIGN, prepare)


@bp.post("/tickets/bulk/note")
@requires(Can.TICKETS_NOTE)
def bulk_note() -> Answer:
    """The same internal note on each."""

    def prepare(form: BulkForm, who: Actor, now: datetime) -> Act:
        text = form.text()
        return lambda t: actions.note(t, text=text, by=who, now=now)

    return _together(Verb.NOTE, prepare)


def _together(verb: Verb, prepare: Prepare) -> Answer:
    who, now = actor(), clock.now()
    form = fresh_bulk_form(who, filled=True)

    def act() -> str:
        cases, deed = form.cases(), prepare(form, who, now)
        reference = actions.do_together(cases, verb, deed, by=who, now=now)
        return back_to(form.back.data or "", report=reference)

    try:
        form.check()
        location = idempotency.once(form.idempotency_key.data, f"user:{who.user_id}", act, now=now)
    except Invalid as error:
        return _refused(form, error)
    return redirect(location, 303)


def _refused(form: BulkForm, error: Invalid) -> tuple[str, int]:
    for name, sentence in error.fields.items():
        if name in form and not form[name].errors:
            form[name].errors = [sentence]
    if form.idempotency_key.errors:
        form.idempotency_key.raw_data, form.idempotency_key.data = None, idempotency.new_key()
    return queue_page(dict(parse_qsl(form.back.data or "")), bulk_form=form), error.status
