"""Looks at calls: who waits now, who called lately, what a caller's history says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from hotline.actor import Actor
from hotline.calls.models import Call, CallEvent, CallResult, CallState
from hotline.db import db
from hotline.errors import NotFound
from hotline.phone import PhoneKind
from hotline.tickets.models import Ticket
from hotline.tickets.queries import tickets_of_number
from hotline.tickets.words import status_label
from hotline.web.formats import moment
from hotline.web.paging import ROWS_A_PAGE, Page

RECENT = 12
LOST = (CallResult.MISSED, CallResult.ABANDONED, CallResult.VOICEMAIL, CallResult.OVERFLOWED)
LIVE = (CallState.RINGING, CallState.WAITING, CallState.TALKING)


def fingerprint() -> str:
    """Changes whenever the list of calls does."""
    return str(
        db.session.execute(select(func.max(CallEvent.id), func.max(Call.id), func.count(Call.operator_id))).one()
    )


def live_calls() -> Sequence[Call]:
    """Calls that have not ended, the longest waiting first."""
    order = (Call.state == CallState.TALKING, Call.offered_at)
    return db.session.scalars(
        select(Call).options(joinedload(Call.operator)).where(Call.state.in_(LIVE)).order_by(*order)
    ).all()


def recent_calls() -> Sequence[Call]:
    """The latest ended calls, newest first."""
    query = select(Call).options(joinedload(Call.operator), selectinload(Call.tickets))
    query = query.where(Call.state == CallState.ENDED).order_by(Call.offered_at.desc(), Call.id.desc())
    return db.session.scalars(query.limit(RECENT)).all()


def call_by_id(call_id: int) -> Call:
    """The call. Raises NotFound."""
    call = db.session.get(Call, call_id)
    if call is None:
        raise NotFound()
    return call


def events_of(call: Call) -> Sequence[CallEvent]:
    """The raw events of a call in the order in which they arrived."""
    return db.session.scalars(
        select(CallEvent)
        .where(CallEvent.provider == call.provider, CallEvent.call_sid == call.sid)
        .order_by(CallEvent.id)
    ).all()


def calls(result: CallResult | None, after: int | None) -> Page[Call]:
    """All calls, newest first; `after` is the id of the last row of the page before."""
    query = select(Call).options(joinedload(Call.operator), selectinload(Call.tickets)).order_by(Call.id.desc())
    if result is not None:
        query = query.where(Call.result == result)
    if after is not None:
        query = query.where(Call.id < after)
    rows = db.session.scalars(query.limit(ROWS_A_PAGE + 1)).all()
    more = str(rows[ROWS_A_PAGE - 1].id) if len(rows) > ROWS_A_PAGE else None
    return Page(rows[:ROWS_A_PAGE], more, after is None)


def calls_of_ticket(ticket_id: int) -> Sequence[Call]:
    """The calls that led to a case or asked about it."""
    return db.session.scalars(select(Call).where(Call.tickets.any(Ticket.id == ticket_id)).order_by(Call.id)).all()


@dataclass(frozen=True)
class CallerCard:
    """What an operator should know before saying hello."""

    name: str
    is_withheld: bool
    calls_this_week: int
    tickets: list[tuple[Ticket, str]]


def caller_card(e164: str | None, kind: PhoneKind, actor: Actor, now: datetime) -> CallerCard:
    """The caller's last five cases with a ready sentence each, open ones first."""
    if e164 is None:
        return CallerCard("", kind is PhoneKind.WITHHELD, 0, [])
    found = tickets_of_number(e164, actor)
    week = (
        select(func.count()).select_from(Call).where(Call.from_e164 == e164, Call.offered_at > now - timedelta(days=7))
    )
    name = next((ticket.caller_name for ticket in found if ticket.caller_name), "")
    return CallerCard(name, False, db.session.scalar(week) or 0, [(ticket, sentence(ticket)) for ticket in found])


def sentence(ticket: Ticket) -> str:
    """What the operator reads aloud: where the case is and by when it will be answered."""
    unit = ticket.department.name if ticket.department else _("the switchboard")
    if ticket.is_open and ticket.due_at:
        return _("Report %(code)s is with %(unit)s, answer due %(due)s.", code=ticket.code, unit=unit,
                 due=moment(ticket.due_at))  # fmt: skip
    return _("Report %(code)s, %(unit)s: %(status)s.", code=ticket.code, unit=unit, status=status_label(ticket.status))
