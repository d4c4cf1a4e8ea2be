"""Which cases hold the words that somebody looks for, the best first while they are few, the newest first otherwise.

The column of identities is asked only for those who take reports. A unit finds its own cases, and those that it was
asked to contribute to by their words, place and code alone: its words of scope are part of the question to the index.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.expression import cast

from hotline.actor import Actor
from hotline.db import db
from hotline.errors import NotFound
from hotline.staff.permissions import Can, Role
from hotline.tickets.models import Ticket, TicketSearch
from hotline.tickets.models.searching import FILED, WORDS
from hotline.tickets.queries.cases import units_of, within_reach
from hotline.tickets.rules.searching import Asked, Filed, Fit, Way, ask, asked_of, is_code, led_by
from hotline.web.paging import ROWS_A_PAGE, Page

RANKED_AT_MOST = 2_000
MOST_LEFT_OUT, OFFERED = 8, 3
_CURSOR = re.compile(rf"([{''.join(Way)}])~([0-9]{{0,6}})~([0-9]{{1,9}})")
_fts: Any = table(WORDS, column("rowid"), column(WORDS))
_vector: Any = column(WORDS, _selectable=TicketSearch.__table__)


@dataclass(frozen=True)
class Found:
    """A page of what was found, for what and in which way; `total` is None when they are too many to be ranked."""

    page: Page[Ticket]
    asked: Asked
    way: Way
    total: int | None


@dataclass(frozen=True)
class _Reach:
    """Which columns somebody may ask, of cases with one of these words of scope; `by_code`: whole codes in keys too."""

    columns: tuple[str, ...]
    scope: tuple[str, ...] = ()
    by_code: bool = False


@dataclass(frozen=True)
class _Cursor:
    """Where a page ends: the way that was taken, and the last row with its fit; without a fit the newest come first."""

    way: Way
    fit: int | None
    ticket_id: int

    def __str__(self) -> str:
        return f"{self.way}~{'' if self.fit is None else self.fit}~{self.ticket_id}"

    @classmethod
    def read(cls, text: str) -> _Cursor:
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise NotFound(_l("There is no such page of the list."))
        return cls(Way(found[1]), int(found[2]) if found[2] else None, int(found[3]))


def search(words: str, actor: Actor, *, conditions: Sequence[ColumnElement[bool]] = (), after: str = "") -> Found:
    """One page of the cases that hold all of `words` and meet `conditions`.

    Whole words first; the last may also be the beginning of one, and when nothing is found, each. Raises NotFound for
    a broken cursor `after`.
    """
    asked = ask(words)
    cursor = _Cursor.read(after) if after else None
    if not asked.parts:
        return Found(Page([], None, not after), asked, Way.WHOLE, 0)
    if cursor and cursor.fit is None:
        return _newest(asked, cursor.way, actor, conditions, cursor)
    way, ids = (cursor.way, _ids(asked, cursor.way, actor, conditions)) if cursor else _hits(asked, actor, conditions)
    if len(ids) > RANKED_AT_MOST:
        return _newest(asked, way, actor, conditions, None)
    ranked = _ranked(asked, way, ids, actor)
    start = 0
    if cursor and cursor.fit is not None:
        start = sum(1 for row in ranked if row >= (cursor.fit, cursor.ticket_id))
    shown = ranked[start : start + ROWS_A_PAGE]
    following = str(_Cursor(way, *shown[-1])) if start + ROWS_A_PAGE < len(ranked) else None
    rows = _tickets([ticket_id for _fit, ticket_id in shown], actor)
    return Found(Page(rows, following, not after), asked, way, len(ranked))


def nearest(words: str, actor: Actor) -> list[str]:
    """For words that find nothing together: what would find something, with one word less, else each word alone."""
    chunks = words.split()[:MOST_LEFT_OUT]
    if len(chunks) < 2:
        return []
    fewer = [" ".join(chunks[:at] + chunks[at + 1 :]) for at in range(len(chunks) - 1, -1, -1)]
    some = (query for query in [*fewer, *chunks] if ask(query).parts and _finds_any(ask(query), actor))
    return list(dict.fromkeys(islice(some, OFFERED)))


def _finds_any(asked: Asked, actor: Actor) -> bool:
    return db.session.scalar(_matching(asked, Way.LAST_BEGUN, actor).limit(1)) is not None


def matches(words: str, actor: Actor) -> ColumnElement[bool]:
    """The condition on tickets that finds `words`, for a list in an order of its own."""
    asked = ask(words)
    if not asked.parts:
        return Ticket.id < 0
    return Ticket.id.in_(_matching(asked, Way.LAST_BEGUN, actor).order_by(None))


def _hits(asked: Asked, actor: Actor, conditions: Sequence[ColumnElement[bool]]) -> tuple[Way, list[int]]:
    """In which way to look, and what it finds: at most one case more than can be ranked."""
    whole = _ids(asked, Way.WHOLE, actor, conditions)
    if len(whole) > RANKED_AT_MOST:
        return Way.WHOLE, whole
    before = Way.WHOLE
    for way in (Way.LAST_BEGUN, Way.ALL_BEGUN):
        if not asked.is_other(way, before):
            continue
        begun, before = _ids(asked, way, actor, conditions), way
        if begun:
            # Words that are there as they were typed are worth more than very many that only begin so.
            return (Way.WHOLE, whole) if whole and len(begun) > RANKED_AT_MOST else (way, begun)
    return Way.WHOLE, whole


def _ids(asked: Asked, way: Way, actor: Actor, conditions: Sequence[ColumnElement[bool]]) -> list[int]:
    query = _matching(asked, way, actor, conditions).limit(RANKED_AT_MOST + 1)
    return list(db.session.scalars(query))


def _newest(
    asked: Asked, way: Way, actor: Actor, conditions: Sequence[ColumnElement[bool]], cursor: _Cursor | None
) -> Found:
    query = _matching(asked, way, actor, conditions, before=cursor.ticket_id if cursor else None)
    ids = list(db.session.scalars(query.limit(ROWS_A_PAGE + 1)))
    following = str(_Cursor(way, None, ids[ROWS_A_PAGE - 1])) if len(ids) > ROWS_A_PAGE else None
    return Found(Page(_tickets(ids[:ROWS_A_PAGE], actor), following, cursor is None), asked, way, None)


def _ranked(asked: Asked, way: Way, ids: Sequence[int], actor: Actor) -> list[tuple[int, int]]:
    """(how well it fits, id) of each, the best first and of equals the newest; only what the actor may ask counts."""
    columns = [getattr(TicketSearch, name) for name in FILED]
    rows = db.session.execute(select(TicketSearch.ticket_id, *columns).where(TicketSearch.ticket_id.in_(ids)))
    fit, reaches = Fit(asked, way), _reaches(actor)
    ranked = []
    for ticket_id, *texts, scope in rows:
        reach = next(
            (one for one in reaches if not one.scope or not set(one.scope).isdisjoint(scope.split())), reaches[-1]
        )
        seen = [text if name in reach.columns else "" for name, text in zip(FILED, texts, strict=False)]
        ranked.append((fit(Filed(*seen)), ticket_id))
    return sorted(ranked, reverse=True)


def _tickets(ids: Sequence[int], actor: Actor) -> list[Ticket]:
    """These tickets in this order, with what a row of a list shows."""
    query = (
        select(Ticket)
        .where(Ticket.id.in_(ids), within_reach(actor))
        .options(
            joinedload(Ticket.category),
            joinedload(Ticket.area),
            joinedload(Ticket.department),
            joinedload(Ticket.assignee),
            selectinload(Ticket.clocks),
        )
    )
    found = {ticket.id: ticket for ticket in db.session.scalars(query)}
    return [found[ticket_id] for ticket_id in ids if ticket_id in found]


def _matching(
    asked: Asked,
    way: Way,
    actor: Actor,
    conditions: Sequence[ColumnElement[bool]] = (),
    *,
    before: int | None = None,
) -> Select[int]:
    """The ids of what the index finds, the newest first."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    if is_sqlite:
        key, match = _fts.c.rowid, _fts.c[WORDS].op("MATCH")(_for_fts5(asked, way, actor))
    else:
        key, match = TicketSearch.ticket_id, _vector.op("@@")(cast(_for_tsquery(asked, way, actor), TSQUERY))
    query: Select[Any] = select(key).where(match)
    if conditions:
        query = query.join(Ticket, Ticket.id == key).where(*conditions)
    if before is not None:
        query = query.where(key < before)
    return query.order_by(key.desc())


def _reaches(actor: Actor) -> tuple[_Reach, ...]:
    """The ways in which an actor reaches cases, the widest first."""
    keys, body, place, identity, _scope = FILED
    if not actor.role or not Role(actor.role).belongs_to_department:
        return (_Reach((keys, body, place, *((identity,) if actor.can(Can.TICKETS_OPEN) else ()))),)
    units = units_of(actor) or [0]
    leads, contributes = tuple(map(led_by, units)), tuple(map(asked_of, units))
    return _Reach((keys, body, place), leads), _Reach((body, place), contributes, by_code=True)


def _for_fts5(asked: Asked, way: Way, actor: Actor) -> str:
    """The question in the language of FTS5. Syllables are letters and digits, so nothing in it is an operator."""
    return " OR ".join(f"({_reached_by_fts5(asked, way, reach)})" for reach in _reaches(actor))


def _reached_by_fts5(asked: Asked, way: Way, reach: _Reach) -> str:
    parts = []
    for options in asked.phrases(way):
        words = " OR ".join(f'"{" ".join(phrase)}"{" *" if begun else ""}' for phrase, begun in options)
        part = f"{{{' '.join(reach.columns)}}} : ({words})"
        codes = [phrase[0] for phrase, _begun in options if reach.by_code and is_code(phrase)]
        parts.append(" OR ".join([part, *(f'keys : "{code}"' for code in codes)]))
    words = " AND ".join(f"({part})" for part in parts)
    units = " OR ".join(f'"{one}"' for one in reach.scope)
    return words + (f" AND scope : ({units})" if units else "")


def _for_tsquery(asked: Asked, way: Way, actor: Actor) -> str:
    """The same in the language of tsquery."""
    return " | ".join(f"({_reached_by_tsquery(asked, way, reach)})" for reach in _reaches(actor))


def _reached_by_tsquery(asked: Asked, way: Way, reach: _Reach) -> str:
    weight_of = dict(zip(FILED, "ABCD", strict=False))
    weights = "".join(weight_of[name] for name in reach.columns)
    weights = "" if weights == "ABCD" else weights
    parts = []
    for options in asked.phrases(way):
        part = [_adjacent(phrase, begun, weights) for phrase, begun in options]
        part += [f"'{phrase[0]}':A" for phrase, _begun in options if reach.by_code and is_code(phrase)]
        parts.append(" | ".join(part))
    words = " & ".join(f"({part})" for part in parts)
    units = " | ".join(f"'{one}'" for one in reach.scope)
    return words + (f" & ({units})" if units else "")


def _adjacent(phrase: Sequence[str], begun: bool, weights: str) -> str:
    marks = [weights] * (len(phrase) - 1) + [("*" if begun else "") + weights]
    return "(" + " <-> ".join(f"'{word}'" + (f":{m}" if m else "") for word, m in zip(phrase, marks, strict=True)) + ")"
