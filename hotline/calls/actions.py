"""Verbs of the switchboard: keep an event, refold its call, take a call, log what was said in it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import audit
from hotline.actor import Actor
from hotline.calls.models import Call, CallEvent, CallResult, CallState, CallTicket, NuisanceNumber
from hotline.calls.rules import twilio
from hotline.calls.rules.fold import CallFacts, fold
from hotline.db import db, insert_once, stand_in_line
from hotline.errors import Conflict, NotFound, Unparsable
from hotline.phone import PhoneNumber, mask, read_number
from hotline.staff.models import User
from hotline.tickets import actions as tickets
from hotline.tickets.actions import NewTicket
from hotline.tickets.models import Ticket

BY_HAND = "hand"


def record_event(kind: str, body: Mapping[str, str], *, now: datetime) -> Call | None:
    """Keep one event of Twilio and refold its call. Returns the call, None while only its legs are known.

    The same event again changes nothing (UNIQUE, telephony: callbacks come twice). Raises Unparsable without CallSid.
    """
    found = twilio.identity(kind, body)
    if found is None:
        raise Unparsable(_l("The request names no call."))
    _stand_in_line(twilio.PROVIDER, found.call_sid)
    is_news = insert_once(
        CallEvent,
        provider=twilio.PROVIDER,
        sid=found.sid,
        call_sid=found.call_sid,
        kind=kind,
        status=found.status,
        sequence=found.sequence,
        payload=twilio.kept(kind, body),
        received_at=now,
    )
    return refold(twilio.PROVIDER, found.call_sid) if is_news else _call_of(twilio.PROVIDER, found.call_sid)


def refold(provider: str, call_sid: str) -> Call | None:
    """Recompute the call from all its events. Legs whose caller is not known yet make no call; they are kept."""
    events = db.session.scalars(
        select(CallEvent).where(CallEvent.provider == provider, CallEvent.call_sid == call_sid)
    ).all()
    signs = [
        sign
        for event in events
        for sign in twilio.read(event.kind, event.sid, event.call_sid, event.payload, event.received_at)
    ]
    facts = fold(signs)
    if facts is None:
        return None
    call = _call_of(provider, call_sid)
    if call is None:
        call = Call(provider=provider, sid=call_sid)
        db.session.add(call)
    _write_facts(call, facts)
    db.session.flush()
    return call


def give_up(call: Call, *, now: datetime) -> Call | None:
    """End a call whose end nobody reported, by an event of our own; a real end that comes later still counts."""
    _stand_in_line(call.provider, call.sid)
    insert_once(
        CallEvent,
        provider=call.provider,
        sid=call.sid,
        call_sid=call.sid,
        kind="given-up",
        status="",
        sequence="",
        payload={},
        received_at=now,
    )
    return refold(call.provider, call.sid)


def take_call(call: Call, *, by: Actor, now: datetime) -> Call:
    """The operator claims the conversation, and sees the caller's number. Raises Conflict when another one has it."""
    if call.operator_id is not None and call.operator_id != by.user_id:
        raise Conflict(_l("%(name)s has already taken this call.", name=call.operator.name if call.operator else ""))
    call.operator_id = by.user_id
    db.session.flush()
    audit.record("calls:take", by=by, now=now, object_kind="call", object_id=call.sid)
    return call


def keep_past_call(provider: str, sid: str, facts: CallFacts, *, operator_id: int | None) -> Call:
    """Keep a call that ended long ago and of which no raw events are to be had."""
    call = Call(provider=provider, sid=sid, operator_id=operator_id)
    db.session.add(call)
    _write_facts(call, facts)
    return call


def log_call(
    wish: NewTicket,
    *,
    call: Call | None,
    into: Ticket | None = None,
    beside: Ticket | None = None,
    by: Actor,
    now: datetime,
) -> tuple[Ticket, Call | None]:
    """Open the ticket that `call` led to. Without telephony the call itself is logged by hand.

    `into`: the incident that it joins at once; `beside`: the ticket that the same call led to before, or that came
    without one, so that none is made up now. Raises Invalid as `open_ticket` does, and Conflict where nothing can be
    split from `beside` any more.
    """
    if beside is not None and call is None:
        return tickets.open_beside(beside, wish, into=into, by=by, now=now), None
    if call is None:
        call = _hand_logged(read_number(wish.phone), at=min(wish.received_at, now), by=by, now=now)
    else:
        wish = replace(wish, received_at=min(call.offered_at, now))
        _keep_operator(call, by)
    if beside is not None:
        ticket = tickets.open_beside(beside, wish, into=into, by=by, now=now)
    else:
        ticket = tickets.open_ticket(wish, into=into, by=by, now=now)
    _link(call, ticket, "opened", now=now)
    audit.record("calls:log", by=by, now=now, object_kind="call", object_id=call.sid, ticket=ticket.code)
    return ticket, call


def log_status_call(ticket: Ticket, *, call: Call | None, summary: str, by: Actor, now: datetime) -> Call:
    """Somebody asked where the case stands: noted on the ticket that exists, no new one."""
    if call is None:
        number = PhoneNumber(ticket.phone_raw, ticket.phone_e164, ticket.phone_kind)
        call = _hand_logged(number, at=now, by=by, now=now)
    else:
        _keep_operator(call, by)
    if _link(call, ticket, "asked_about", now=now):
        tickets.contact(ticket, summary=summary, by=by, now=now)
        audit.record("calls:log-status", by=by, now=now, object_kind="call", object_id=call.sid, ticket=ticket.code)
    return call


def call_for_change(call_id: int) -> Call:
    """The call, locked until the transaction ends. Raises NotFound."""
    call = db.session.scalar(select(Call).where(Call.id == call_id).with_for_update(of=Call))
    if call is None:
        raise NotFound(_l("There is no such call."))
    return call


def _write_facts(call: Call, facts: CallFacts) -> None:
    number = read_number(facts.caller)
    call.from_raw, call.from_e164, call.from_kind = number.raw[:40], number.e164, number.kind
    call.to_number = facts.called[:40]
    call.state = CallState(facts.state)
    call.result = CallResult(facts.result) if facts.result else None
    call.offered_at, call.queued_at = facts.offered_at, facts.queued_at
    call.answered_at, call.ended_at = facts.answered_at, facts.ended_at
    call.wait_seconds, call.talk_seconds = facts.wait_seconds, facts.talk_seconds
    call.operator_number = facts.operator_number[:40]
    call.recording_sid = facts.recording_sid[:64]
    if call.operator_id is None and facts.answered_at and call.operator_number:
        call.operator_id = db.session.scalar(select(User.id).where(User.dial_number == call.operator_number).limit(1))


def _keep_operator(call: Call, by: Actor) -> None:
    if call.operator_id is None:
        call.operator_id = by.user_id


def _hand_logged(number: PhoneNumber, *, at: datetime, by: Actor, now: datetime) -> Call:
    call = Call(
        provider=BY_HAND,
        sid=uuid.uuid4().hex,
        from_raw=number.raw[:40],
        from_e164=number.e164,
        from_kind=number.kind,
        state=CallState.ENDED,
        result=CallResult.LOGGED,
        offered_at=at,
        ended_at=now,
        operator_id=by.user_id,
    )
    db.session.add(call)
    return call


def _link(call: Call, ticket: Ticket, reason: str, *, now: datetime) -> bool:
    """Tie the two together; False when they already are. The caller holds the call's row, so nobody else is at it."""
    if call.id is not None and ticket.id is not None and db.session.get(CallTicket, (call.id, ticket.id)) is not None:
        return False
    db.session.add(CallTicket(call=call, ticket=ticket, reason=reason, at=now))
    return True


def _stand_in_line(provider: str, call_sid: str) -> None:
    """One transaction at a time folds a call: two that each miss the other's event would lose one of them."""
    stand_in_line(f"{provider}:{call_sid}")


def _call_of(provider: str, call_sid: str) -> Call | None:
    return db.session.scalar(select(Call).where(Call.provider == provider, Call.sid == call_sid))


def add_nuisance(number: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Put a number (E.164) on the nuisance list. Raises Conflict when it is there already."""
    if not insert_once(NuisanceNumber, number=number, reason=reason, by_id=by.user_id, at=now):
        raise Conflict(_l("This number is on the list already."))
    audit.record("nuisance:add", by=by, now=now, object_kind="number", object_id=mask(number), reason=reason)


def remove_nuisance(number: str, *, by: Actor, now: datetime) -> None:
    """Take a number off the list; one that is not on it changes nothing."""
    row = db.session.get(NuisanceNumber, number)
    if row is not None:
        db.session.delete(row)
        audit.record("nuisance:remove", by=by, now=now, object_kind="number", object_id=mask(number))
