"""Looks at businesses: a company is its tax code; what it reported, as far as the reader may know that it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from hotline.actor import Actor
from hotline.catalogue.models import Category
from hotline.db import db
from hotline.errors import NotFound
from hotline.staff.permissions import Can
from hotline.tickets.models import Ticket
from hotline.tickets.queries.cases import visible
from hotline.tickets.rules.businesses import CHECKED_DIGITS
from hotline.web.paging import ROWS_A_PAGE, Page

LISTED_BRANCHES = 20


@dataclass(frozen=True)
class Business:
    """A company as its reports tell it: the latest name and contact person, and how many reports there are."""

    tax_code: str
    name: str
    contact: str
    open_count: int
    closed_count: int
    first_at: datetime
    branches: Sequence[tuple[str, str, int]]

    @property
    def count(self) -> int:
        """All its reports that the reader may know of."""
        return self.open_count + self.closed_count


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Cases that the actor sees and of which they may know who reported: not the confidential ones of others."""
    if actor.can(Can.TICKETS_OPEN):
        return visible(actor)
    sensitive = exists().where(Category.id == Ticket.category_id, Category.is_sensitive)
    return and_(visible(actor), Ticket.is_confidential.is_(False), ~sensitive)


def business_of(tax_code: str, actor: Actor) -> Business | None:
    """The company, or None when no report of it is the actor's to know."""
    own = and_(Ticket.tax_code == tax_code, Ticket.tax_code != "", known_to(actor))
    open_count = func.count().filter(Ticket.is_open)
    found = db.session.execute(select(func.count(), open_count, func.min(Ticket.received_at)).where(own)).one()
    total, still_open, first_at = found
    if not total:
        return None
    latest = select(Ticket.business_name, Ticket.caller_name).where(own).order_by(Ticket.received_at.desc(), Ticket.id)
    name, contact = db.session.execute(latest.limit(1)).one()
    return Business(tax_code, name, contact, still_open, total - still_open, first_at, _branches(tax_code, actor))


def _branches(tax_code: str, actor: Actor) -> Sequence[tuple[str, str, int]]:
    """Head office and branches that have reported too: code, name, how many reports."""
    head = tax_code[:CHECKED_DIGITS]
    # A range, not LIKE: the index of tax codes serves on every database.
    related = or_(Ticket.tax_code == head, and_(Ticket.tax_code > f"{head}-", Ticket.tax_code < f"{head}."))
    query = (
        select(Ticket.tax_code, func.max(Ticket.business_name), func.count())
        .where(Ticket.tax_code != "", related, Ticket.tax_code != tax_code, known_to(actor))
        .group_by(Ticket.tax_code)
        .order_by(Ticket.tax_code)
        .limit(LISTED_BRANCHES)
    )
    return db.session.execute(query).tuples().all() if len(tax_code) != 12 else []


def reports_of(tax_code: str, actor: Actor, *, after: str = "", limit: int = ROWS_A_PAGE) -> Page[Ticket]:
    """The company's reports, newest first. `after` is the id of the last one on the page before."""
    query = (
        select(Ticket)
        .options(joinedload(Ticket.category), joinedload(Ticket.department), selectinload(Ticket.clocks))
        .where(Ticket.tax_code == tax_code, Ticket.tax_code != "", known_to(actor), _beyond(after))
        .order_by(Ticket.received_at.desc(), Ticket.id.desc())
    )
    rows = list(db.session.scalars(query.limit(limit + 1)))
    more = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page(rows[:limit], more, not after)


def _beyond(after: str) -> ColumnElement[bool]:
    if not after:
        return true()
    anchor = db.session.get(Ticket, int(after)) if after.isascii() and after.isdecimal() and len(after) < 16 else None
    if anchor is None:
        raise NotFound(_l("There is no such page of the list."))
    tie = and_(Ticket.received_at == anchor.received_at, Ticket.id < anchor.id)
    return or_(Ticket.received_at < anchor.received_at, tie)
