"""Waits for the citizen and holds: asked, delivered, confirmed, ended. Only a confirmed wait stops the clock (R4)."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from hotline.actor import SYSTEM, Actor
from hotline.errors import Conflict, Invalid
from hotline.messages.queries import delivered_at_by_key
from hotline.messages.rules.alerts import AlertKind
from hotline.tickets import courses
from hotline.tickets.actions import alerting, clocks, legs, texts
from hotline.tickets.actions.status import change_status, stay
from hotline.tickets.models import ClockKind, Pause, PlanCause, Ticket, TicketEvent
from hotline.tickets.rules import guards, sla
from hotline.tickets.rules.lifecycle import Status, Verb

MOST_DAYS = sla.LONGEST_PAUSE_DAYS


def ask(
    ticket: Ticket, *, question: str, days: int = MOST_DAYS, by_phone: bool = False, by: Actor, now: datetime
) -> TicketEvent:
    """Ask the citizen, by text or (`by_phone`) on a call just made; wait `days` working days at most.

    The clock of the answer stops once the question was delivered and the switchboard confirmed it, from the later of
    the two; a question of the switchboard needs no other confirmation. Where no text can arrive nobody was asked yet:
    that is no first response, and the clock runs until somebody calls. Raises Invalid for days outside 1 to 10.
    """
    until_at = _end_of_wait(ticket, days, now)
    event = change_status(ticket, Verb.ASK, by=by, now=now, public_text=question, by_phone=by_phone)
    row = Pause(
        kind=Status.WAITING_CITIZEN,
        reason=question[:500],
        asked_at=now,
        until_at=until_at,
        delivered_at=now if by_phone else None,
    )
    ticket.pauses.append(row)
    if by.role in guards.SWITCHBOARD_ROLES:
        row.confirmed_at, row.confirmed_by_id = now, by.user_id
    if not by_phone:
        row.text_key = texts.tell(ticket, "question", now=now, occasion=f"version:{ticket.version}")
    if by_phone or row.text_key:
        spoke(ticket, now=now)
    begin_wait(ticket, row, now=now)
    clocks.show_deadlines(ticket)
    if row.confirmed_at is None:
        occasion = f"ask:{ticket.version}"
        alerting.tell(ticket, AlertKind.QUESTION_ASKED, ("lead",), occasion=occasion, by=by, now=now)
    return event


def _end_of_wait(ticket: Ticket, days: int, now: datetime) -> datetime:
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(fields={"days": _l("Between 1 and %(most)d working days.", most=MOST_DAYS)})
    return courses.calendar_of(ticket).deadline_days(now, days)


def confirm(ticket: Ticket, *, by_phone: bool = False, note: str = "", by: Actor, now: datetime) -> TicketEvent:
    """The switchboard confirms that the question is a real one; `by_phone`: it also asked it on a call.

    Raises Conflict when it is confirmed already.
    """
    row = legs.running_pause(ticket)
    is_told_nothing_new = not by_phone or (row is not None and row.delivered_at is not None)
    if row is not None and row.confirmed_at is not None and is_told_nothing_new:
        raise Conflict(_l("The switchboard has confirmed this question already."))
    event = stay(ticket, Verb.CONFIRM, by=by, now=now, note=note, by_phone=by_phone)
    if row is not None:
        if row.confirmed_at is None:
            row.confirmed_at, row.confirmed_by_id = now, by.user_id
        if by_phone and row.delivered_at is None:
            row.delivered_at = now
            spoke(ticket, now=now)
        begin_wait(ticket, row, now=now)
        clocks.show_deadlines(ticket)
    return event


def note_delivery(ticket: Ticket, row: Pause, delivered_at: datetime, *, now: datetime) -> None:
    """The text with the question arrived."""
    row.delivered_at = max(delivered_at, row.asked_at)
    begin_wait(ticket, row, now=now)
    clocks.show_deadlines(ticket)


def begin_wait(ticket: Ticket, row: Pause, *, now: datetime) -> None:
    """From the later of delivery and confirmation the time is the citizen's: clock and leg change hands there."""
    begin = sla.pause_begin(row.delivered_at, row.confirmed_at)
    if begin is None or row.began_at is not None or row.ended_at is not None:
        return
    clocks.catch_up(ticket, until=begin, now=max(begin, now))
    row.began_at = begin
    legs.settle_hands(ticket, at=begin)
    clock = clocks.running_answer(ticket)
    if clock is not None:
        clocks.plan_anew(ticket, clock, PlanCause.WAITED, by=SYSTEM, now=begin)


def hold(ticket: Ticket, *, reason: str, days: int = MOST_DAYS, by: Actor, now: datetime) -> TicketEvent:
    """The unit waits for something, `days` working days at most; the citizen's time runs on (R4).

    Raises Invalid for days outside 1 to 10.
    """
    until_at = _end_of_wait(ticket, days, now)
    event = change_status(ticket, Verb.HOLD, by=by, now=now, note=reason)
    ticket.pauses.append(Pause(kind=Status.ON_HOLD, reason=reason[:500], asked_at=now, began_at=now, until_at=until_at))
    return event


def resume(ticket: Ticket, *, note: str, by: Actor, now: datetime, at: datetime | None = None) -> TicketEvent:
    """End the wait or hold; back to the state it left, the clock goes on with what was left.

    `at`: when it ended, where that was noticed only later (its time ran out during a downtime).
    """
    ended_at = at or now
    if ticket.status.is_paused:
        end_pause(ticket, at=ended_at, by=by, now=now)
    return change_status(ticket, Verb.RESUME, by=by, now=now, at=ended_at, note=note)


def end_pause(ticket: Ticket, *, at: datetime, by: Actor, now: datetime) -> None:
    """End the running wait or hold, if any; the clock of the answer goes on with what was left."""
    row = legs.running_pause(ticket)
    if row is None:
        return
    if row.delivered_at is None and row.text_key is not None:
        arrived_at = delivered_at_by_key([row.text_key]).get(row.text_key)
        if arrived_at is not None and arrived_at <= at:
            note_delivery(ticket, row, arrived_at, now=now)
        else:
            texts.take_back_question(ticket)
    row.ended_at = max(at, row.began_at or row.asked_at)
    clock = clocks.running_answer(ticket)
    if clock is not None and clock.deadline_at is None:
        clocks.plan_anew(ticket, clock, PlanCause.WAITED, by=by, now=row.ended_at)


def spoke(ticket: Ticket, *, now: datetime) -> None:
    """Somebody of ours reached the citizen: the first response, and the reply to whatever was asked since (R1)."""
    clocks.stop_clock(ticket, ClockKind.FIRST_RESPONSE, now=now)
    clocks.stop_clock(ticket, ClockKind.NEXT_RESPONSE, now=now)
