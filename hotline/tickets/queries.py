"""Looks at tickets: one by code, the queue, a caller's history, and what would happen to a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Area, Calendar, Category, Department, Policy, Priority
from hotline.db import db
from hotline.errors import Conflict, Invalid, NotFound
from hotline.staff.permissions import Role
from hotline.tickets.models import CallerKind, Channel, Clock, ClockKind, Leg, Ticket, TicketEvent
from hotline.tickets.rules import routing, sla
from hotline.tickets.rules.codes import read_code
from hotline.tickets.rules.lifecycle import Status
from hotline.web.folding import fold
from hotline.web.formats import local
from hotline.web.paging import ROWS_A_PAGE, Page

COUNTED_AT_MOST = 100


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which tickets the actor may see: people of a unit their own unit's, the province's people all."""
    if actor.role and Role(actor.role).belongs_to_department:
        return Ticket.department_id == actor.department_id
    return Ticket.id > 0


def is_visible(ticket: Ticket, actor: Actor) -> bool:
    """The same as `visible`, for a ticket at hand."""
    if actor.role and Role(actor.role).belongs_to_department:
        return ticket.department_id == actor.department_id
    return True


def ticket_by_code(code: str, actor: Actor) -> Ticket:
    """The ticket with all its page shows. Raises NotFound when absent or another unit's: the two look the same."""
    query = (
        select(Ticket)
        .where(Ticket.code == (read_code(code) or code), visible(actor))
        .options(
            joinedload(Ticket.category),
            joinedload(Ticket.area),
            joinedload(Ticket.department),
            joinedload(Ticket.assignee),
            selectinload(Ticket.events).joinedload(TicketEvent.department),
            selectinload(Ticket.clocks).selectinload(Clock.past_plans),
            selectinload(Ticket.clocks).selectinload(Clock.crossings),
            selectinload(Ticket.clocks).joinedload(Clock.policy),
            selectinload(Ticket.clocks).joinedload(Clock.calendar),
            selectinload(Ticket.answers),
            selectinload(Ticket.legs).joinedload(Leg.department),
            selectinload(Ticket.pauses),
            selectinload(Ticket.extensions),
            selectinload(Ticket.attached),
        )
    )
    return _found(db.session.scalar(query))


def ticket_for_change(code: str, actor: Actor, *, version: int | None = None) -> Ticket:
    """The ticket, locked until the transaction ends. Raises Conflict when it is no longer at `version`."""
    query = select(Ticket).where(Ticket.code == (read_code(code) or code), visible(actor)).with_for_update()
    # Read again although it may be known: what was known before the lock was ours may be of yesterday.
    ticket = _found(db.session.scalar(query.execution_options(populate_existing=True)))
    if version is not None and ticket.version != version:
        raise Conflict(
            _l("This case was changed while you were looking at it. Your text is still here; please check it.")
        )
    return ticket


def main_case(code: str, actor: Actor) -> Ticket:
    """The case that another is to join, locked. Raises Invalid for the field when there is none that the actor sees."""
    query = select(Ticket).where(Ticket.code == (read_code(code) or code.strip()), visible(actor)).with_for_update()
    found = db.session.scalar(query)
    if found is None:
        raise Invalid(fields={"main_code": _l("There is no such case here.")})
    return found


def attached_to(main: Ticket) -> Sequence[Ticket]:
    """The cases that have joined `main` and not left it, locked: what happens to it is about to happen to them."""
    query = select(Ticket).where(Ticket.parent_id == main.id, Ticket.status == Status.ATTACHED).order_by(Ticket.id)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _found(ticket: Ticket | None) -> Ticket:
    if ticket is None:
        raise NotFound(_l("There is no such case here."))
    return ticket


@dataclass(frozen=True)
class Terms:
    """What is promised: the policy and calendar in force, and the targets of each clock."""

    policy: Policy
    calendar: Calendar
    first_response_target: str
    resolve_target: str

    def target_of(self, kind: ClockKind) -> str:
        """The target of one kind of clock."""
        return {
            ClockKind.ACCEPTANCE: self.policy.acceptance_target,
            ClockKind.FIRST_RESPONSE: self.first_response_target,
            ClockKind.NEXT_RESPONSE: self.policy.next_response_target,
            ClockKind.RESOLUTION: self.resolve_target,
        }[kind]


def terms(category: Category | None, priority: Priority, channel: str, caller_kind: str) -> Terms:
    """The policy that matches first, the calendar version in force and the targets that follow (R9).

    Raises LookupError when no policy matches: the catalogue always keeps one without conditions.
    """
    wish = sla.Wish(category.id if category else None, priority, channel, caller_kind)
    policy = policy_for(catalogue.policies(), wish)
    return terms_of(policy, catalogue.current_calendar(policy.calendar_code), category)


def policy_for(policies: Sequence[Policy], wish: sla.Wish) -> Policy:
    """The first of `policies` that matches (R9). Raises LookupError when none does."""
    asked = [
        sla.PolicyRow(place, p.category_id, p.priority, p.channel, p.caller_kind) for place, p in enumerate(policies)
    ]
    chosen = sla.choose_policy(asked, wish)
    if chosen is None:
        raise LookupError("no policy matches: the catalogue needs one without conditions")
    return policies[chosen.id]


def terms_of(policy: Policy, calendar: Calendar, category: Category | None) -> Terms:
    """What a policy promises for a category; what it leaves open is the category's own."""
    return Terms(
        policy=policy,
        calendar=calendar,
        first_response_target=policy.first_response_target or (category.first_response_target if category else "8wh"),
        resolve_target=policy.resolve_target or (category.resolve_target if category else "5wd"),
    )


@dataclass(frozen=True)
class Plan:
    """Where a ticket goes and by when: what the operator says aloud before saving."""

    department: Department | None
    reason: str
    rule_id: int | None
    terms: Terms
    due_at: datetime | None


def plan(
    category: Category | None,
    area: Area | None,
    received_at: datetime,
    *,
    channel: str = Channel.PHONE,
    caller_kind: str = CallerKind.CITIZEN,
) -> Plan:
    """Routing and deadlines for a ticket received at `received_at` (UTC). Writes nothing."""
    on = local(received_at).date()
    category_id, area_id = category.id if category else None, area.id if area else None
    rules = [
        routing.Rule(row.id, row.category_id, row.area_id, row.department_code, row.to_area_committee)
        for row in catalogue.rules_for(category_id, area_id)
    ]
    area_code = area.code if area else None
    decision = routing.route(rules, category_id=category_id, area_id=area_id, area_code=area_code)
    department = catalogue.department_by_code(decision.department_code, on) if decision else None
    promised = terms(category, category.priority if category else Priority.NORMAL, channel, caller_kind)
    facts = sla.Facts(promised.resolve_target, catalogue.arithmetic(promised.calendar), received_at)
    return Plan(
        department=department,
        reason=_reason(decision, department, category, area),
        rule_id=decision.rule.id if decision and department else None,
        terms=promised,
        due_at=sla.plan_of(facts).deadline_at,
    )


def _reason(
    decision: routing.Decision | None, department: Department | None, category: Category | None, area: Area | None
) -> str:
    if decision is None or department is None:
        if category is None:
            return _("because no category is known yet; the switchboard sorts it")
        return _("because no rule decides; the switchboard sorts it")
    if decision.rule.to_area_committee and area is not None:
        return _("because “%(category)s” is dealt with by the People's Committee of %(area)s",
                 category=category.name if category else "", area=area.name)  # fmt: skip
    return _(
        "because “%(category)s” belongs to %(unit)s", category=category.name if category else "", unit=department.name
    )


def tickets_of_number(e164: str, actor: Actor, limit: int = 5) -> Sequence[Ticket]:
    """The caller's tickets with what was answered, open ones first, then newest."""
    query = (
        select(Ticket)
        .options(joinedload(Ticket.department), joinedload(Ticket.category), selectinload(Ticket.answers))
        .where(Ticket.phone_e164 == e164, visible(actor))
        .order_by(Ticket.is_open.desc(), Ticket.received_at.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


class View(StrEnum):
    """The tabs of the queue."""

    OPEN_WORK = "todo"
    TRIAGE = "triage"
    MINE = "mine"
    TODAY = "today"
    OVERDUE = "overdue"
    APPROVAL = "approval"
    WAITING = "waiting"
    DONE = "done"
    ALL = "all"

    @property
    def label(self) -> Any:
        """The word on the tab."""
        return {
            View.OPEN_WORK: _l("To do"),
            View.TRIAGE: _l("To be sorted"),
            View.MINE: _l("Mine"),
            View.TODAY: _l("Due today"),
            View.OVERDUE: _l("Overdue"),
            View.APPROVAL: _l("To approve"),
            View.WAITING: _l("Waiting"),
            View.DONE: _l("Answered"),
            View.ALL: _l("All"),
        }[self]


def views_of(actor: Actor) -> list[View]:
    """The tabs that make sense for a role; the first is where it begins."""
    if actor.role in ("operator", "lead"):
        return [View.TRIAGE, View.OPEN_WORK, View.TODAY, View.OVERDUE, View.APPROVAL, View.WAITING, View.DONE, View.ALL]
    if actor.role in ("staff", "head"):
        return [View.OPEN_WORK, View.MINE, View.TODAY, View.OVERDUE, View.APPROVAL, View.WAITING, View.DONE, View.ALL]
    return [View.OPEN_WORK, View.OVERDUE, View.DONE, View.ALL]


def _condition(view: View, actor: Actor, now: datetime) -> ColumnElement[bool]:
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    running = and_(Ticket.is_open, Ticket.next_due_at.is_not(None))
    conditions: dict[View, ColumnElement[bool]] = {
        View.OPEN_WORK: running,
        View.TRIAGE: Ticket.status.in_([Status.RECEIVED, Status.TRIAGE, Status.RETURNED]),
        View.MINE: and_(running, Ticket.assignee_id == actor.user_id),
        View.TODAY: and_(running, Ticket.next_due_at < midnight),
        View.OVERDUE: and_(running, Ticket.next_due_at < now),
        View.APPROVAL: Ticket.status == Status.AWAITING_APPROVAL,
        View.WAITING: Ticket.status == Status.WAITING_CITIZEN,
        View.DONE: and_(Ticket.is_open.is_(False), Ticket.stopped_at.is_not(None)),
        View.ALL: Ticket.id > 0,
    }
    return conditions[view]


def queue(view: View, actor: Actor, now: datetime, *, words: str = "", after: str = "") -> Page[Ticket]:
    """One page of the queue: what is due next first, and newest first for finished or all cases.

    `words` searches folded text, code and the last digits of the number. `after` is the cursor of the page before.
    """
    query = _rows(view, actor, now, words)
    newest_first = view in (View.DONE, View.ALL, View.WAITING) or bool(words)
    if newest_first:
        query = query.order_by(Ticket.received_at.desc(), Ticket.id.desc())
    else:
        query = query.order_by(Ticket.next_due_at, Ticket.id)
    if after:
        at, ticket_id = _cursor(after)
        key = Ticket.received_at if newest_first else Ticket.next_due_at
        beyond = key < at if newest_first else key > at
        tie = Ticket.id < ticket_id if newest_first else Ticket.id > ticket_id
        query = query.where(or_(beyond, and_(key == at, tie)))
    rows = list(db.session.scalars(query.limit(ROWS_A_PAGE + 1)))
    cursor = None
    if len(rows) > ROWS_A_PAGE:
        last = rows[ROWS_A_PAGE - 1]
        instant = last.received_at if newest_first else last.next_due_at
        cursor = f"{instant.timestamp():.6f}~{last.id}" if instant else None
    return Page(rows[:ROWS_A_PAGE], cursor, not after)


def _cursor(text: str) -> tuple[datetime, int]:
    try:
        stamp, _sep, number = text.partition("~")
        return datetime.fromtimestamp(float(stamp), UTC), int(number)
    except (ValueError, OverflowError, OSError) as error:
        raise NotFound(_l("There is no such page of the list.")) from error


def _rows(view: View, actor: Actor, now: datetime, words: str) -> Select[Ticket]:
    query = (
        select(Ticket)
        .where(visible(actor), _condition(view, actor, now))
        .options(
            joinedload(Ticket.category),
            joinedload(Ticket.area),
            joinedload(Ticket.department),
            joinedload(Ticket.assignee),
            selectinload(Ticket.clocks),
        )
    )
    return query.where(_matches(words)) if words else query


def _matches(words: str) -> ColumnElement[bool]:
    code = read_code(words)
    if code:
        return Ticket.code == code
    digits = "".join(c for c in words if c.isdigit())
    if digits and len(digits) >= 4 and not any(c.isalpha() for c in words):
        return or_(
            Ticket.phone_e164.like(f"%{digits.lstrip('0')}"), Ticket.search_text.contains(digits, autoescape=True)
        )
    return and_(
        *[Ticket.search_text.contains(word, autoescape=True) for word in fold(words).split()[:8]] or [Ticket.id < 0]
    )


def counts(actor: Actor, now: datetime) -> dict[View, int]:
    """How many stand under each tab, counted up to 100 so that a large house costs no more than a small one."""
    found: dict[View, int] = {}
    for view in views_of(actor):
        if view in (View.DONE, View.ALL):
            continue
        some = select(Ticket.id).where(visible(actor), _condition(view, actor, now)).limit(COUNTED_AT_MOST).subquery()
        found[view] = db.session.scalar(select(func.count()).select_from(some)) or 0
    return found
