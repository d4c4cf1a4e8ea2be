"""Looks at cases: one by its code, locked for a change, the main case of an incident, those of a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from hotline import clock
from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Department
from hotline.db import db
from hotline.errors import Conflict, Invalid, NotFound
from hotline.staff.permissions import Can, Role
from hotline.tickets.models import Answer, Clock, Leg, SubTask, Ticket, TicketEvent
from hotline.tickets.rules.codes import read_code
from hotline.tickets.rules.identity import is_kept_secret
from hotline.tickets.rules.lifecycle import Status
from hotline.web.formats import local


def units_of(actor: Actor) -> list[int]:
    """The units whose cases are the actor's unit's: itself, and those with cases that ended and lived on in it.

    Read once a request: lists ask for it at every row.
    """
    if actor.department_id is None:
        return []
    known: dict[int, list[int]] = g.setdefault("units_of_actors", {})
    if actor.department_id not in known:
        ended = catalogue.ended_in(actor.department_id, local(clock.now()).date())
        known[actor.department_id] = [actor.department_id, *_with_cases(ended)]
    return known[actor.department_id]


def _with_cases(units: Sequence[int]) -> Sequence[int]:
    """Without the many that ended before the house opened: a list of one unit comes out of its index in order."""
    if not units:
        return units
    ever = (exists().where(table.department_id == Department.id) for table in (Ticket, SubTask))
    query = select(Department.id).where(Department.id.in_(units), or_(*ever)).order_by(Department.id)
    return db.session.scalars(query).all()


def is_of(column: Any, actor: Actor) -> ColumnElement[bool]:
    """Whether a column of units names the actor's; most units took over no other, and plans are best for one value."""
    units = units_of(actor)
    clause: ColumnElement[bool] = column.in_(units) if len(units) > 1 else column == actor.department_id
    return clause


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which tickets the actor may see: people of a unit their own unit's and those it took over, the province's people
    all."""
    if actor.role and Role(actor.role).belongs_to_department:
        return is_of(Ticket.department_id, actor)
    return Ticket.id > 0


def is_visible(ticket: Ticket, actor: Actor) -> bool:
    """The same as `visible`, for a ticket at hand."""
    if actor.role and Role(actor.role).belongs_to_department:
        return ticket.department_id in units_of(actor)
    return True


def may_know_caller(ticket: Ticket, actor: Actor) -> bool:
    """Whether the actor may read who reported: the leading unit and the province, but for what is kept from them."""
    return is_visible(ticket, actor) and not is_kept_secret(
        is_confidential=ticket.is_confidential,
        is_sensitive=bool(ticket.category and ticket.category.is_sensitive),
        takes_reports=actor.can(Can.TICKETS_OPEN),
    )


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """What is visible, and the cases to which the actor's unit was asked to contribute."""
    if actor.role and Role(actor.role).belongs_to_department:
        asked = exists().where(SubTask.ticket_id == Ticket.id, is_of(SubTask.department_id, actor))
        return or_(visible(actor), asked)
    return visible(actor)


def ticket_by_code(code: str, actor: Actor) -> Ticket:
    """The ticket with all its page shows, to its unit, the province and the units asked to contribute.

    Raises NotFound when absent or another unit's: the two look the same.
    """
    query = (
        select(Ticket)
        .where(Ticket.code == (read_code(code) or code), within_reach(actor))
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
            selectinload(Ticket.answers).joinedload(Answer.authority),
            selectinload(Ticket.legs).joinedload(Leg.department),
            selectinload(Ticket.pauses),
            selectinload(Ticket.extensions),
            selectinload(Ticket.attachments),
            selectinload(Ticket.attached),
            selectinload(Ticket.sub_tasks).joinedload(SubTask.department),
        )
    )
    return _found(db.session.scalar(query))


def ticket_for_change(code: str, actor: Actor, *, version: int | None = None, as_asked: bool = False) -> Ticket:
    """The ticket, locked until the transaction ends. Raises Conflict when it is no longer at `version`.

    `as_asked`: also for a unit that was asked to contribute, which else finds nothing to change here.
    """
    reach = within_reach(actor) if as_asked else visible(actor)
    query = select(Ticket).where(Ticket.code == (read_code(code) or code), reach).with_for_update(of=Ticket)
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
