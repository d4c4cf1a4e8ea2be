"""The verbs a page offers: one entry makes URL, endpoint, permission, form and the words on the button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Category, Department, Priority
from hotline.db import db
from hotline.errors import Invalid
from hotline.staff import queries as staff
from hotline.staff.models import User
from hotline.staff.permissions import Can
from hotline.tickets import actions, forms, queries
from hotline.tickets.models import Ticket
from hotline.tickets.rules import guards
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


def _ask(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    how = {"days": f.days.data, "by_phone": f.by_phone.data}
    return actions.ask(t, question=f.question.data, **how, by=by, now=now)


def _classify(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    category = db.session.get(Category, f.category_id.data)
    if category is None or not category.is_active:
        raise Invalid(fields={"category_id": _l("There is no such category. Please choose one from the list.")})
    return actions.classify(t, category, Priority(f.priority.data), reason=f.reason.data, by=by, now=now)


def _attach(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    actions.check_move(t, Verb.ATTACH, by)  # first: the answer of its main case may hold that one and wait for this one
    main = queries.main_case(f.main_code.data, by)
    return actions.attach(t, main, by=by, now=now)


def _contact(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    return actions.contact(t, summary=f.summary.data, awaits_reply=f.awaits_reply.data, by=by, now=now)


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
                   _ask, BUTTON_WORDS[Verb.ASK], "help",
                   done=_l("Asked. The time stops once the question has arrived and the switchboard confirms it.")),
        TicketVerb(Verb.CONFIRM, Can.TICKETS_CONFIRM, forms.ConfirmForm,
                   lambda t, f, by, now: actions.confirm(t, by_phone=f.by_phone.data, note=f.note.data or "",
                                                         by=by, now=now),
                   BUTTON_WORDS[Verb.CONFIRM], "check", "primary", _l("Confirmed.")),
        TicketVerb(Verb.RESUME, Can.TICKETS_RESUME, forms.ResumeForm,
                   lambda t, f, by, now: actions.resume(t, note=f.note.data, by=by, now=now),
                   BUTTON_WORDS[Verb.RESUME], "arrow-right", "primary", _l("The clock runs again.")),
        TicketVerb(Verb.HOLD, Can.TICKETS_HOLD, forms.HoldForm,
                   lambda t, f, by, now: actions.hold(t, reason=f.reason.data, days=f.days.data, by=by, now=now),
                   BUTTON_WORDS[Verb.HOLD], "pause", done=_l("On hold. The citizen's time runs on.")),
        TicketVerb(Verb.GRANT, Can.TICKETS_GRANT, forms.GrantForm,
                   lambda t, f, by, now: actions.grant(t, reason=f.reason.data or "", by=by, now=now),
                   BUTTON_WORDS[Verb.GRANT], "check", "primary", _l("Granted. The citizen gets a text message.")),
        TicketVerb(Verb.DECLINE, Can.TICKETS_DECLINE, forms.ReasonForm,
                   lambda t, f, by, now: actions.decline(t, reason=f.reason.data, by=by, now=now),
                   BUTTON_WORDS[Verb.DECLINE], "x", done=_l("Declined. The deadline stays.")),
        TicketVerb(Verb.EXTEND, Can.TICKETS_EXTEND, forms.ExtendForm,
                   lambda t, f, by, now: actions.extend(t, until_on=f.until_on.data, reason=f.reason.data,
                                                        by=by, now=now),
                   BUTTON_WORDS[Verb.EXTEND], "clock", done=_l("Asked. The deadline stays until it is granted.")),
        TicketVerb(Verb.CHASE, Can.TICKETS_CHASE, forms.ReasonForm,
                   lambda t, f, by, now: actions.chase(t, reason=f.reason.data, by=by, now=now),
                   BUTTON_WORDS[Verb.CHASE], "alert", done=_l("Chased. The unit is told.")),
        TicketVerb(Verb.PHONE, Can.TICKETS_PHONE, forms.PhoneForm,
                   lambda t, f, by, now: actions.phone(t, spoke_to=f.spoke_to.data, by=by, now=now),
                   BUTTON_WORDS[Verb.PHONE], "phone", done=_l("Noted on the case.")),
        TicketVerb(Verb.CLASSIFY, Can.TICKETS_CLASSIFY, forms.ClassifyForm, _classify,
                   BUTTON_WORDS[Verb.CLASSIFY], "edit", done=_l("Changed; the deadlines were worked out anew.")),
        TicketVerb(Verb.ATTACH, Can.TICKETS_ATTACH, forms.AttachForm, _attach,
                   BUTTON_WORDS[Verb.ATTACH], "inbox", done=_l("Joined.")),
        TicketVerb(Verb.DETACH, Can.TICKETS_DETACH, forms.ReasonForm,
                   lambda t, f, by, now: actions.detach(t, reason=f.reason.data, by=by, now=now),
                   BUTTON_WORDS[Verb.DETACH], "arrow-back", done=_l("Taken out.")),
        TicketVerb(Verb.WAIVE, Can.TICKETS_WAIVE, forms.ReasonForm,
                   lambda t, f, by, now: actions.waive(t, reason=f.reason.data, by=by, now=now),
                   BUTTON_WORDS[Verb.WAIVE], "check", done=_l("Excused. It stays on record.")),
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
        TicketVerb(Verb.CONTACT, Can.TICKETS_CONTACT, forms.ContactForm, _contact,
                   BUTTON_WORDS[Verb.CONTACT], "phone", done=_l("Call noted on this case.")),
        TicketVerb(Verb.CORRECT, Can.TICKETS_CORRECT, forms.CorrectForm,
                   lambda t, f, by, now: actions.correct(t, phone=f.phone.data, reason=f.reason.data, by=by, now=now),
                   BUTTON_WORDS[Verb.CORRECT], "phone", done=_l("Corrected. It stays on record.")),
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
        ("category_id", catalogue.active_categories),
        ("assignee_id", lambda: staff.colleagues(ticket.department_id) if ticket.department_id else []),
    ):
        if name in form:
            form[name].choices = offered(choices())
    return form


def is_sensible(verb: Verb, ticket: Ticket, by: Actor, now: datetime) -> bool:
    """Whether the page offers a verb that the table allows: not where the server would surely refuse it."""
    wait = next((row for row in ticket.pauses if row.ended_at is None), None)
    undecided = actions.open_extension(ticket)
    match verb:
        case Verb.CONFIRM:
            return wait is not None and wait.began_at is None
        case Verb.EXTEND:
            return undecided is None and ticket.due_at is not None and now <= ticket.due_at and not ticket.is_late
        case Verb.GRANT | Verb.DECLINE:
            return undecided is not None and undecided.asked_by_id != by.user_id
        case Verb.WAIVE:
            return bool(actions.standing_breaches(ticket))
        case Verb.ROUTE:
            return guards.may_route(returns=ticket.returns, role=by.role, status=ticket.status)
        case Verb.PHONE:
            return ticket.priority is Priority.URGENT
        case _:
            return True
