"""What a unit does with a case: the staff's verbs and the head's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.db import db
from hotline.errors import Invalid
from hotline.staff.current import actor
from hotline.staff.models import User
from hotline.staff.permissions import Can
from hotline.tickets import actions, forms, queries
from hotline.tickets.models import SubTask, Ticket
from hotline.tickets.rules.lifecycle import Verb
from hotline.tickets.rules.tasks import Hands
from hotline.tickets.verbs.entry import TicketVerb, department_chosen
from hotline.tickets.words import BUTTON_WORDS


def _return(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    proposed = department_chosen(f.proposed_department_id.data, "proposed_department_id")
    return actions.return_(t, proposed, reason=f.reason.data, by=by, now=now)


def _assign(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    person = db.session.get(User, f.assignee_id.data)
    if person is None:
        raise Invalid(fields={"assignee_id": _l("There is no such person.")})
    return actions.assign(t, person, by=by, now=now)


def _ask(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    how = {"days": f.days.data, "by_phone": f.by_phone.data}
    return actions.ask(t, question=f.question.data, **how, by=by, now=now)


def _involve(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    unit = department_chosen(f.department_id.data, "department_id")
    return actions.involve(t, unit, question=f.question.data, due_on=f.due_on.data, by=by, now=now)


def _release(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    task = db.session.get(SubTask, f.task_id.data)
    if task is None or task.ticket_id != t.id:
        raise Invalid(fields={"task_id": _l("There is no such contribution.")})
    return actions.release(t, task, reason=f.reason.data, by=by, now=now)


def _begin_note(form: Any, ticket: Ticket, _is_filled: bool) -> None:
    """A unit that only contributes does not give the first response."""
    if not queries.is_visible(ticket, actor()):
        del form.reached


def _note(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    return actions.note(t, text=f.note.data, reached="reached" in f and f.reached.data, by=by, now=now)


UNIT_VERBS = (
    TicketVerb(Verb.ACCEPT, Can.TICKETS_ACCEPT, forms.AcceptForm,
               lambda t, f, by, now: actions.accept(t, by=by, now=now),
               BUTTON_WORDS[Verb.ACCEPT], "check", "primary", _l("Accepted."), "a"),
    TicketVerb(Verb.APPROVE, Can.TICKETS_APPROVE, forms.AcceptForm,
               lambda t, f, by, now: actions.approve(t, by=by, now=now),
               BUTTON_WORDS[Verb.APPROVE], "check", "primary", _l("Approved. The citizen gets a text message.")),
    TicketVerb(Verb.REWORK, Can.TICKETS_REWORK, forms.ReasonForm,
               lambda t, f, by, now: actions.rework(t, reason=f.reason.data, by=by, now=now),
               BUTTON_WORDS[Verb.REWORK], "arrow-back", done=_l("Sent back.")),
    TicketVerb(Verb.ASSIGN, Can.TICKETS_ASSIGN, forms.AssignForm, _assign,
               BUTTON_WORDS[Verb.ASSIGN], "user", done=_l("Assigned.")),
    TicketVerb(Verb.ASK, Can.TICKETS_ASK, forms.AskForm,
               _ask, BUTTON_WORDS[Verb.ASK], "help",
               done=_l("Asked. The time stops once the question has arrived and the switchboard confirms it.")),
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
    TicketVerb(Verb.RETURN, Can.TICKETS_RETURN, forms.ReturnForm, _return,
               BUTTON_WORDS[Verb.RETURN], "arrow-back", done=_l("Returned to the switchboard.")),
    TicketVerb(Verb.NOTE, Can.TICKETS_NOTE, forms.NoteForm,
               _note, BUTTON_WORDS[Verb.NOTE], "note", done=_l("Noted."), key="n", hands=Hands.BOTH,
               template="tickets/case/note_form.html", begin=_begin_note),
    TicketVerb(Verb.INVOLVE, Can.TICKETS_INVOLVE, forms.InvolveForm, _involve,
               BUTTON_WORDS[Verb.INVOLVE], "building", done=_l("Asked. The unit is told.")),
    TicketVerb(Verb.CONTRIBUTE, Can.TICKETS_CONTRIBUTE, forms.ContributeForm,
               lambda t, f, by, now: actions.contribute(t, report=f.report.data, by=by, now=now),
               BUTTON_WORDS[Verb.CONTRIBUTE], "edit", "primary", _l("Thank you. The lead unit is told."), "r",
               hands=Hands.INVOLVED),
    TicketVerb(Verb.RELEASE, Can.TICKETS_RELEASE, forms.ReleaseForm, _release,
               BUTTON_WORDS[Verb.RELEASE], "x", done=_l("Recorded. The unit is told.")),
)  # fmt: skip
