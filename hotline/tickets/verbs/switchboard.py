"""What the switchboard does with a case, and what only its lead may."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.catalogue.models import Category, Priority
from hotline.db import db
from hotline.errors import Invalid
from hotline.staff.permissions import Can
from hotline.tickets import actions, forms, queries
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Verb
from hotline.tickets.verbs.entry import TicketVerb, department_chosen
from hotline.tickets.words import BUTTON_WORDS
from hotline.web.language import as_recorded


def _route(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    unit = department_chosen(f.department_id.data, "department_id")
    with as_recorded():
        reason = f.reason.data or _("chosen by the switchboard")
    return actions.route(t, unit, reason=reason, by=by, now=now)


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


SWITCHBOARD_VERBS = (
    TicketVerb(Verb.ROUTE, Can.TICKETS_ROUTE, forms.RouteForm, _route,
               BUTTON_WORDS[Verb.ROUTE], "arrow-right", "primary", _l("Sent.")),
    TicketVerb(Verb.CONFIRM, Can.TICKETS_CONFIRM, forms.ConfirmForm,
               lambda t, f, by, now: actions.confirm(t, by_phone=f.by_phone.data, note=f.note.data or "",
                                                     by=by, now=now),
               BUTTON_WORDS[Verb.CONFIRM], "check", "primary", _l("Confirmed.")),
    TicketVerb(Verb.CHASE, Can.TICKETS_CHASE, forms.ReasonForm,
               lambda t, f, by, now: actions.chase(t, reason=f.reason.data, by=by, now=now),
               BUTTON_WORDS[Verb.CHASE], "alert", done=_l("Chased. The unit is told.")),
    TicketVerb(Verb.PHONE, Can.TICKETS_PHONE, forms.PhoneForm,
               lambda t, f, by, now: actions.phone(t, spoke_to=f.spoke_to.data, by=by, now=now),
               BUTTON_WORDS[Verb.PHONE], "phone", done=_l("Noted on the case.")),
    TicketVerb(Verb.CLASSIFY, Can.TICKETS_CLASSIFY, forms.ClassifyForm, _classify,
               BUTTON_WORDS[Verb.CLASSIFY], "edit", done=_l("Changed; the deadlines were worked out anew.")),
    TicketVerb(Verb.ATTACH, Can.TICKETS_ATTACH, forms.AttachForm, _attach,
               BUTTON_WORDS[Verb.ATTACH], "merge", done=_l("Joined.")),
    TicketVerb(Verb.DETACH, Can.TICKETS_DETACH, forms.ReasonForm,
               lambda t, f, by, now: actions.detach(t, reason=f.reason.data, by=by, now=now),
               BUTTON_WORDS[Verb.DETACH], "arrow-back", done=_l("Taken out.")),
    TicketVerb(Verb.WAIVE, Can.TICKETS_WAIVE, forms.ReasonForm,
               lambda t, f, by, now: actions.waive(t, reason=f.reason.data, by=by, now=now),
               BUTTON_WORDS[Verb.WAIVE], "check", done=_l("Excused. It stays on record.")),
    TicketVerb(Verb.REOPEN, Can.TICKETS_REOPEN, forms.ReasonForm,
               lambda t, f, by, now: actions.reopen(t, reason=f.reason.data, by=by, now=now),
               BUTTON_WORDS[Verb.REOPEN], "alert", done=_l("Reopened as a new cycle.")),
    TicketVerb(Verb.WITHDRAW, Can.TICKETS_WITHDRAW, forms.ReasonForm,
               lambda t, f, by, now: actions.withdraw(t, reason=f.reason.data, by=by, now=now),
               BUTTON_WORDS[Verb.WITHDRAW], "x", done=_l("Withdrawn.")),
    TicketVerb(Verb.CONTACT, Can.TICKETS_CONTACT, forms.ContactForm, _contact,
               BUTTON_WORDS[Verb.CONTACT], "phone", done=_l("Call noted on this case.")),
    TicketVerb(Verb.CORRECT, Can.TICKETS_CORRECT, forms.CorrectForm,
               lambda t, f, by, now: actions.correct(t, phone=f.phone.data, reason=f.reason.data, by=by, now=now),
               BUTTON_WORDS[Verb.CORRECT], "phone", done=_l("Corrected. It stays on record.")),
)  # fmt: skip
