"""The page of one case: what was asked, who owes an answer, by when, and all that happened."""

from __future__ import annotations

from datetime import datetime

from flask import render_template

from hotline import clock
from hotline.db import transaction
from hotline.errors import Invalid
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import accounts, actions, queries
from hotline.tickets.forms import ReasonForm
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Verb, allowed_verbs
from hotline.tickets.verbs import VERBS, TicketVerb, fresh_form, is_its_verb, is_sensible
from hotline.tickets.views.blueprint import bp
from hotline.tickets.views.together import together
from hotline.tickets.words import VERB_LOOK, event_actor, event_at, event_title, event_unit
from hotline.web.access import requires
from hotline.web.forms import VerbForm
from hotline.web.panels import TICKET, panels

# What colleagues write to each other; the words of other notices are facts, files and reasons.
WRITTEN_INSIDE = {Verb.NOTE, Verb.CONTACT, Verb.RETURN, Verb.REWORK, Verb.CHASE, Verb.PHONE, Verb.HOLD, Verb.CONTRIBUTE}


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
) -> str:
    """The page of `ticket`; `entry` and `form` bring back a verb that was refused, with what was typed."""
    who = actor()
    possible = set(allowed_verbs(ticket.status))
    offered = [
        v
        for v in VERBS.values()
        if who.can(v.permission)
        and is_its_verb(v, ticket, who)
        and (v is entry or (v.verb in possible and is_sensible(v.verb, ticket, who, now)))
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
        panels=panels(TICKET, ticket) if queries.is_visible(ticket, who) else [],
        together=together(ticket, who),
        task_standing=accounts.task_standing,
        accounts=accounts.clock_accounts(ticket, now),
        hands=accounts.hands_account(ticket, now),
        day_names=accounts.day_names,
    )


def _timeline(ticket: Ticket) -> list[dict[str, object]]:
    items = []
    for event in reversed(ticket.events):
        icon, tone = VERB_LOOK.get(event.verb, ("dot", "neutral"))
        unit = f" · {event_unit(event)}" if event_unit(event) else ""
        items.append(
            {
                "at": event_at(event),
                "who": f"{event_actor(event)}{unit}",
                "title": event_title(event),
                "text": event.public_text or event.note,
                "audience": "public" if event.public_text else "internal" if event.verb in WRITTEN_INSIDE else "",
                "tone": tone,
                "icon": icon,
            }
        )
    return items
