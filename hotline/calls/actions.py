"""Verbs of the switchboard: an event is recorded once and folded; a conversation becomes a ticket or a status call."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from hotline.actor import Actor
from hotline.calls.models import Call, CallEvent, CallResult, CallState, CallTicket
from hotline.calls.rules import twilio
from hotline.calls.rules.fold import CallFacts, fold
from hotline.db import db
from hotline.errors import NotFound
from hotline.phone import read_number
from hotline.tickets import actions as tickets
from hotline.tickets.models import Ticket

BY_HAND = "hand"
OPENED, ASKED_ABOUT = "opened", "asked_about"


def record_event(kind: str, body: Mapping[str, str], *, now: datetime) -> bool:
    """Keep a provider's event, once, and fold its call anew. False when it was known already or names no call."""
    found = twilio.identity(kind, body)
    if found is None:
        return False
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(CallEvent)
        .values(
            provider=twilio.PROVIDER,
            sid=found.sid,
            call_sid=found.call_sid,
            kind=found.kind,
            status=found.status,
            sequence=found.sequence,
            payload=twilio.kept(body),
            received_at=now,
        )
        .on_conflict_do_nothing()
        .returning(CallEvent.id)
    )
    if db.session.execute(statement).scalar_one_or_none() is None:
        return False
    refold(twilio.PROVIDER, found.call_sid)
    return True


def refold(provider: str, call_sid: str) -> Call | None:
    """Recompute a call from all its events; None while only legs of an unknown caller are there (they wait)."""
    call = db.session.scalar(select(Call).where(Call.provider == provider, Call.sid == call_sid).with_for_update())
    events = db.session.scalars(
        select(CallEvent).where(CallEvent.provider == provider, CallEvent.call_sid == call_sid)
    ).all()
    facts = fold(
        sign for row in events for sign in twilio.read(row.kind, row.sid, row.call_sid, row.payload, row.received_at)
    )
    if facts is None:
        return None
    if call is None:
        call = Call(provider=provider, sid=call_sid)
        db.session.add(call)
    _write(call, facts)
    db.session.flush()
    return call


def _write(call: Call, facts: CallFacts) -> None:
    number = read_number(facts.caller)
    call.from_raw, call.from_e164, call.from_kind = facts.caller[:40], number.e164, number.kind
    call.to_number = facts.called[:40]
    call.state = CallState(facts.state)
    call.result = CallResult(facts.result) if facts.result else None
    call.offered_at, call.queued_at = facts.offered_at, facts.queued_at
    call.answered_at, call.ended_at = facts.answered_at, facts.ended_at
    call.wait_seconds, call.talk_seconds = facts.wait_seconds, facts.talk_seconds
    call.operator_number = facts.operator_number[:40]
    call.recording_sid = facts.recording_sid


def give_up(call: Call, *, now: datetime) -> None:
    """No end was ever reported: the call is closed by an event of our own, so that folding it again says the same."""
    row = CallEvent(
        provider=call.provider, sid=call.sid, call_sid=call.sid, kind="given-up", payload={}, received_at=now
    )
    db.session.add(row)
    db.session.flush()
    refold(call.provider, call.sid)


def take_call(call: Call, *, by: Actor) -> bool:
    """The operator who takes the conversation. False when a colleague was faster."""
    done = db.session.execute(
        update(Call).where(Call.id == call.id, Call.operator_id.is_(None)).values(operator_id=by.user_id)
    )
    db.session.refresh(call)
    return bool(done.rowcount) or call.operator_id == by.user_id


def _call_for(call_id: int | None, phone: str, *, by: Actor, now: datetime) -> Call:
    """The live call, or a call logged by hand where there is no telephony."""
    if call_id is not None:
        call = db.session.get(Call, call_id)
        if call is None:
            raise NotFound()
        return call
    number = read_number(phone)
    call = Call(
        provider=BY_HAND,
        sid=str(uuid.uuid4()),
        from_raw=number.raw[:40],
        from_e164=number.e164,
        from_kind=number.kind,
        state=CallState.ENDED,
        result=CallResult.LOGGED,
        offered_at=now,
        ended_at=now,
        operator_id=by.user_id,
    )
    db.session.add(call)
    db.session.flush()
    return call


def log_call(wish: tickets.NewTicket, *, call_id: int | None, by: Actor, now: datetime) -> tuple[Ticket, Call]:
    """Open a ticket from a conversation: ticket and call belong together from the first instant."""
    call = _call_for(call_id, wish.phone, by=by, now=now)
    ticket = tickets.open_ticket(wish, by=by, now=now)
    _join(call, ticket, OPENED, by=by, now=now)
    return ticket, call


def log_status_call(ticket: Ticket, *, summary: str, call_id: int | None, by: Actor, now: datetime) -> Call:
    """ "Where is my case?": noted on the case, no new ticket."""
    call = _call_for(call_id, ticket.phone_raw, by=by, now=now)
    tickets.contact(ticket, summary=summary, by=by, now=now)
    _join(call, ticket, ASKED_ABOUT, by=by, now=now)
    return call


def _join(call: Call, ticket: Ticket, reason: str, *, by: Actor, now: datetime) -> None:
    if call.operator_id is None:
        call.operator_id = by.user_id
    if db.session.get(CallTicket, (call.id, ticket.id)) is None:
        db.session.add(CallTicket(call_id=call.id, ticket_id=ticket.id, reason=reason, at=now))
    db.session.flush()
