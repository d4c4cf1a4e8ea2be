"""Opening a ticket: code, route, deadlines, notice, text; one call, one transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.models import Area, Category, Priority
from hotline.db import db
from hotline.errors import Invalid
from hotline.phone import read_number
from hotline.tickets import queries
from hotline.tickets.actions import clocks, incidents, moves, searching, texts
from hotline.tickets.actions.notices import pin
from hotline.tickets.models import CallerKind, Channel, ClockKind, Holder, Leg, Ticket
from hotline.tickets.rules import codes, sla
from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.web.formats import local
from hotline.web.language import as_recorded


@dataclass(frozen=True)
class NewTicket:
    """What an operator heard, a citizen typed or a machine sent. `received_at` is the instant of the call (UTC).

    `intake_replies` are questions of the category with what was said, `suggested_category_id` what was proposed first.
    """

    content: str
    received_at: datetime
    channel: Channel = Channel.PHONE
    category_id: int | None = None
    area_id: int | None = None
    address: str = ""
    caller_kind: CallerKind = CallerKind.CITIZEN
    caller_name: str = ""
    business_name: str = ""
    tax_code: str = ""
    phone: str = ""
    is_confidential: bool = False
    procedure_code: str = ""
    dossier_code: str = ""
    intake_replies: tuple[dict[str, str], ...] = ()
    suggested_category_id: int | None = None


def open_ticket(
    wish: NewTicket, *, by: Actor, now: datetime, into: Ticket | None = None, split_from: Ticket | None = None
) -> Ticket:
    """Open, route and promise. Without a category or a rule it waits in the switchboard's triage, never nowhere.

    `into`: the main case of the incident that it joins at once, in the hands that have that one. `split_from`: the case
    of the same call; what was said in it was received when the call was. Raises Invalid for an unknown category or
    area, for an impossible time of receipt and for an incident that it cannot join.
    """
    category = db.session.get(Category, wish.category_id) if wish.category_id else None
    area = db.session.get(Area, wish.area_id) if wish.area_id else None
    if wish.category_id and (category is None or not category.is_active):
        raise Invalid(fields={"category_id": _l("There is no such category. Please choose one from the list.")})
    if wish.area_id and area is None:
        raise Invalid(fields={"area_id": _l("There is no such area. Please choose one from the list.")})
    start = wish.received_at if by.role == "lead" or split_from else sla.start_of(wish.received_at, now)
    if start is None or start > now:
        raise Invalid(fields={"received_at": _l("The time of the call must lie within the last 24 hours.")})
    with as_recorded():
        plan = queries.plan(
            category, area, start, channel=wish.channel, caller_kind=wish.caller_kind, content=wish.content,
            now=now,
        )  # fmt: skip
    number = read_number(wish.phone)
    ticket = Ticket(
        code=_next_code(local(start).year),
        status=Status.RECEIVED,
        cycle=1,
        version=1,
        returns=0,
        contacts=0,
        chases=0,
        is_late=False,
        is_late_by_first_promise=False,
        is_late_without_pauses=False,
        is_accepted_by_silence=False,
        is_sent_back=False,
        intake_replies=list(wish.intake_replies),
        suggested_category_id=wish.suggested_category_id,
        channel=wish.channel,
        content=wish.content,
        address=wish.address,
        category=category,
        area=area,
        priority=category.priority if category else Priority.NORMAL,
        procedure_code=wish.procedure_code,
        dossier_code=wish.dossier_code,
        caller_kind=wish.caller_kind,
        caller_name=wish.caller_name,
        business_name=wish.business_name,
        tax_code=wish.tax_code,
        held_since_at=start,
        phone_raw=number.raw,
        phone_e164=number.e164,
        phone_kind=number.kind,
        is_confidential=wish.is_confidential or bool(category and category.is_sensitive),
        follow_code=f"{secrets.randbelow(10_000):04}",
        policy=plan.terms.policy,
        policy_id=plan.terms.policy.id,
        policy_version=plan.terms.policy.version,
        calendar=plan.terms.calendar,
        calendar_id=plan.terms.calendar.id,
        received_at=start,
        opened_at=now,
        opened_by_id=by.user_id,
        split_from_id=split_from.id if split_from else None,
    )
    db.session.add(ticket)
    searching.index(ticket)
    ticket.legs.append(Leg(cycle=1, holder=Holder.SWITCHBOARD, is_hop=False, began_at=start))
    # What was chosen at first; 0 says that nothing was, unlike notices of before, which do not say.
    chosen_id = category.id if category else 0
    pin(ticket, Verb.OPEN, by=by, now=now, received_at=start.isoformat(), category_id=chosen_id)
    clocks.start_clock(
        ticket, ClockKind.FIRST_RESPONSE, plan.terms.target_of(ClockKind.FIRST_RESPONSE), at=start, now=now
    )
    clocks.start_clock(ticket, ClockKind.RESOLUTION, plan.terms.target_of(ClockKind.RESOLUTION), at=start, now=now)
    audit.record("tickets:open", by=by, now=now, object_kind="ticket", object_id=ticket.code)
    if into is not None:
        incidents.open_into(ticket, into, by=by, now=now)
    elif plan.department is None:
        moves.triage(ticket, by=by, now=now)
    else:
        moves.route(ticket, plan.department, reason=plan.reason, rule_id=plan.rule_id, by=by, now=now)
    texts.tell_opened(ticket, now=now)
    return ticket


def _next_code(year: int) -> str:
    serial = db.session.execute(
        text(
            "INSERT INTO code_counters (year, last) VALUES (:year, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = code_counters.last + 1 RETURNING last"
        ),
        {"year": year},
    ).scalar_one()
    return codes.ticket_code(year, serial)
