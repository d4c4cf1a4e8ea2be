"""Common incidents: a case joins the main one, which answers for all, and leaves it again without loss."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.errors import Invalid
from hotline.tickets.actions import moves
from hotline.tickets.actions.status import change_status, stand_alone
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.rules import guards
from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.web.language import as_recorded


def attach(ticket: Ticket, main: Ticket, *, by: Actor, now: datetime) -> TicketEvent:
    """Join `ticket` to `main`. Its own clock runs on: joining must not be a way to move a deadline.

    Raises Invalid when `main` has ended, is joined itself, or belongs to another unit than the one that has `ticket`.
    """
    fits = main.id != ticket.id and not ticket.attached
    if not fits or not guards.may_attach(
        child_status=ticket.status,
        same_unit=main.department_id == ticket.department_id,
        main_is_open=main.status.is_open,
        main_is_attached=main.status is Status.ATTACHED,
    ):
        message = _l("Please give an open case that has not itself joined another, and that the same unit handles.")
        raise Invalid(fields={"main_code": message})
    ticket.parent_id, ticket.parent = main.id, main
    # The main case stays at its version: who writes its answer must not be stopped by each caller who joins.
    return change_status(ticket, Verb.ATTACH, by=by, now=now, main_case=main.code)


def open_into(ticket: Ticket, main: Ticket, *, by: Actor, now: datetime) -> TicketEvent:
    """Join a report to the incident in the moment it is opened: it goes to the hands that have the main case.

    They are not told of new work: it is none. Raises Invalid as `attach` does.
    """
    if main.department is None:
        moves.triage(ticket, by=by, now=now)
    else:
        with as_recorded():
            reason = _("same event as %(code)s", code=main.code)
        moves.route(ticket, main.department, reason=reason, by=by, now=now, is_new_work=False)
    return attach(ticket, main, by=by, now=now)


def detach(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """Take it out again: back to the state and the hands it came from."""
    return stand_alone(ticket, reason=reason, by=by, now=now)
