"""The verbs that pass a case from hand to hand and end it, as a few lines on top of `change_status`."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.catalogue.models import Authority, Department
from hotline.errors import Conflict, Forbidden, Invalid
from hotline.messages.rules.alerts import AlertKind
from hotline.staff.models import User
from hotline.tickets.actions import alerting, clocks, legs, searching, tasks, texts, waiting
from hotline.tickets.actions.answers import (
    NO_DOCUMENT,
    OfficialDocument,
    check_document,
    check_door,
    check_proof,
    check_proof_again,
    check_words,
)
from hotline.tickets.actions.status import change_status, check_move, lapse_for_another_unit, stay
from hotline.tickets.models import Answer, ClockKind, RefusalReason, Ticket, TicketEvent
from hotline.tickets.rules import guards
from hotline.tickets.rules.lifecycle import Status, Verb


def triage(ticket: Ticket, *, by: Actor, now: datetime) -> TicketEvent:
    """No rule decides: the switchboard sorts it by hand."""
    return change_status(ticket, Verb.TRIAGE, by=by, now=now)


def route(
    ticket: Ticket,
    department: Department,
    *,
    reason: str,
    by: Actor,
    now: datetime,
    rule_id: int | None = None,
    is_new_work: bool = True,
) -> TicketEvent:
    """Send to `department` and begin its acceptance time. After two returns only the lead decides (DESIGN 4).

    The answer's deadline stays as it is: it belongs to the province, not to the unit (R7).
    """
    if not guards.may_route(returns=ticket.returns, role=by.role, status=ticket.status):
        if ticket.returns >= guards.RETURNS_BEFORE_LEAD_DECIDES:
            raise Forbidden(_l("This case was returned twice; the shift lead now decides where it goes."))
        raise Forbidden(_l("A unit has this case; only the shift lead may take it away again."))
    clocks.stop_clock(ticket, ClockKind.ACCEPTANCE, now=now)
    from_id, ticket.department_id, ticket.department = ticket.department_id, department.id, department
    ticket.assignee_id = ticket.assignee = None
    ticket.is_sent_back = False
    ticket.routing_rule_id, ticket.routing_reason = rule_id, reason
    event = change_status(ticket, Verb.ROUTE, by=by, now=now, note=reason, rule_id=rule_id)
    if from_id != department.id:
        lapse_for_another_unit(ticket, now=now)
        legs.settle_joined(ticket, at=now)
    clock = clocks.await_acceptance(ticket, now=now)
    texts.tell_routed(ticket, now=now)
    if is_new_work:
        told = ("head", "focal")
        alerting.tell(ticket, AlertKind.NEW_WORK, told, occasion=f"route:{clock.leg_no}", by=by, now=now)
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
    lapse_for_another_unit(ticket, now=now)
    legs.mark_hop(ticket)
    ticket.returns += 1
    if ticket.returns >= guards.RETURNS_BEFORE_LEAD_DECIDES:
        occasion = f"return:{ticket.returns}"
        alerting.tell(ticket, AlertKind.RETURNED, ("lead",), occasion=occasion, by=by, now=now, note=reason)
    ticket.department_id = ticket.department = None
    ticket.assignee_id = ticket.assignee = None
    legs.settle_joined(ticket, at=now)
    searching.index(ticket)
    return event


def assign(ticket: Ticket, assignee: User, *, by: Actor, now: datetime) -> TicketEvent:
    """Give it to a member of the unit that holds it."""
    if assignee.department_id != ticket.department_id or not assignee.is_enabled:
        raise Invalid(fields={"assignee_id": _l("This person does not belong to the responsible unit.")})
    event = stay(ticket, Verb.ASSIGN, by=by, now=now, note=assignee.name, assignee_id=assignee.id)
    ticket.assignee_id, ticket.assignee = assignee.id, assignee
    ticket.is_accepted_by_silence = False
    occasion = f"assign:{ticket.version}"
    alerting.tell(ticket, AlertKind.NEW_WORK, (), people=[assignee.id], occasion=occasion, by=by, now=now)
    return event


def answer(
    ticket: Ticket, *, body: str, document: OfficialDocument = NO_DOCUMENT, by: Actor, now: datetime
) -> TicketEvent:
    """Submit the answer for approval. Raises Conflict while other units still owe their part, Invalid where a field of
    a template is open, a document is half or the proof that the category asks for is missing.
    """
    check_move(ticket, Verb.ANSWER, by)
    tasks.check_all_in(ticket)
    event = change_status(ticket, Verb.ANSWER, by=by, now=now)
    check_words(body)
    check_document(document, now)
    check_proof(ticket)
    ticket.is_sent_back = False
    ticket.answers.append(
        Answer(
            cycle=ticket.cycle,
            body=body,
            written_by_id=by.user_id,
            written_at=now,
            document_number=document.number,
            document_on=document.on,
            signatory=document.signatory,
        )
    )
    return event


def approve(ticket: Ticket, *, by: Actor, now: datetime) -> TicketEvent:
    """Publish the answer: the clock stops. Never by the person who wrote it, and after a reopening never by those
    whose answer was not enough. Raises Conflict where the proof is missing by now.
    """
    draft = latest_draft(ticket)
    if ticket.status is Status.AWAITING_APPROVAL:
        if draft is None:
            raise Conflict(_l("There is no answer to approve."))
        if not guards.may_approve(written_by_id=draft.written_by_id, hands=by.hands(f"tickets:{Verb.APPROVE}")):
            if draft.written_by_id == by.user_id:
                raise Forbidden(_l("You wrote this answer; another head or the shift lead approves it."))
            raise Forbidden(_l("You act in place of the person who wrote this answer; the shift lead approves it."))
        _check_again_by_another(ticket, Verb.APPROVE, by)
        check_proof_again(ticket)
    event = change_status(ticket, Verb.APPROVE, by=by, now=now, public_text=draft.body if draft else "")
    if draft is not None:
        draft.approved_by_id, draft.published_at = by.user_id, now
    return event


def rework(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """Send the answer back to its writer, who is told."""
    draft = latest_draft(ticket)
    event = change_status(ticket, Verb.REWORK, by=by, now=now, note=reason)
    ticket.is_sent_back = True
    writer = [draft.written_by_id] if draft and draft.written_by_id else []
    occasion = f"rework:{ticket.version}"
    alerting.tell(ticket, AlertKind.SENT_BACK, (), people=writer, occasion=occasion, by=by, now=now, note=reason)
    return event


def settle(ticket: Ticket, *, body: str, by: Actor, now: datetime) -> TicketEvent:
    """Answered on the call, by the switchboard."""
    check_words(body)
    return _conclude(ticket, Verb.SETTLE, body, by=by, now=now)


def refuse(
    ticket: Ticket,
    *,
    guidance: str,
    because: RefusalReason | None = None,
    authority: Authority | None = None,
    by: Actor,
    now: datetime,
) -> TicketEvent:
    """Outside our scope: the reason, and who is responsible instead. Raises Invalid where nobody is named."""
    check_door(because, authority)
    return _conclude(ticket, Verb.REFUSE, guidance, by=by, now=now, because=because, authority=authority)


def refer(
    ticket: Ticket, *, guidance: str, authority: Authority | None = None, by: Actor, now: datetime
) -> TicketEvent:
    """Passed to an authority outside this system, which the citizen is told."""
    return _conclude(ticket, Verb.REFER, guidance, by=by, now=now, authority=authority)


def _check_again_by_another(ticket: Ticket, verb: Verb, by: Actor) -> None:
    earlier = {who for row in ticket.answers for who in (row.written_by_id, row.approved_by_id)
             if row.cycle == ticket.cycle - 1 and row.published_at is not None}  # fmt: skip
    if not guards.may_recheck(earlier_hands=earlier, hands=by.hands(f"tickets:{verb}")):
        if by.user_id not in earlier:
            raise Forbidden(
                _l(
                    "This case was reopened because an earlier answer of the person in whose place you act was not "
                    "enough; somebody else must check the new one."
                )
            )
        raise Forbidden(
            _l(
                "This case was reopened because an earlier answer of yours was not enough; "
                "somebody else, another head or the shift lead, must check the new one."
            )
        )


def _conclude(
    ticket: Ticket,
    verb: Verb,
    body: str,
    *,
    by: Actor,
    now: datetime,
    because: RefusalReason | None = None,
    authority: Authority | None = None,
) -> TicketEvent:
    _check_again_by_another(ticket, verb, by)
    event = change_status(ticket, verb, by=by, now=now, public_text=body)
    ticket.answers.append(
        Answer(
            cycle=ticket.cycle,
            body=body,
            written_by_id=by.user_id,
            written_at=now,
            published_at=now,
            refused_because=because,
            authority_id=authority.id if authority else None,
            authority=authority,
        )
    )
    return event


def reopen(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """A new cycle with a clock of its own; the old result stays (R8)."""
    if ticket.status.is_stopped and not guards.may_reopen(ticket.stopped_at, now):
        raise Conflict(_l("The time for reopening this case is over; please open a new one."))
    if ticket.status.is_stopped:
        ticket.cycle += 1
    event = change_status(ticket, Verb.REOPEN, by=by, now=now, note=reason)
    texts.take_back_outcome(ticket)
    ticket.stopped_at = None
    clocks.restart_resolution(ticket, now=now)
    clocks.show_deadlines(ticket)
    texts.tell(ticket, "reopened", now=now, occasion=f"version:{ticket.version}")
    told = ("assignee", "head", "focal")
    alerting.tell(ticket, AlertKind.NEW_WORK, told, occasion=f"reopen:{ticket.cycle}", by=by, now=now)
    return event


def withdraw(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """The citizen takes it back."""
    waiting.end_pause(ticket, at=now, by=by, now=now)
    return change_status(ticket, Verb.WITHDRAW, by=by, now=now, note=reason)


def close(ticket: Ticket, *, by: Actor, now: datetime) -> TicketEvent:
    """The window for rating and reopening is over."""
    return change_status(ticket, Verb.CLOSE, by=by, now=now)


def sent_back_draft(ticket: Ticket) -> tuple[Answer | None, str]:
    """The draft that was sent back and waits to be reworked, and the reason; none while nothing waits for that."""
    if not ticket.is_sent_back:
        return None, ""
    reasons = [event.note for event in ticket.events if event.verb is Verb.REWORK and event.cycle == ticket.cycle]
    return latest_draft(ticket), reasons[-1] if reasons else ""


def latest_draft(ticket: Ticket) -> Answer | None:
    """The answer of the present cycle that awaits approval."""
    drafts = [answer for answer in ticket.answers if answer.cycle == ticket.cycle and answer.published_at is None]
    return drafts[-1] if drafts else None
