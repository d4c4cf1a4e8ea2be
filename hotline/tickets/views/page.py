"""The page of one case: what was asked, who owes an answer, by when, and all that happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from flask import render_template, request, url_for
from wtforms import Field

from hotline import clock
from hotline.db import transaction
from hotline.errors import Invalid
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import accounts, actions, matters, queries, story
from hotline.tickets.forms import ReasonForm
from hotline.tickets.models import Ticket
from hotline.tickets.rules.identity import is_kept_secret
from hotline.tickets.rules.lifecycle import allowed_verbs
from hotline.tickets.verbs import VERBS, TicketVerb, fresh_form, is_its_verb, is_sensible, is_stale, texts_in
from hotline.tickets.views.blueprint import bp
from hotline.tickets.views.together import together
from hotline.web.access import requires
from hotline.web.forms import VerbForm
from hotline.web.panels import TICKET, panels


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


def ticket_page(
    ticket: Ticket,
    now: datetime,
    *,
    entry: TicketVerb | None = None,
    form: VerbForm | None = None,
    message: str = "",
    number: str = "",
    reveal_form: ReasonForm | None = None,
    looked_at: int | None = None,
    removing: Mapping[str, Field] | None = None,
) -> str:
    """The page of `ticket`; `entry` and `form` bring back a verb that was refused, with what was typed.

    `looked_at` is the version that was on the reader's screen, where the case has changed since; `removing` brings back
    by a file's key the reason for which it was to be taken away.
    """
    who = actor()
    kept = queries.own_drafts(ticket, who)
    possible = set(allowed_verbs(ticket.status))
    offered = [
        v
        for v in VERBS.values()
        if who.can(v.permission)
        and is_its_verb(v, ticket, who)
        and (v is entry or (v.verb in possible and is_sensible(v.verb, ticket, who, now)))
    ]
    names = {v.verb.value for v in offered}
    unsent = {
        name: texts_in(VERBS[name], row.fields)
        for name, row in kept.items()
        if name in VERBS and (name not in names or is_stale(row, ticket))
    }
    kept = {name: row for name, row in kept.items() if name not in unsent}
    typed = {name: row.fields for name, row in kept.items()}
    verbs = [
        (v, form if v is entry and form else fresh_form(v, ticket, now, typed=typed.get(v.verb.value))) for v in offered
    ]
    return render_template(
        "tickets/ticket.html",
        ticket=ticket,
        now=now,
        verbs=verbs,
        tried=entry,
        message=message,
        number=number,
        removing=removing or {},
        reveal_form=reveal_form or ReasonForm(formdata=None, version=ticket.version),
        standing=accounts.standing(ticket, now),
        next_verb=next((v for v in offered if v.kind == "primary"), None),
        kept=kept,
        unsent={VERBS[name]: texts for name, texts in unsent.items() if texts},
        newest_draft=next((name for name in reversed(kept) if name in names), None),
        writers=queries.writers(ticket, who, now),
        verbs_by_name=VERBS,
        steps=story.steps_of(ticket),
        story=story.story(ticket),
        changes=story.happened_since(ticket, looked_at) if looked_at is not None else [],
        holdings=story.holdings(ticket, now),
        matters=matters.open_matters(ticket, now),
        is_secret=is_kept_secret(
            is_confidential=ticket.is_confidential,
            is_sensitive=bool(ticket.category and ticket.category.is_sensitive),
            takes_reports=who.can(Can.TICKETS_OPEN),
        ),
        back=_list_behind(),
        draft=actions.latest_draft(ticket),
        panels=panels(TICKET, ticket) if queries.is_visible(ticket, who) else [],
        together=together(ticket, who),
        task_standing=accounts.task_standing,
        accounts=accounts.clock_accounts(ticket, now),
        hands=accounts.hands_account(ticket, now),
        day_names=accounts.day_names,
    )


def _list_behind() -> str:
    """The list that the reader came from, with its tab, filters and page; the usual one when they came from elsewhere.

    Browsers tell us where a link was clicked, to our own pages only; nothing else in it is believed.
    """
    usual, came_from = url_for("tickets.queue"), urlsplit(request.referrer or "")
    if came_from.netloc != request.host or came_from.path != usual or not came_from.query:
        return usual
    return f"{usual}?{came_from.query}"
