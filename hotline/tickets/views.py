"""The queue and the ticket's page; each verb its own POST."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hotline import clock
from hotline.db import transaction
from hotline.errors import Conflict, HotlineError, Invalid, NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import accounts, actions, queries
from hotline.tickets.forms import ReasonForm
from hotline.tickets.ledger_words import register_ledger_words
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import allowed_verbs
from hotline.tickets.verbs import VERBS, TicketVerb, fresh_form, is_sensible
from hotline.tickets.words import VERB_LOOK, event_actor, event_at, event_title, register_words
from hotline.web import idempotency
from hotline.web.access import requires
from hotline.web.forms import VerbForm
from hotline.web.navigation import Entry, add_entry
from hotline.web.panels import TICKET, panels

bp = Blueprint("tickets", __name__, template_folder="templates")


def register(app: Flask) -> None:
    """Add the queue, the ticket page and one POST route for every verb."""
    app.register_blueprint(bp)
    register_words(app)
    register_ledger_words(app)
    pages = ("tickets.show", "tickets.reveal", *(f"tickets.{verb}" for verb in VERBS))
    add_entry(app, Entry("tickets.queue", _l("Reports"), "inbox", Can.TICKETS_LIST, 20, pages))


@bp.get("/tickets")
@requires(Can.TICKETS_LIST)
def queue() -> str:
    """What is due next."""
    who, now = actor(), clock.now()
    words = request.args.get("q", "").strip()[:200]
    tabs = queries.views_of(who)
    try:
        view = queries.View(request.args.get("view") or (queries.View.ALL if words else tabs[0]))
    except ValueError as error:
        raise NotFound(_l("There is no such list.")) from error
    page = queries.queue(view, who, now, words=words, after=request.args.get("after", ""))
    return render_template(
        "tickets/queue.html",
        page=page,
        view=view,
        tabs=tabs,
        counts=queries.counts(who, now),
        words=words,
        now=now,
        standing={ticket.id: accounts.standing(ticket, now) for ticket in page.rows},
        due_next={ticket.id: accounts.due_next(ticket) for ticket in page.rows},
        clock_standing=accounts.clock_standing,
    )


@bp.get("/tickets/<code>")
@requires(Can.TICKETS_LIST)
def show(code: str) -> str:
    """One case: what was asked, who owes an answer, by when, and all that happened."""
    ticket = queries.ticket_by_code(code, actor())
    return ticket_page(ticket, clock.now())


@bp.post("/tickets/<code>/reveal")
@requires(Can.TICKETS_REVEAL)
def reveal(code: str) -> tuple[str, int] | str:
    """Show the number to somebody who must call: with a reason, on record."""
    form, now = ReasonForm(), clock.now()
    try:
        form.check()
    except Invalid:
        return ticket_page(queries.ticket_by_code(code, actor()), now, reveal_form=form), 422
    with transaction():
        ticket = queries.ticket_for_change(code, actor())
        number = actions.reveal(ticket, reason=form.reason.data, by=actor(), now=now)
    return ticket_page(queries.ticket_by_code(code, actor()), now, number=number)


def _verb_view(code: str, entry: TicketVerb) -> Response | tuple[str, int]:
    now, who = clock.now(), actor()
    form = fresh_form(entry, queries.ticket_by_code(code, who), now, filled=True)

    def act() -> str:
        ticket = queries.ticket_for_change(code, who, version=form.version.data)
        entry.act(ticket, form, who, now)
        return _where_next(ticket)

    try:
        form.check()
        location = idempotency.once(form.idempotency_key.data, f"user:{who.user_id}", act, now=now)
    except (Invalid, Conflict) as error:
        return _refused(code, entry, form, error, now)
    flash(str(entry.done), "ok")
    return redirect(location, 303)


def _where_next(ticket: Ticket) -> str:
    """The case, or the queue when it has left the reader's sight."""
    if queries.is_visible(ticket, actor()):
        return url_for("tickets.show", code=ticket.code)
    return url_for("tickets.queue")


def _refused(code: str, entry: TicketVerb, form: VerbForm, error: HotlineError, now: datetime) -> tuple[str, int]:
    ticket = queries.ticket_by_code(code, actor())
    for name, sentence in error.fields.items():
        if name in form and not form[name].errors:
            form[name].errors = [sentence]
    form.version.raw_data, form.version.data = None, ticket.version
    elsewhere = (str(sentence) for name, sentence in error.fields.items() if name not in form)
    message = str(error.message) or "; ".join(elsewhere)
    return ticket_page(ticket, now, entry=entry, form=form, message=message), error.status


for _entry in VERBS.values():
    _name = _entry.verb.value

    def _view(code: str, entry: TicketVerb = _entry) -> Response | tuple[str, int]:
        return _verb_view(code, entry)

    bp.add_url_rule(
        f"/tickets/<code>/{_name}",
        endpoint=_name,
        view_func=requires(_entry.permission)(_view),
        methods=["POST"],
    )


def ticket_page(
    ticket: Ticket,
    now: datetime,
    *,
    entry: TicketVerb | None = None,
    form: VerbForm | None = None,
    message: str = "",
    number: str = "",
    reveal_form: ReasonForm | None = None,
) -> str:
    """The page of `ticket`; `entry` and `form` bring back a verb that was refused, with what was typed."""
    who = actor()
    possible = set(allowed_verbs(ticket.status))
    offered = [
        v
        for v in VERBS.values()
        if who.can(v.permission) and (v is entry or (v.verb in possible and is_sensible(v.verb, ticket, who, now)))
    ]
    verbs = [(v, form if v is entry and form else fresh_form(v, ticket, now)) for v in offered]
    return render_template(
        "tickets/ticket.html",
        ticket=ticket,
        now=now,
        verbs=verbs,
        tried=entry,
        message=message,
        number=number,
        reveal_form=reveal_form or ReasonForm(formdata=None, version=ticket.version),
        standing=accounts.standing(ticket, now),
        timeline=_timeline(ticket),
        draft=actions.latest_draft(ticket),
        panels=panels(TICKET, ticket),
        accounts=accounts.clock_accounts(ticket, now),
        hands=accounts.hands_account(ticket, now),
        day_names=accounts.day_names,
    )


def _timeline(ticket: Ticket) -> list[dict[str, object]]:
    items = []
    for event in reversed(ticket.events):
        icon, tone = VERB_LOOK.get(event.verb, ("dot", "neutral"))
        unit = f" · {event.department.name}" if event.department else ""
        items.append(
            {
                "at": event_at(event),
                "who": f"{event_actor(event)}{unit}",
                "title": event_title(event),
                "text": event.public_text or event.note,
                "tone": tone,
                "icon": icon,
            }
        )
    return items
