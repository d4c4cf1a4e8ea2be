"""One batch of historic tickets, written in bulk in the running transaction: the declared exception to `change_status`.

The rows are those that the verbs would have left behind: ticket, notices, clock, legs, answer. No text is queued, no
survey made; a clock that is past its deadline is marked as judged, so that the sweep and the ladder leave it alone.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, text

from hotline.actor import Actor
from hotline.catalogue.models import Area, Category, Priority
from hotline.phone import read_number
from hotline.tickets.actions.searching import filed_as, names_after
from hotline.tickets.imports.lives import steps_to, target_between
from hotline.tickets.imports.names import Names
from hotline.tickets.imports.rows import HistoricTicket, is_overdue, span_of
from hotline.tickets.models import (
    Answer,
    CallerKind,
    Clock,
    ClockKind,
    Holder,
    Leg,
    Ticket,
    TicketEvent,
    TicketSearch,
)
from hotline.tickets.rules.codes import ticket_code
from hotline.tickets.rules.lifecycle import Status, Verb


@dataclass(frozen=True)
class Setting:
    """What all tickets of one run share. `zone` is the province's: it decides the year in a ticket's code."""

    source: str
    run_id: int
    zone: ZoneInfo
    policy_id: int | None
    policy_version: int | None
    calendar_id: int | None


def known_ids(source: str, source_ids: Iterable[str], connection: Connection) -> dict[str, tuple[int | None, int]]:
    """Which of these ids of `source` are here already: the import run that brought each, and the line it stood in."""
    table, event = Ticket.__table__, TicketEvent.__table__
    query = (
        select(table.c.source_id, event.c.detail)
        .join(event, (event.c.ticket_id == table.c.id) & (event.c.verb == Verb.OPEN))
        .where(table.c.source == source, table.c.source_id.in_(list(source_ids)))
    )
    return {
        source_id: (detail.get("import_run"), int(detail.get("line", 0)))
        for source_id, detail in connection.execute(query)
    }


def add_tickets(
    found: Sequence[HistoricTicket], setting: Setting, names: Names, connection: Connection, *, by: Actor, now: datetime
) -> None:
    """Write the tickets with all that belongs to them. None of them may be here already."""
    if not found:
        return
    codes = _codes([one.opened_at.astimezone(setting.zone).year for one in found], connection)
    tickets, units = [], []
    for one, code in zip(found, codes, strict=True):
        row = _ticket_row(one, code, setting, names, connection, now=now)
        tickets.append(row)
        units.append(row["department_id"])
    table: Any = Ticket.__table__
    made = connection.execute(insert(table).returning(table.c.id, table.c.code), tickets)
    id_of = {code: ticket_id for ticket_id, code in made}
    rows: dict[Any, list[dict[str, Any]]] = {TicketEvent: [], Clock: [], Leg: [], Answer: [], TicketSearch: []}
    places = _names_of_places(tickets, connection)
    sensitive = set(connection.scalars(select(Category.id).where(Category.is_sensitive)))
    for one, code, unit_id, ticket in zip(found, codes, units, tickets, strict=True):
        ticket_id = id_of[code]
        rows[TicketSearch].append(
            {"ticket_id": ticket_id, **_filed(ticket, places, ticket["category_id"] in sensitive)}
        )
        rows[TicketEvent] += _event_rows(one, ticket_id, unit_id, setting, by)
        rows[Leg].append(_leg_row(one, ticket_id, unit_id))
        if one.due_at is not None:
            rows[Clock].append(_clock_row(one, ticket_id, one.due_at, now))
        if one.answer and one.ended_at:
            rows[Answer].append(_answer_row(one, ticket_id, one.ended_at))
    for model, some in rows.items():
        if some:
            connection.execute(insert(model.__table__), some)


def _codes(years: Sequence[int], connection: Connection) -> list[str]:
    """A code for each, from one block of the counter a year."""
    following = {}
    for year, number in Counter(years).items():
        last = connection.execute(
            text(
                "INSERT INTO code_counters (year, last) VALUES (:year, :number) "
                "ON CONFLICT (year) DO UPDATE SET last = code_counters.last + :number RETURNING last"
            ),
            {"year": year, "number": number},
        ).scalar_one()
        following[year] = iter(range(last - number + 1, last + 1))
    return [ticket_code(year, next(following[year])) for year in years]


def _ticket_row(
    one: HistoricTicket, code: str, setting: Setting, names: Names, connection: Connection, *, now: datetime
) -> dict[str, Any]:
    department_id = names.department_id(one.department, connection)
    status = Status.TRIAGE if one.ended_at is None and department_id is None else one.status
    number = read_number(one.phone)
    running = one.due_at if one.ended_at is None else None
    return {
        "code": code,
        "status": status,
        "channel": one.channel,
        "content": one.content,
        "address": one.address,
        "category_id": names.category_id(one.category, connection),
        "area_id": names.area_id(one.area, connection),
        "priority": Priority.NORMAL,
        "caller_kind": CallerKind.CITIZEN,
        "caller_name": one.caller_name,
        "phone_raw": number.raw,
        "phone_e164": number.e164,
        "phone_kind": number.kind,
        "follow_code": f"{secrets.randbelow(10_000):04}",
        "department_id": None if status is Status.TRIAGE else department_id,
        "routing_reason": by_name(setting.source) if department_id else "",
        "policy_id": setting.policy_id,
        "policy_version": setting.policy_version,
        "calendar_id": setting.calendar_id,
        "received_at": one.opened_at,
        "opened_at": one.opened_at,
        "held_since_at": span_of(one)[0] if one.ended_at is None else None,
        "stopped_at": one.ended_at,
        "due_at": running,
        "next_due_at": running,
        "is_late": one.is_late or is_overdue(one, now),
        "source": setting.source,
        "source_id": one.source_id,
    }


def _names_of_places(tickets: Sequence[dict[str, Any]], connection: Connection) -> dict[tuple[str, int], list[str]]:
    """What areas (with the names before and after) and categories of these tickets are called."""
    found: dict[tuple[str, int], list[str]] = {}
    for key, model, called in (
        ("area_id", Area, (Area.name_vi, Area.search_text)),
        ("category_id", Category, (Category.name_vi, Category.group_vi)),
    ):
        ids = {row[key] for row in tickets if row[key] is not None}
        for row_id, *names in connection.execute(select(model.id, *called).where(model.id.in_(ids))):
            found[key, row_id] = [*names, *(connection.scalars(names_after(row_id)) if model is Area else ())]
    return found


def _filed(row: dict[str, Any], places: dict[tuple[str, int], list[str]], is_secret: bool) -> dict[str, Any]:
    return filed_as(
        code=row["code"],
        content=row["content"],
        address=row["address"],
        places=[name for key in ("area_id", "category_id") for name in places.get((key, row[key]), ())],
        codes=(),
        tax_code="",
        names=(row["caller_name"],),
        e164=row["phone_e164"],
        phone=row["phone_raw"],
        is_secret=is_secret,
        units=(row["department_id"],),
    )


def by_name(source: str) -> str:
    """Who brought it in, as the timeline says it."""
    return f"Nhập từ {source}"


def _event_rows(
    one: HistoricTicket, ticket_id: int, unit_id: int | None, setting: Setting, by: Actor
) -> Iterable[dict[str, Any]]:
    steps = steps_to(one.status, has_unit=unit_id is not None, opened_at=one.opened_at, ended_at=one.ended_at)
    for step in steps:
        detail: dict[str, Any] = {"import_run": setting.run_id}
        if step.verb is Verb.OPEN:
            detail |= {"line": one.line, "imported": one.as_it_came}
        yield {
            "ticket_id": ticket_id,
            "verb": step.verb,
            "old_status": step.old,
            "new_status": step.new,
            "cycle": 1,
            "at": step.at,
            "by_kind": by.kind,
            "by_name": by.name,
            "department_id": unit_id if step.has_unit else None,
            "stops_clock": step.stops_clock,
            "public_text": one.answer if step.stops_clock else "",
            "detail": detail,
        }


def _leg_row(one: HistoricTicket, ticket_id: int, unit_id: int | None) -> dict[str, Any]:
    began_at, ended_at = span_of(one)
    return {
        "ticket_id": ticket_id,
        "cycle": 1,
        "holder": Holder.UNIT if unit_id is not None else Holder.SWITCHBOARD,
        "department_id": unit_id,
        "began_at": began_at,
        "ended_at": ended_at,
    }


def _clock_row(one: HistoricTicket, ticket_id: int, due_at: datetime, now: datetime) -> dict[str, Any]:
    started_at, stopped_at = span_of(one)
    is_breached = one.is_late or is_overdue(one, now)
    return {
        "ticket_id": ticket_id,
        "kind": ClockKind.RESOLUTION,
        "cycle": 1,
        "leg_no": 0,
        "target": target_between(one.opened_at, due_at),
        "started_at": started_at,
        "planned_at": started_at,
        "deadline_at": due_at,
        "stopped_at": stopped_at,
        "breached_at": due_at if is_breached else None,
        "noticed_at": now if is_breached else None,
    }


def _answer_row(one: HistoricTicket, ticket_id: int, ended_at: datetime) -> dict[str, Any]:
    return {"ticket_id": ticket_id, "cycle": 1, "body": one.answer, "written_at": ended_at, "published_at": ended_at}
