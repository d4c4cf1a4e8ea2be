"""The verbs a page offers: one entry makes URL, endpoint, permission, form and the words on the button."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Priority
from hotline.staff import queries as staff
from hotline.tickets import actions, forms, queries
from hotline.tickets.models import Draft, Ticket
from hotline.tickets.rules import guards, tasks
from hotline.tickets.rules.lifecycle import Verb
from hotline.tickets.verbs.answering import ANSWERING_VERBS
from hotline.tickets.verbs.entry import TicketVerb
from hotline.tickets.verbs.switchboard import SWITCHBOARD_VERBS
from hotline.tickets.verbs.unit import UNIT_VERBS
from hotline.web.formats import local
from hotline.web.forms import VerbForm, offered

__all__ = ["VERBS", "TicketVerb", "draft_fields", "fresh_form", "is_its_verb", "is_sensible", "is_stale", "texts_in"]

# What people meet first on the page stands first.
ORDER = (
    Verb.ACCEPT,
    Verb.CONTRIBUTE,
    Verb.ANSWER,
    Verb.APPROVE,
    Verb.REWORK,
    Verb.ROUTE,
    Verb.SETTLE,
    Verb.ASSIGN,
    Verb.INVOLVE,
    Verb.RELEASE,
    Verb.ASK,
    Verb.CONFIRM,
    Verb.RESUME,
    Verb.HOLD,
    Verb.GRANT,
    Verb.DECLINE,
    Verb.EXTEND,
    Verb.CHASE,
    Verb.PHONE,
    Verb.CLASSIFY,
    Verb.ATTACH,
    Verb.DETACH,
    Verb.WAIVE,
    Verb.RETURN,
    Verb.REOPEN,
    Verb.REFUSE,
    Verb.REFER,
    Verb.WITHDRAW,
    Verb.CONTACT,
    Verb.CORRECT,
    Verb.FILE,
    Verb.NOTE,
)
VERBS: dict[str, TicketVerb] = {
    entry.verb.value: entry
    for entry in sorted((*UNIT_VERBS, *ANSWERING_VERBS, *SWITCHBOARD_VERBS), key=lambda entry: ORDER.index(entry.verb))
}


CARRIED = frozenset({"csrf_token", "version", "idempotency_key"})
NOT_TYPED = frozenset({"FileField", "MultipleFileField"})


def draft_fields(entry: TicketVerb) -> set[str]:
    """The names of what is typed or chosen in the verb's form; a file has to be chosen again."""
    form = entry.form(formdata=None)
    return {part.name for part in form if part.name not in CARRIED and part.type not in NOT_TYPED}


def fresh_form(
    entry: TicketVerb, ticket: Ticket, now: datetime, *, filled: bool = False, typed: Mapping[str, str] | None = None
) -> VerbForm:
    """The verb's form with its choices; `filled` reads the present request, otherwise it is new.

    `typed` is a draft: what somebody had typed into it before, which nothing is put over.
    """
    if filled:
        form = entry.form(prefix="")
    elif typed:
        form = entry.form(formdata=MultiDict({**typed, "version": str(ticket.version)}))
    else:
        form = entry.form(formdata=None, **forms.version_of(ticket))
    on = local(now).date()
    for name, choices in (
        ("proposed_department_id", lambda: catalogue.current_departments(on)),
        ("department_id", lambda: catalogue.current_departments(on)),
        ("category_id", catalogue.active_categories),
        ("area_id", lambda: catalogue.current_areas(on)),
        ("task_id", lambda: queries.open_tasks_of(ticket)),
        ("assignee_id", lambda: staff.colleagues(ticket.department_id) if ticket.department_id else []),
    ):
        if name in form:
            form[name].choices = offered(choices())
    if entry.verb is Verb.ANSWER and not filled and not form.body.data:
        form.body.data = actions.merged(ticket)
    if entry.begin is not None:
        entry.begin(form, ticket, filled or bool(typed))
    return form


def is_stale(draft: Draft, ticket: Ticket) -> bool:
    """Whether the draft of an answer is older than the sending back, after which another text is to be worked on."""
    sent_back = [event.at for event in ticket.events if event.verb is Verb.REWORK and event.cycle == ticket.cycle]
    return draft.verb == Verb.ANSWER and ticket.is_sent_back and bool(sent_back) and draft.saved_at < sent_back[-1]


def texts_in(entry: TicketVerb, fields: Mapping[str, str]) -> list[tuple[Any, str]]:
    """What somebody wrote into the verb's form, each with the words of its field; nothing that was only chosen."""
    parts = [part for part in entry.form(formdata=None) if part.type in ("TextAreaField", "StringField")]
    return [(part.label.text, fields[part.name]) for part in parts if fields.get(part.name, "").strip()]


def is_its_verb(entry: TicketVerb, ticket: Ticket, by: Actor) -> bool:
    """Whether the verb is this person's on a case that several units work on: each has its own."""
    return tasks.may_act(entry.hands, leads=queries.is_visible(ticket, by), is_asked=queries.is_asked(ticket, by))


def is_sensible(verb: Verb, ticket: Ticket, by: Actor, now: datetime) -> bool:
    """Whether the page offers a verb that the table allows: not where the server would surely refuse it."""
    wait = next((row for row in ticket.pauses if row.ended_at is None), None)
    undecided = actions.open_extension(ticket)
    match verb:
        case Verb.ANSWER:
            return not queries.open_tasks_of(ticket)
        case Verb.RELEASE:
            return bool(queries.open_tasks_of(ticket))
        case Verb.CONFIRM:
            return wait is not None and wait.began_at is None
        case Verb.EXTEND:
            return undecided is None and ticket.due_at is not None and now <= ticket.due_at and not ticket.is_late
        case Verb.GRANT | Verb.DECLINE:
            return undecided is not None and undecided.asked_by_id not in by.hands(f"tickets:{verb}")
        case Verb.WAIVE:
            return bool(actions.standing_breaches(ticket))
        case Verb.ROUTE:
            return guards.may_route(returns=ticket.returns, role=by.role, status=ticket.status)
        case Verb.PHONE:
            return ticket.priority is Priority.URGENT
        case _:
            return True
