"""Looks for reports of the same event: candidates by category, area and week, ranked by the rule of likeness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, case, cast, func, or_, select
from sqlalchemy.orm import joinedload, load_only

from hotline.actor import Actor
from hotline.db import db
from hotline.tickets.models import Ticket
from hotline.tickets.queries.cases import is_visible, visible
from hotline.tickets.rules import duplicates, guards
from hotline.tickets.rules.duplicates import Report
from hotline.tickets.rules.lifecycle import MOVES, Status, Verb
from hotline.web.folding import fold

LAST_DAYS = timedelta(days=7)
COMPARED_AT_MOST = 200
SHOWN = 3
NEXT_TO_THE_BEST = 0.6  # beside a likely one, what is much less likely is noise
LONGEST_COMPARED = 2_000
SIGNS = ".,;:!?()\"'…-–"


@dataclass(frozen=True)
class Alike:
    """A case that may be of the same event: what says so, how many people reported it, and which may join which."""

    ticket: Ticket
    score: float
    words: tuple[str, ...]
    metres: int | None
    callers: int
    may_be_joined: bool
    may_join: bool


@dataclass(frozen=True)
class Asked:
    """What is being typed, or a case as it stands."""

    content: str
    category_id: int | None
    area_id: int | None
    address: str = ""
    position: tuple[float, float] | None = None


def alike_to(ticket: Ticket, actor: Actor) -> list[Alike]:
    """The cases of the same days that may be of the same event as `ticket`, likeliest first."""
    if not ticket.status.is_open or ticket.status is Status.ATTACHED:
        return []
    position = (
        (ticket.latitude, ticket.longitude) if ticket.latitude is not None and ticket.longitude is not None else None
    )
    asked = Asked(ticket.content, ticket.category_id, ticket.area_id, ticket.address, position)
    return _ranked(asked, actor, ticket.received_at - LAST_DAYS, own=ticket)


def alike_to_typed(asked: Asked, actor: Actor, now: datetime) -> list[Alike]:
    """The same for a report that is still being typed."""
    return _ranked(asked, actor, now - LAST_DAYS, own=None)


def callers_of(tickets: Iterable[Ticket]) -> dict[int, int]:
    """How many people reported the event of each of these main cases, each person once; only where more than one case
    stands behind it.

    Who gave no number counts as a person of its own; who withdrew does not count.
    """
    ids = [ticket.id for ticket in tickets]
    if not ids:
        return {}
    main_id = case((Ticket.parent_id.in_(ids), Ticket.parent_id), else_=Ticket.id).label("main_id")
    person = func.coalesce(Ticket.phone_e164, cast(Ticket.id, String))
    query = (
        select(main_id, func.count(person.distinct()))
        .where(
            or_(Ticket.id.in_(ids), Ticket.parent_id.in_(ids)),
            or_(Ticket.parent_id.is_(None), Ticket.status != Status.WITHDRAWN),
        )
        .group_by("main_id")
        .having(func.count() > 1)
    )
    return dict(db.session.execute(query).tuples().all())


def _ranked(asked: Asked, actor: Actor, since: datetime, *, own: Ticket | None) -> list[Alike]:
    if asked.category_id is None:
        return []
    rows = [row for row in _candidates(asked, actor, since) if own is None or own.id not in (row.id, row.parent_id)]
    new = _report(asked.content, asked.address, asked.position)
    reports = {row.id: _report_of(row) for row in rows}
    weights = duplicates.rarity([new, *reports.values()])
    best: dict[int, tuple[duplicates.Likeness, Ticket]] = {}
    for row in rows:
        found = duplicates.likeness(new, reports[row.id], weights)
        main = row.parent if row.status is Status.ATTACHED and row.parent else row
        if not found.is_alike or not main.status.is_open:
            continue
        if main.id not in best or found.score > best[main.id][0].score:
            best[main.id] = (found, main)
    likeliest = sorted(best.values(), key=lambda pair: (-pair[0].score, pair[1].id))[:SHOWN]
    likeliest = [pair for pair in likeliest if pair[0].score >= NEXT_TO_THE_BEST * likeliest[0][0].score]
    callers = callers_of([main for _found, main in likeliest])
    said = _syllables(f"{asked.content}. {asked.address}")
    return [
        Alike(
            ticket=main,
            score=found.score,
            words=duplicates.phrases(said, found.words),
            metres=round(found.metres) if found.metres is not None else None,
            callers=callers.get(main.id, 1),
            may_be_joined=own is None or _may_join(own, main),
            may_join=own is not None and bool(own.attached) and main.id not in callers and _may_join(main, own),
        )
        for found, main in likeliest
        if is_visible(main, actor)
    ]


def _candidates(asked: Asked, actor: Actor, since: datetime) -> Sequence[Ticket]:
    """Open cases of the same category and area since then, newest first: one stretch of `ix_tickets_like`."""
    read: tuple[Any, ...] = (
        Ticket.code, Ticket.version, Ticket.content, Ticket.address, Ticket.latitude, Ticket.longitude,
        Ticket.status, Ticket.parent_id, Ticket.department_id, Ticket.received_at,
        Ticket.phone_e164, Ticket.category_id, Ticket.area_id,
    )  # fmt: skip
    query = (
        select(Ticket)
        .where(
            Ticket.category_id == asked.category_id,
            Ticket.area_id == asked.area_id if asked.area_id is not None else Ticket.area_id.is_(None),
            Ticket.received_at >= since,
            Ticket.is_open,
            visible(actor),
        )
        .options(load_only(*read), joinedload(Ticket.parent).load_only(*read), joinedload(Ticket.department))
        .order_by(Ticket.received_at.desc())
        .limit(COMPARED_AT_MOST)
    )
    return db.session.scalars(query).all()


def _may_join(child: Ticket, main: Ticket) -> bool:
    return (
        not child.attached
        and child.status in MOVES[Verb.ATTACH].sources
        and guards.may_attach(
            child_status=child.status,
            same_unit=main.department_id == child.department_id,
            main_is_open=main.status.is_open,
            main_is_attached=main.status is Status.ATTACHED,
        )
    )


def _report_of(row: Ticket) -> Report:
    position = (row.latitude, row.longitude) if row.latitude is not None and row.longitude is not None else None
    return _report(row.content, row.address, position)


def _report(content: str, address: str, position: tuple[float, float] | None) -> Report:
    return Report(
        duplicates.content_words(fold(content[:LONGEST_COMPARED]).split()),
        duplicates.content_words(fold(address).split()),
        position,
    )


def _syllables(text: str) -> list[tuple[str, str]]:
    """Each syllable of a text, folded and as written, and an empty pair where a clause ends."""
    found = []
    for word in text[:LONGEST_COMPARED].split():
        found.append((fold(word), word.strip(SIGNS)))
        if word[-1] in SIGNS:
            found.append(("", ""))
    return found
