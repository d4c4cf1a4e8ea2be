"""`change_status`, the only way a ticket changes state, and every verb as a few lines on top of it."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.models import Department
from hotline.errors import Conflict, Forbidden, Invalid
from hotline.staff.models import User
from hotline.tickets.actions import clocks, legs, texts
from hotline.tickets.actions.notices import pin
from hotline.tickets.models import Answer, Clock, ClockKind, Holder, Ticket, TicketEvent
from hotline.tickets.rules import guards
from hotline.tickets.rules.lifecycle import STILL, IllegalMove, Status, Verb, target_of
from hotline.tickets.words import BUTTON_WORDS, status_label


def change_status(
    ticket: Ticket, verb: Verb, *, by: Actor, now: datetime, public_text: str = "", note: str = "", **detail: object
) -> TicketEvent:
    """Move `ticket` by `verb`: table of moves, clocks, legs, notice and audit in the running transaction.

    Raises Conflict (409) with what is possible instead when the table has no such move.
    """
    old = ticket.status
    try:
        new = target_of(verb, old, ticket.left_status)
    except IllegalMove as error:
        raise _conflict(error, by) from error
    ticket.left_status = old if new.is_paused else None
    ticket.status = new
    ticket.version += 1
    if old.is_open and not new.is_open:
        ticket.stopped_at = now
        for kind in ClockKind:
            clocks.stop_clock(ticket, kind, now=now)
    event = pin(ticket, verb, by=by, now=now, old=old, public_text=public_text, note=note, **detail)
    _hand_over(ticket, now=now)
    clocks.show_deadlines(ticket)
    audit.record(f"tickets:{verb}", by=by, now=now, object_kind="ticket", object_id=ticket.code, old=old, new=new)
    return event


def _hand_over(ticket: Ticket, *, now: datetime) -> None:
    if not ticket.status.is_open:
        legs.lay_down(ticket, at=now)
    elif ticket.status is Status.WAITING_CITIZEN:
        legs.hand_over(ticket, Holder.CITIZEN, None, at=now)
    elif ticket.department_id is None or ticket.status.is_with_switchboard:
        legs.hand_over(ticket, Holder.SWITCHBOARD, None, at=now)
    else:
        legs.hand_over(ticket, Holder.UNIT, ticket.department_id, at=now)


def _conflict(error: IllegalMove, by: Actor) -> Conflict:
    possible = [BUTTON_WORDS[verb] for verb in error.allowed if verb in BUTTON_WORDS and by.can(f"tickets:{verb}")]
    return Conflict(
        _l(
            "This case is now “%(status)s”; that step is no longer possible. Possible now: %(verbs)s.",
            status=status_label(error.status),
            verbs=", ".join(f"“{label}”" for label in possible) or "–",
        )
    )


def _still(ticket: Ticket, verb: Verb, by: Actor) -> None:
    if ticket.status not in STILL[verb]:
        raise _conflict(IllegalMove(verb, ticket.status), by)


def triage(ticket: Ticket, *, by: Actor, now: datetime) -> TicketEvent:
    """No rule decides: the switchboard sorts it by hand."""
    return change_status(ticket, Verb.TRIAGE, by=by, now=now)


def route(
    ticket: Ticket, department: Department, *, reason: str, by: Actor, now: datetime, rule_id: int | None = None
) -> TicketEvent:
    """Send to `department` and begin its acceptance time. After two returns only the lead decides (DESIGN 4)."""
    if not guards.may_route(returns=ticket.returns, role=by.role):
        raise Forbidden(_l("This case was returned twice; the shift lead now decides where it goes."))
    ticket.department_id, ticket.department = department.id, department
    ticket.assignee_id = ticket.assignee = None
    ticket.routing_rule_id, ticket.routing_reason = rule_id, reason
    event = change_status(ticket, Verb.ROUTE, by=by, now=now, note=reason, rule_id=rule_id)
    legs_so_far = sum(1 for clock in ticket.clocks if clock.kind is ClockKind.ACCEPTANCE)
    target = clocks.acceptance_target(ticket)
    clocks.start_clock(ticket, ClockKind.ACCEPTANCE, target, at=now, now=now, leg_no=legs_so_far)
    clocks.show_deadlines(ticket)
    return event


def accept(ticket: Ticket, *, by: Actor, now: datetime) -> TicketEvent:
    """The unit takes it on."""
    event = change_status(ticket, Verb.ACCEPT, by=by, now=now)
    clocks.stop_clock(ticket, ClockKind.ACCEPTANCE, now=now)
    clocks.show_deadlines(ticket)
    return event


def return_(ticket: Ticket, proposed: Department, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """Wrong door: back to the switchboard with a reason and a proposed unit, only within the acceptance time."""
    running = [c for c in ticket.clocks if c.kind is ClockKind.ACCEPTANCE and c.stopped_at is None]
    if ticket.status is Status.ROUTED and not guards.may_return(running[-1].deadline_at if running else None, now):
        raise Conflict(_l("The time for returning this case is over; silence counts as acceptance."))
    if proposed.id == ticket.department_id:
        raise Invalid(fields={"proposed_department_id": _l("Please propose another unit than your own.")})
    clocks.stop_clock(ticket, ClockKind.ACCEPTANCE, now=now)
    from_id = ticket.department_id
    event = change_status(
        ticket, Verb.RETURN, by=by, now=now, note=reason, proposed_department_id=proposed.id, from_department_id=from_id
    )
    ticket.returns += 1
    ticket.department_id = ticket.department = None
    ticket.assignee_id = ticket.assignee = None
    return event


def assign(ticket: Ticket, assignee: User, *, by: Actor, now: datetime) -> TicketEvent:
    """Give it to a member of the unit that holds it."""
    _still(ticket, Verb.ASSIGN, by)
    if assignee.department_id != ticket.department_id or not assignee.is_enabled:
        raise Invalid(fields={"assignee_id": _l("This person does not belong to the responsible unit.")})
    ticket.assignee_id, ticket.assignee = assignee.id, assignee
    ticket.version += 1
    audit.record("tickets:assign", by=by, now=now, object_kind="ticket", object_id=ticket.code, assignee=assignee.id)
    return pin(ticket, Verb.ASSIGN, by=by, now=now, note=assignee.name, assignee_id=assignee.id)


def ask(ticket: Ticket, *, question: str, until: datetime | None = None, by: Actor, now: datetime) -> TicketEvent:
    """Ask the citizen; the clock of the answer stops until the reply (R4)."""
    event = change_status(ticket, Verb.ASK, by=by, now=now, public_text=question)
    clocks.stop_clock(ticket, ClockKind.FIRST_RESPONSE, now=now)
    clocks.pause(ticket, Status.WAITING_CITIZEN, question[:500], until=until, now=now)
    clocks.show_deadlines(ticket)
    texts.tell(ticket, "question", now=now, occasion=f"version:{ticket.version}")
    return event


def hold(ticket: Ticket, *, reason: str, until: datetime | None = None, by: Actor, now: datetime) -> TicketEvent:
    """The unit waits for something; the citizen's time runs on."""
    event = change_status(ticket, Verb.HOLD, by=by, now=now, note=reason)
    clocks.pause(ticket, Status.ON_HOLD, reason[:500], until=until, now=now)
    clocks.show_deadlines(ticket)
    return event


def resume(ticket: Ticket, *, note: str, by: Actor, now: datetime) -> TicketEvent:
    """End the wait or hold; back to the state it left."""
    event = change_status(ticket, Verb.RESUME, by=by, now=now, note=note)
    clocks.end_pause(ticket, now=now)
    clocks.show_deadlines(ticket)
    return event


def answer(ticket: Ticket, *, body: str, by: Actor, now: datetime) -> TicketEvent:
    """Submit the answer for approval."""
    event = change_status(ticket, Verb.ANSWER, by=by, now=now)
    ticket.answers.append(Answer(cycle=ticket.cycle, body=body, written_by_id=by.user_id, written_at=now))
    return event


def approve(ticket: Ticket, *, by: Actor, now: datetime) -> TicketEvent:
    """Publish the answer: the clock stops. Never by the person who wrote it."""
    draft = latest_draft(ticket)
    if ticket.status is Status.AWAITING_APPROVAL:
        if draft is None:
            raise Conflict(_l("There is no answer to approve."))
        if not guards.may_approve(written_by_id=draft.written_by_id, approver_id=by.user_id):
            raise Forbidden(_l("You wrote this answer; another head or the shift lead approves it."))
    event = change_status(ticket, Verb.APPROVE, by=by, now=now, public_text=draft.body if draft else "")
    if draft is not None:
        draft.approved_by_id, draft.published_at = by.user_id, now
    return event


def rework(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """Send the answer back to its writer."""
    return change_status(ticket, Verb.REWORK, by=by, now=now, note=reason)


def settle(ticket: Ticket, *, body: str, by: Actor, now: datetime) -> TicketEvent:
    """Answered on the call, by the switchboard."""
    return _conclude(ticket, Verb.SETTLE, body, by=by, now=now)


def refuse(ticket: Ticket, *, guidance: str, by: Actor, now: datetime) -> TicketEvent:
    """Outside our scope: the reason and where to go instead."""
    return _conclude(ticket, Verb.REFUSE, guidance, by=by, now=now)


def refer(ticket: Ticket, *, guidance: str, by: Actor, now: datetime) -> TicketEvent:
    """Passed to an authority outside this system, which the citizen is told."""
    return _conclude(ticket, Verb.REFER, guidance, by=by, now=now)


def _conclude(ticket: Ticket, verb: Verb, body: str, *, by: Actor, now: datetime) -> TicketEvent:
    event = change_status(ticket, verb, by=by, now=now, public_text=body)
    ticket.answers.append(
        Answer(cycle=ticket.cycle, body=body, written_by_id=by.user_id, written_at=now, published_at=now)
    )
    return event


def reopen(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """A new cycle with a clock of its own; the old result stays (R8)."""
    if ticket.status.is_stopped and not guards.may_reopen(ticket.stopped_at, now):
        raise Conflict(_l("The time for reopening this case is over; please open a new one."))
    if ticket.status.is_stopped:
        ticket.cycle += 1
    event = change_status(ticket, Verb.REOPEN, by=by, now=now, note=reason)
    ticket.stopped_at = None
    clocks.restart_resolution(ticket, now=now)
    clocks.show_deadlines(ticket)
    texts.tell(ticket, "reopened", now=now, occasion=f"version:{ticket.version}")
    return event


def withdraw(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """The citizen takes it back."""
    if ticket.status.is_paused:
        clocks.end_pause(ticket, now=now)
    return change_status(ticket, Verb.WITHDRAW, by=by, now=now, note=reason)


def close(ticket: Ticket, *, by: Actor, now: datetime) -> TicketEvent:
    """The window for rating and reopening is over."""
    return change_status(ticket, Verb.CLOSE, by=by, now=now)


def breach(clock: Clock, *, by: Actor, now: datetime) -> TicketEvent:
    """A promise was not kept: marked on its clock once, with a notice that names it."""
    clocks.note_breach(clock.ticket, clock, now=now)
    due_at = clock.deadline_at.isoformat() if clock.deadline_at else ""
    return pin(clock.ticket, Verb.BREACH, by=by, now=now, clock=clock.kind, due_at=due_at)


def note(ticket: Ticket, *, text: str, reached: bool = False, by: Actor, now: datetime) -> TicketEvent:
    """An internal note the citizen never sees. `reached`: somebody spoke to the citizen, the first response (R1)."""
    _still(ticket, Verb.NOTE, by)
    ticket.version += 1
    if reached:
        clocks.stop_clock(ticket, ClockKind.FIRST_RESPONSE, now=now)
        clocks.show_deadlines(ticket)
    return pin(ticket, Verb.NOTE, by=by, now=now, note=text, reached=reached)


def contact(ticket: Ticket, *, summary: str, by: Actor, now: datetime) -> TicketEvent:
    """The citizen called to ask where the case stands: logged here, no new ticket."""
    _still(ticket, Verb.CONTACT, by)
    ticket.contacts += 1
    return pin(ticket, Verb.CONTACT, by=by, now=now, note=summary)


def reveal(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> str:
    """The whole number for somebody who must call back: always with a reason, always in the audit."""
    audit.record("tickets:reveal", by=by, now=now, object_kind="ticket", object_id=ticket.code, reason=reason)
    return ticket.phone_e164 or ticket.phone_raw


def latest_draft(ticket: Ticket) -> Answer | None:
    """The answer of the present cycle that awaits approval."""
    drafts = [answer for answer in ticket.answers if answer.cycle == ticket.cycle and answer.published_at is None]
    return drafts[-1] if drafts else None
