"""Files a case for the search: from its facts, by the pure rules, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import joinedload, selectinload

from hotline.catalogue.models import Area, Category
from hotline.db import db
from hotline.tickets.models import Ticket, TicketSearch
from hotline.tickets.rules.searching import READING, filed_code, filed_number
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
    units = [ticket.department_id, *(task.department_id for task in ticket.sub_tasks)]
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
        is_confidential=ticket.is_confidential,
        units=units,
    )


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
    is_confidential: bool,
    units: Iterable[int | None],
) -> dict[str, Any]:
    """The row of a case with these facts. Who asked confidentially is filed where only the province finds it."""
    asked_by = [*map(plain_words, names), filed_code(tax_code)]
    keys = [filed_code(code), *map(filed_code, codes)]
    identity = [filed_number(e164, phone)]
    (identity if is_confidential else keys).extend(asked_by)
    return {
        "keys": _joined(keys),
        "body": _joined(map(plain_words, (content, address))),
        "place": _joined(map(plain_words, places)),
        "identity": _joined(identity),
        "scope": _joined(f"@{unit}" for unit in sorted({unit for unit in units if unit is not None})),
        "reading": READING,
    }


def names_of_place(area: Area | None, category: Category | None) -> list[str]:
    """Where and about what: the area with the names it had before, the category and its group."""
    names = [area.name_vi, area.search_text] if area else []
    return names + ([category.name_vi, category.group_vi] if category else [])


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
