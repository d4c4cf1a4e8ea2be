"""One POST for every verb; what was refused comes back on the page with all that was typed."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hotline import clock
from hotline.db import transaction
from hotline.errors import Conflict, Forbidden, HotlineError, Invalid, TooLarge, WrongType
from hotline.staff.current import actor
from hotline.tickets import actions, queries
from hotline.tickets.models import Ticket
from hotline.tickets.rules.tasks import Hands
from hotline.tickets.verbs import VERBS, TicketVerb, draft_fields, fresh_form, is_its_verb
from hotline.tickets.views.blueprint import bp
from hotline.tickets.views.page import ticket_page
from hotline.web import idempotency
from hotline.web.access import requires
from hotline.web.bodies import takes_up_to
from hotline.web.forms import VerbForm


def _verb_view(code: str, entry: TicketVerb) -> Response | tuple[str, int]:
    now, who = clock.now(), actor()
    seen = queries.ticket_by_code(code, who)
    is_sent_again = idempotency.is_answered(request.form.get("idempotency_key", ""), f"user:{who.user_id}")
    if not is_sent_again and not is_its_verb(entry, seen, who):
        return _not_its_verb(code, entry, now)
    form = fresh_form(entry, seen, now, filled=True)

    def act() -> str:
        as_asked = entry.hands is not Hands.LEAD
        ticket = queries.ticket_for_change(code, who, version=form.version.data, as_asked=as_asked)
        entry.act(ticket, form, who, now)
        actions.drop_draft(ticket, entry.verb.value, by=who)
        return _where_next(ticket)

    try:
        form.check()
        if entry.examine is not None:
            entry.examine(form)
        location = idempotency.once(form.idempotency_key.data, f"user:{who.user_id}", act, now=now)
    except (Invalid, Forbidden, Conflict, TooLarge, WrongType) as error:
        return _refused(code, entry, form, error, now)
    flash(str(entry.done), "ok")
    return redirect(location, 303)


def _not_its_verb(code: str, entry: TicketVerb, now: datetime) -> tuple[str, int]:
    """The verb is not this unit's, perhaps not any more: what was typed is kept, and the page shows it."""
    error = Forbidden(_l("Another unit leads this case; yours may only contribute."))
    names = draft_fields(entry)
    typed = {name: request.form[name] for name in sorted(names & set(request.form))}
    with transaction():
        actions.keep_draft(queries.seen_ticket(code, actor()), entry.verb.value, typed, by=actor(), now=now)
    return ticket_page(queries.ticket_by_code(code, actor()), now, message=str(error.message)), error.status


def _where_next(ticket: Ticket) -> str:
    """The case, or the queue when it has left the reader's sight."""
    if queries.is_visible(ticket, actor()) or queries.was_asked(ticket, actor()):
        return url_for("tickets.show", code=ticket.code)
    return url_for("tickets.queue")


def _refused(code: str, entry: TicketVerb, form: VerbForm, error: HotlineError, now: datetime) -> tuple[str, int]:
    ticket = queries.ticket_by_code(code, actor())
    for name, sentence in error.fields.items():
        if name in form and not form[name].errors:
            form[name].errors = [sentence]
    looked_at = form.version.data
    form.version.raw_data, form.version.data = None, ticket.version
    elsewhere = (str(sentence) for name, sentence in error.fields.items() if name not in form)
    message = str(error.message) or "; ".join(elsewhere)
    return ticket_page(ticket, now, entry=entry, form=form, message=message, looked_at=looked_at), error.status


for _entry in VERBS.values():
    _name = _entry.verb.value

    def _view(code: str, entry: TicketVerb = _entry) -> Response | tuple[str, int]:
        return _verb_view(code, entry)

    if _entry.largest_body is not None:
        _view = takes_up_to(_entry.largest_body)(_view)
    bp.add_url_rule(
        f"/tickets/<code>/{_name}",
        endpoint=_name,
        view_func=requires(_entry.permission)(_view),
        methods=["POST"],
    )
