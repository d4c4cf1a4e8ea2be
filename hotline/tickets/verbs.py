"""The verbs a page offers: one entry makes URL, endpoint, permission, form and the words on the button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Department
from hotline.db import db
from hotline.errors import Invalid
from hotline.staff import queries as staff
from hotline.staff.models import User
from hotline.staff.permissions import Can
from hotline.tickets import actions, forms
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Verb
from hotline.tickets.words import BUTTON_WORDS
from hotline.web.formats import local
from hotline.web.forms import VerbForm, offered
from hotline.web.language import as_recorded

Act = Callable[[Ticket, Any, Actor, datetime], object]


@dataclass(frozen=True)
class TicketVerb:
    """A verb as people meet it on a ticket's page."""

    verb: Verb
    permission: Can
    form: type[VerbForm]
    act: Act
    label: Any
    icon: str
    kind: str = "secondary"
    done: Any = ""
    key: str | None = None


def _department(department_id: int, field: str) -> Department:
    found = db.session.get(Department, department_id)
    if found is None:
        raise Invalid(fields={field: _l("There is no such unit.")})
    return found


def _return(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    proposed = _department(f.proposed_department_id.data, "proposed_department_id")
    return actions.return_(t, proposed, reason=f.reason.data, by=by, now=now)


def _route(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    unit = _department(f.department_id.data, "department_id")
    with as_recorded():
        reason = f.reason.data or _("chosen by the switchboard")
    return actions.route(t, unit, reason=reason, by=by, now=now)


def _assign(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    person = db.session.get(User, f.assignee_id.data)
    if person is None:
        raise Invalid(fields={"assignee_id": _l("There is no such person.")})
    return actions.assign(t, person, by=by, now=now)


def _hold(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    return actions.hold(t, reason=f.reason.data, until=now + timedelta(days=f.days.data), by=by, now=now)


VERBS: dict[str, TicketVerb] = {
    entry.verb.value: entry
    for entry in (
        TicketVerb(Verb.ACCEPT, Can.TICKETS_ACCEPT, forms.AcceptForm,
                   lambda t, f, by, now: actions.accept(t, by=by, now=now),
                   BUTTON_WORDS[Verb.ACCEPT], "check", "primary", _l("Accepted."), "a"),
        TicketVerb(Verb.ANSWER, Can.TICKETS_ANSWER, forms.AnswerForm,
                   lambda t, f, by, now: actions.answer(t, body=f.body.data, by=by, now=now),
                   BUTTON_WORDS[Verb.ANSWER], "edit", "primary", _l("The answer now awaits approval."), "r"),
        TicketVerb(Verb.APPROVE, Can.TICKETS_APPROVE, forms.AcceptForm,
                   lambda t, f, by, now: actions.approve(t, by=by, now=now),
                   BUTTON_WORDS[Verb.APPROVE], "check", "primary", _l("Approved. The citizen gets a text message.")),
        TicketVerb(Verb.REWORK, Can.TICKETS_REWORK, forms.ReasonForm,
                   lambda t, f, by, now: actions.rework(t, reason=f.reason.data, by=by, now=now),
                   BUTTON_WORDS[Verb.REWORK], "arrow-back", done=_l("Sent back.")),
        TicketVerb(Verb.ROUTE, Can.TICKETS_ROUTE, forms.RouteForm, _route,
                   BUTTON_WORDS[Verb.ROUTE], "arrow-right", "primary", _l("Sent.")),
        TicketVerb(Verb.SETTLE, Can.TICKETS_SETTLE, forms.AnswerForm,
                   lambda t, f, by, now: actions.settle(t, body=f.body.data, by=by, now=now),
                   BUTTON_WORDS[Verb.SETTLE], "phone", done=_l("Recorded as answered.")),
        TicketVerb(Verb.ASSIGN, Can.TICKETS_ASSIGN, forms.AssignForm, _assign,
                   BUTTON_WORDS[Verb.ASSIGN], "user", done=_l("Assigned.")),
        TicketVerb(Verb.ASK, Can.TICKETS_ASK, forms.AskForm,
                   lambda t, f, by, now: actions.ask(t, question=f.question.data, by=by, now=now),
                   BUTTON_WORDS[Verb.ASK], "help", done=_l("Asked. The clock waits for the reply.")),
        TicketVerb(Verb.RESUME, Can.TICKETS_RESUME, forms.ResumeForm,
                   lambda t, f, by, now: actions.resume(t, note=f.note.data, by=by, now=now),
                   BUTTON_WORDS[Verb.RESUME], "arrow-right", "primary", _l("The clock runs again.")),
        TicketVerb(Verb.HOLD, Can.TICKETS_HOLD, forms.HoldForm, _hold,
                   BUTTON_WORDS[Verb.HOLD], "clock", done=_l("On hold. The citizen's time runs on.")),
        TicketVerb(Verb.RETURN, Can.TICKETS_RETURN, forms.ReturnForm, _return,
                   BUTTON_WORDS[Verb.RETURN], "arrow-back", done=_l("Returned to the switchboard.")),
        TicketVerb(Verb.REOPEN, Can.TICKETS_REOPEN, forms.ReasonForm,
                   lambda t, f, by, now: actions.reopen(t, reason=f.reason.data, by=by, now=now),
                   BUTTON_WORDS[Verb.REOPEN], "alert", done=_l("Reopened as a new cycle.")),
        TicketVerb(Verb.REFUSE, Can.TICKETS_REFUSE, forms.GuidanceForm,
                   lambda t, f, by, now: actions.refuse(t, guidance=f.guidance.data, by=by, now=now),
                   BUTTON_WORDS[Verb.REFUSE], "x", done=_l("Recorded, with guidance for the citizen.")),
        TicketVerb(Verb.REFER, Can.TICKETS_REFER, forms.GuidanceForm,
                   lambda t, f, by, now: actions.refer(t, guidance=f.guidance.data, by=by, now=now),
                   BUTTON_WORDS[Verb.REFER], "send", done=_l("Passed on.")),
        TicketVerb(Verb.WITHDRAW, Can.TICKETS_WITHDRAW, forms.ReasonForm,
                   lambda t, f, by, now: actions.withdraw(t, reason=f.reason.data, by=by, now=now),
                   BUTTON_WORDS[Verb.WITHDRAW], "x", done=_l("Withdrawn.")),
        TicketVerb(Verb.CONTACT, Can.TICKETS_CONTACT, forms.ContactForm,
                   lambda t, f, by, now: actions.contact(t, summary=f.summary.data, by=by, now=now),
                   BUTTON_WORDS[Verb.CONTACT], "phone", done=_l("Call noted on this case.")),
        TicketVerb(Verb.NOTE, Can.TICKETS_NOTE, forms.NoteForm,
                   lambda t, f, by, now: actions.note(t, text=f.note.data, reached=f.reached.data, by=by, now=now),
                   BUTTON_WORDS[Verb.NOTE], "note", done=_l("Noted.")),
    )
}  # fmt: skip


def fresh_form(entry: TicketVerb, ticket: Ticket, now: datetime, *, filled: bool = False) -> VerbForm:
    """The verb's form with its choices; `filled` reads the present request, otherwise it is new."""
    form = entry.form(prefix="") if filled else entry.form(formdata=None, **forms.version_of(ticket))
    on = local(now).date()
    for name, choices in (
        ("proposed_department_id", lambda: catalogue.current_departments(on)),
        ("department_id", lambda: catalogue.current_departments(on)),
        ("assignee_id", lambda: staff.colleagues(ticket.department_id) if ticket.department_id else []),
    ):
        if name in form:
            form[name].choices = offered(choices())
    return form
