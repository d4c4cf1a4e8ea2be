"""Files a case for the search: from its facts, by the pure rules, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import joinedload, selectinload

from hotline.catalogue.models import Area, AreaSuccession, Category
from hotline.db import db
from hotline.tickets.models import Ticket, TicketSearch
from hotline.tickets.rules.identity import is_kept_secret
from hotline.tickets.rules.searching import READING, asked_of, filed_code, filed_number, led_by
from hotline.tickets.rules.spelling import plain_words


def index(ticket: Ticket) -> None:
    """File `ticket` as it stands now. To be called by whatever changes a fact that it is found by; cheap otherwise."""
    facts = facts_of(ticket)
    if ticket.filed is None:
        ticket.filed = TicketSearch(**facts)
    for name, value in facts.items():
        if getattr(ticket.filed, name) != value:
            setattr(ticket.filed, name, value)


def facts_of(ticket: Ticket) -> dict[str, Any]:
    """The row that a case should have."""
    return filed_as(
        code=ticket.code,
        content=ticket.content,
        address=ticket.address,
        places=names_of_place(ticket.area, ticket.category),
        codes=(ticket.procedure_code, ticket.dossier_code),
        tax_code=ticket.tax_code,
        names=(ticket.business_name, ticket.caller_name),
        e164=ticket.phone_e164,
        phone=ticket.phone_raw,
        is_secret=is_secret(ticket.is_confidential, ticket.category),
        units=[ticket.department_id],
        asked={task.department_id for task in ticket.sub_tasks} - {ticket.department_id},
    )


def is_secret(is_confidential: bool, category: Category | None) -> bool:
    """Whether who reported is found only by those who take reports."""
    is_sensitive = category is not None and category.is_sensitive
    return is_kept_secret(is_confidential=is_confidential, is_sensitive=is_sensitive, takes_reports=False)


def filed_as(
    *,
    code: str,
    content: str,
    address: str,
    places: Iterable[str],
    codes: Iterable[str],
    tax_code: str,
    names: Iterable[str],
    e164: str | None,
    phone: str,
    is_secret: bool,
    units: Iterable[int | None],
    asked: Iterable[int] = (),
) -> dict[str, Any]:
    """The row of a case with these facts. Who is to be kept secret is filed where only those who take reports find it.

    `units` lead the case; `asked` are asked to contribute and find it by less.
    """
    asked_by = [*map(plain_words, names), filed_code(tax_code)]
    keys = [filed_code(code), *map(filed_code, codes)]
    identity = [filed_number(e164, phone)]
    (identity if is_secret else keys).extend(asked_by)
    return {
        "keys": _joined(keys),
        "body": _joined(map(plain_words, (content, address))),
        "place": _joined(map(plain_words, places)),
        "identity": _joined(identity),
        "scope": _joined([*(led_by(unit) for unit in units if unit is not None), *map(asked_of, sorted(asked))]),
        "reading": READING,
    }


def names_of_place(area: Area | None, category: Category | None) -> list[str]:
    """Where and about what: the area with the names it had before and, has it ended, after; the category, its group."""
    names = [area.name_vi, area.search_text] if area else []
    if area is not None and area.valid_to is not None:
        names += db.session.scalars(names_after(area.id))
    return names + ([category.name_vi, category.group_vi] if category else [])


def names_after(area_id: int) -> Select[str]:
    """What the place of an area that has ended is called since then, one change after the other."""
    after = select(AreaSuccession.successor_id.label("id")).where(AreaSuccession.predecessor_id == area_id)
    found = after.cte(recursive=True)
    later = select(AreaSuccession.successor_id).join(found, AreaSuccession.predecessor_id == found.c.id)
    return select(Area.name_vi).where(Area.id.in_(select(found.union(later).c.id))).order_by(Area.id)


def _joined(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)


def mark_to_file_again(which: ColumnElement[bool]) -> int:
    """Let the jobs file these cases again: a name of theirs in the catalogue has changed. Returns how many they are."""
    ids = select(Ticket.id).where(which)
    result: Any = db.session.execute(update(TicketSearch).where(TicketSearch.ticket_id.in_(ids)).values(reading=0))
    return int(result.rowcount)


def file_again(at_most: int) -> int:
    """File some of the cases that were filed by earlier rules or from what has changed; how many were there."""
    stale = (
        select(Ticket)
        .join(TicketSearch)
        .where(TicketSearch.reading < READING)
        .order_by(TicketSearch.reading, TicketSearch.ticket_id)
        .limit(at_most)
        .with_for_update(of=Ticket, skip_locked=True)
    )
    tickets = db.session.scalars(
        stale.options(
            joinedload(Ticket.area),
            joinedload(Ticket.category),
            selectinload(Ticket.sub_tasks),
            selectinload(Ticket.filed),
        )
    ).all()
    for ticket in tickets:
        index(ticket)
    return len(tickets)
