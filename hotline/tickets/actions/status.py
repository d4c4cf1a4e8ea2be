"""`change_status`, the only way a ticket changes state: table of moves, clocks, legs, notice and audit in one go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline import audit
from hotline.actor import SYSTEM, Actor
from hotline.errors import Conflict
from hotline.messages.rules.alerts import AlertKind
from hotline.tickets import queries
from hotline.tickets.actions import alerting, clocks, legs, searching, task_ends, texts
from hotline.tickets.actions.notices import pin
from hotline.tickets.models import Answer, Clock, ClockKind, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import STILL, IllegalMove, Status, Verb, target_of
from hotline.tickets.words import BUTTON_WORDS, status_label
from hotline.web.language import as_recorded


def change_status(
    ticket: Ticket,
    verb: Verb,
    *,
    by: Actor,
    now: datetime,
    at: datetime | None = None,
    public_text: str = "",
    note: str = "",
    **detail: Any,
) -> TicketEvent:
    """Move `ticket` by `verb` in the running transaction.

    `at` is when it took effect, where that was before it was noticed (a wait that ran out during a downtime).
    Raises Conflict (409) with what is possible instead when the table has no such move.
    """
    old, at = ticket.status, at or now
    new = check_move(ticket, verb, by)
    ticket.left_status = old if new.is_left_again else None
    ticket.status = new
    ticket.version += 1
    if not by.is_nobody:
        ticket.is_accepted_by_silence = False
    if old.is_open and not new.is_open:
        ticket.stopped_at = at
        for kind in ClockKind:
            clocks.stop_clock(ticket, kind, now=at)
        _lapse_extension(ticket, now=now)
        texts.take_back_course(ticket)
    event = pin(ticket, verb, by=by, now=now, old=old, public_text=public_text, note=note, **detail)
    legs.settle_hands(ticket, at=at)
    clocks.show_deadlines(ticket)
    searching.index(ticket)
    audit.record(f"tickets:{verb}", by=by, now=now, object_kind="ticket", object_id=ticket.code, old=old, new=new)
    if old.is_open and not new.is_open:
        task_ends.end_with_the_case(ticket, now=now)
        _let_attached_follow(ticket, public_text, by=by, now=now)
    return event


def check_move(ticket: Ticket, verb: Verb, by: Actor) -> Status:
    """The state to which `verb` leads. Raises Conflict (409) with what is possible instead when it leads nowhere."""
    try:
        return target_of(verb, ticket.status, ticket.left_status)
    except IllegalMove as error:
        raise refused(error, by) from error


def _lapse_extension(ticket: Ticket, *, now: datetime) -> None:
    """An extension that nobody decided has no object any more once the case has ended."""
    with as_recorded():
        _let_lapse(ticket, _("The case ended before a decision."), now=now)


def lapse_for_another_unit(ticket: Ticket, *, now: datetime) -> None:
    """What one unit asked for is not the next one's to decide or to wait for: it lapses, and the case says so."""
    task_ends.end_with_the_lead(ticket, now=now)
    with as_recorded():
        reason = _("The case left the unit before a decision.")
    if _let_lapse(ticket, reason, now=now):
        audit.record("tickets:decline", by=SYSTEM, now=now, object_kind="ticket", object_id=ticket.code)
        pin(ticket, Verb.DECLINE, by=SYSTEM, now=now, note=reason)


def _let_lapse(ticket: Ticket, reason: str, *, now: datetime) -> bool:
    undecided = [row for row in ticket.extensions if row.decided_at is None]
    for row in undecided:
        row.decided_at, row.is_granted, row.decided_by_name = now, False, SYSTEM.name
        row.decision_reason = reason
    return bool(undecided)


def _let_attached_follow(ticket: Ticket, public_text: str, *, by: Actor, now: datetime) -> None:
    """The answer to a main case answers all that joined it; where it ended otherwise they stand alone again.

    Its people are theirs too: who wrote and passed it does not check again what is reopened of it. So is its unit, for
    which the ratings count.
    """
    drafts = [row for row in ticket.answers if row.cycle == ticket.cycle and row.published_at is None]
    draft = drafts[-1] if drafts else None
    for child in queries.attached_to(ticket):
        if ticket.status is Status.ANSWERED:
            _go_along(child, ticket)
            change_status(child, Verb.FOLLOW, by=SYSTEM, now=now, public_text=public_text, main_case=ticket.code)
            child.answers.append(
                Answer(
                    cycle=child.cycle,
                    body=public_text,
                    written_by_id=draft.written_by_id if draft else None,
                    approved_by_id=by.user_id,
                    written_at=now,
                    published_at=now,
                    document_number=draft.document_number if draft else "",
                    document_on=draft.document_on if draft else None,
                    signatory=draft.signatory if draft else "",
                )
            )
        else:
            stand_alone(child, by=SYSTEM, now=now)


def _go_along(child: Ticket, main: Ticket) -> None:
    """The unit that has the main case has this one: nobody of the unit before works on it any more."""
    if child.department_id != main.department_id:
        child.department_id, child.department = main.department_id, main.department
        child.assignee_id = child.assignee = None
        child.routing_rule_id, child.routing_reason = None, main.routing_reason


def stand_alone(ticket: Ticket, *, reason: str = "", by: Actor, now: datetime) -> TicketEvent:
    """Out of the incident: back to the state it came from; an acceptance time that passed meanwhile was silence.

    Where the main case has left the unit it came from, the unit that has that one now is sent this one, too; where
    none has, it is to be sorted. See docs/decisions/0012.
    """
    main = ticket.parent
    has_moved = main is not None and ticket.department_id not in (None, main.department_id)
    if has_moved and main is not None:
        clocks.stop_clock(ticket, ClockKind.ACCEPTANCE, now=now)
        lapse_for_another_unit(ticket, now=now)
        _go_along(ticket, main)
        ticket.left_status = Status.ROUTED if main.department else Status.TRIAGE
    event = change_status(ticket, Verb.DETACH, by=by, now=now, note=reason, main_case=main.code if main else "")
    ticket.parent_id = ticket.parent = None
    if has_moved and ticket.status is Status.ROUTED:
        clocks.await_acceptance(ticket, now=now)
        occasion = f"detach:{ticket.version}"
        alerting.tell(ticket, AlertKind.NEW_WORK, ("head", "focal"), occasion=occasion, by=by, now=now)
    silent = [c for c in ticket.clocks if c.kind is ClockKind.ACCEPTANCE and c.stopped_at is None and c.breached_at]
    if silent and ticket.status is Status.ROUTED:
        accept_by_silence(ticket, silent[-1], at=now, now=now)
    return event


def accept_by_silence(ticket: Ticket, clock: Clock, *, at: datetime, now: datetime) -> TicketEvent:
    """Nobody returned it in time, so the unit has it; the citizen reads that it has not confirmed."""
    event = change_status(ticket, Verb.ACCEPT, by=SYSTEM, now=now, at=at, by_silence=True)
    clock.stopped_at, clock.next_step, clock.fires_at = max(at, clock.started_at), None, None
    ticket.is_accepted_by_silence = True
    clocks.show_deadlines(ticket)
    return event


def refused(error: IllegalMove, by: Actor) -> Conflict:
    """The answer to a move that the table does not have: what is possible instead, among what this person may do."""
    possible = [BUTTON_WORDS[verb] for verb in error.allowed if verb in BUTTON_WORDS and by.can(f"tickets:{verb}")]
    return Conflict(
        _l(
            "This case is now “%(status)s”; that step is no longer possible. Possible now: %(verbs)s.",
            status=status_label(error.status),
            verbs=", ".join(f"“{label}”" for label in possible) or "–",
        )
    )


def stay(
    ticket: Ticket, verb: Verb, *, by: Actor, now: datetime, public_text: str = "", note: str = "", **detail: Any
) -> TicketEvent:
    """A verb that leaves the status as it is: checked against the table, counted, pinned and audited all the same.

    Raises Conflict (409) as `change_status` does.
    """
    if ticket.status not in STILL[verb]:
        raise refused(IllegalMove(verb, ticket.status), by)
    ticket.version += 1
    searching.index(ticket)
    audit.record(f"tickets:{verb}", by=by, now=now, object_kind="ticket", object_id=ticket.code)
    return pin(ticket, verb, by=by, now=now, public_text=public_text, note=note, **detail)
