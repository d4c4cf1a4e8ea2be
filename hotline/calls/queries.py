"""Looks at calls: who waits now, who was not reached, one call with its story, and what is known of a caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from textwrap import shorten
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from hotline.actor import Actor
from hotline.calls.models import Call, CallEvent, CallResult, CallState, CallTicket, NuisanceNumber
from hotline.calls.rules import twilio
from hotline.db import db
from hotline.errors import NotFound
from hotline.phone import PhoneKind
from hotline.tickets.models import Ticket
from hotline.tickets.queries import tickets_of_number, visible
from hotline.tickets.words import status_label
from hotline.web.formats import moment, province_zone
from hotline.web.paging import ROWS_A_PAGE, Page, cursor_of, read_cursor

RECENT_HOURS = 12
RECENT_ROWS = 15
LOOKED_AT = 80
WAITING_ROWS = 50
TICKETS_ON_CARD = 5
LONGEST_READ_ALOUD = 200
LOST = (CallResult.MISSED, CallResult.ABANDONED, CallResult.OVERFLOWED, CallResult.VOICEMAIL)


def is_known(kind: str, body: Mapping[str, str]) -> bool:
    """Whether this event of Twilio is stored already: the same again needs no write."""
    found = twilio.identity(kind, body)
    if found is None:
        return False
    query = select(CallEvent.id).where(
        CallEvent.provider == twilio.PROVIDER,
        CallEvent.sid == found.sid,
        CallEvent.kind == kind,
        CallEvent.status == found.status,
        CallEvent.sequence == found.sequence,
    )
    return db.session.scalar(query) is not None


def running_calls() -> Sequence[Call]:
    """Calls that ring, wait or are being talked, the longest waiting first."""
    query = select(Call).options(joinedload(Call.operator)).where(Call.state != CallState.ENDED)
    return db.session.scalars(query.order_by(Call.offered_at, Call.id).limit(WAITING_ROWS)).all()


@dataclass(frozen=True)
class RecentCall:
    """An ended call; `is_lost` while nobody has spoken with this caller since."""

    call: Call
    is_lost: bool


def recent_calls(now: datetime) -> list[RecentCall]:
    """The last calls of this shift (12 hours): callers nobody has reached yet first, then the newest."""
    query = (
        select(Call)
        .options(joinedload(Call.operator), selectinload(Call.tickets))
        .where(Call.offered_at >= now - timedelta(hours=RECENT_HOURS))
        .order_by(Call.offered_at.desc(), Call.id.desc())
        .limit(LOOKED_AT)
    )
    reached: set[str] = set()
    rows = []
    for call in db.session.scalars(query):
        number = call.from_e164 or f"call:{call.id}"
        if call.state is CallState.ENDED:
            rows.append(RecentCall(call, call.result in LOST and number not in reached))
        if call.answered_at or call.result is CallResult.LOGGED:
            reached.add(number)
    rows.sort(key=lambda row: not row.is_lost)
    return rows[:RECENT_ROWS]


def call_by_id(call_id: int) -> Call:
    """The call with operator and tickets. Raises NotFound."""
    query = select(Call).options(joinedload(Call.operator), selectinload(Call.tickets)).where(Call.id == call_id)
    call = db.session.scalar(query)
    if call is None:
        raise NotFound(_l("There is no such call."))
    return call


def events_of(call: Call) -> Sequence[CallEvent]:
    """The raw events of a call in the order in which they came."""
    query = select(CallEvent).where(CallEvent.provider == call.provider, CallEvent.call_sid == call.sid)
    return db.session.scalars(query.order_by(CallEvent.received_at, CallEvent.id)).all()


@dataclass(frozen=True)
class LinkedCall:
    """A call of a ticket: `reason` is `opened` or `asked_about`."""

    call: Call
    reason: str


def calls_of(ticket_id: int) -> list[LinkedCall]:
    """The calls that opened the ticket or asked about it, newest first."""
    query = (
        select(Call, CallTicket.reason)
        .join(CallTicket, CallTicket.call_id == Call.id)
        .options(joinedload(Call.operator))
        .where(CallTicket.ticket_id == ticket_id)
        .order_by(CallTicket.at.desc(), Call.id.desc())
    )
    return [LinkedCall(call, reason) for call, reason in db.session.execute(query)]


@dataclass(frozen=True)
class CallerCard:
    """What is known of a caller before "hello". `calls_this_week` is of seven days, the present call included."""

    e164: str | None
    is_withheld: bool
    name: str
    business_name: str
    tax_code: str
    tickets: Sequence[Ticket]
    open_count: int
    calls_this_week: int


def caller_card(e164: str | None, kind: PhoneKind, actor: Actor, now: datetime) -> CallerCard:
    """The card for a number; a withheld or unreadable one has no history."""
    if e164 is None:
        return CallerCard(None, kind is PhoneKind.WITHHELD, "", "", "", [], 0, 0)
    tickets = tickets_of_number(e164, actor, TICKETS_ON_CARD)
    latest = db.session.execute(
        select(Ticket.caller_name, Ticket.business_name, Ticket.tax_code)
        .where(Ticket.phone_e164 == e164, or_(Ticket.caller_name != "", Ticket.business_name != ""), visible(actor))
        .order_by(Ticket.received_at.desc())
        .limit(1)
    ).first()
    open_count = db.session.scalar(
        select(func.count()).select_from(Ticket).where(Ticket.phone_e164 == e164, Ticket.is_open, visible(actor))
    )
    week = db.session.scalar(
        select(func.count()).select_from(Call).where(Call.from_e164 == e164, Call.offered_at > now - timedelta(days=7))
    )
    name, business, tax_code = latest if latest else ("", "", "")
    return CallerCard(e164, False, name, business, tax_code, tickets, open_count or 0, week or 0)


def sentence(ticket: Ticket) -> str:
    """What the operator reads aloud: where the case is and by when it will be answered, or what was answered."""
    unit = ticket.department.name if ticket.department else _("the switchboard")
    stands = _(
        "Report %(code)s, %(unit)s: %(status)s.", code=ticket.code, unit=unit, status=status_label(ticket.status)
    )
    if ticket.is_open:
        return stands + (" " + _("The answer is due %(due)s.", due=moment(ticket.due_at)) if ticket.due_at else "")
    told = [answer.body for answer in ticket.answers if answer.published_at is not None]
    return stands + (f" “{shorten(told[-1], LONGEST_READ_ALOUD, placeholder=' …')}”" if told else "")


def calls(*, result: CallResult | None, on: date | None, after: str = "") -> Page[Call]:
    """One page of all calls, newest first; `on` is a day of the province, `after` the cursor of the page before."""
    query = select(Call).options(joinedload(Call.operator), selectinload(Call.tickets))
    if result is not None:
        query = query.where(Call.result == result)
    if on is not None:
        begin = datetime.combine(on, time.min, province_zone()).astimezone(UTC)
        query = query.where(Call.offered_at >= begin, Call.offered_at < begin + timedelta(days=1))
    if after:
        at, call_id = read_cursor(after)
        query = query.where(or_(Call.offered_at < at, (Call.offered_at == at) & (Call.id < call_id)))
    rows = db.session.scalars(query.order_by(Call.offered_at.desc(), Call.id.desc()).limit(ROWS_A_PAGE + 1)).all()
    last = rows[ROWS_A_PAGE - 1] if len(rows) > ROWS_A_PAGE else None
    cursor = cursor_of(last.offered_at, last.id) if last else None
    return Page(rows[:ROWS_A_PAGE], cursor, not after)


def changes() -> list[Select[*tuple[Any, ...]]]:
    """What the console watches: when these answers differ, something on it has changed."""
    return [
        select(func.max(CallEvent.id)),
        select(func.max(Call.id)),
        select(Call.id, Call.state, Call.operator_id).where(Call.state != CallState.ENDED).order_by(Call.id),
        select(func.count()).select_from(CallTicket),
    ]


def is_nuisance(number: str) -> bool:
    """Whether this number (E.164) is on the nuisance list."""
    return db.session.get(NuisanceNumber, number) is not None


def nuisance_numbers() -> Sequence[NuisanceNumber]:
    """The nuisance list, newest first."""
    query = select(NuisanceNumber).options(joinedload(NuisanceNumber.by))
    return db.session.scalars(query.order_by(NuisanceNumber.at.desc(), NuisanceNumber.number)).all()
