"""Categories proposed for what is being typed, and how often people took the first proposal. Decides nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, select

from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Category
from hotline.db import db
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.rules import suggesting
from hotline.tickets.rules.lifecycle import Verb

MOST_READ = 4_000  # characters: what a case is about is said at its beginning


@dataclass(frozen=True)
class Proposal:
    """A category that may be meant, and the words of the text that speak for it."""

    category: Category
    words: tuple[str, ...]


def lexicon_of(categories: Sequence[Category]) -> suggesting.Lexicon:
    """The phrases that speak for these categories, read once for many texts."""
    return suggesting.lexicon(
        suggesting.Candidate(row.id, suggesting.phrases_of(row.keywords_vi, row.name_vi)) for row in categories
    )


def proposals(content: str) -> list[Proposal]:
    """At most three categories in use for this text, the likeliest first; none when no word speaks for any."""
    if not content.strip():
        return []
    categories = {row.id: row for row in catalogue.active_categories()}
    found = suggesting.suggest(lexicon_of(list(categories.values())), content[:MOST_READ])
    return [Proposal(categories[one.category_id], one.words) for one in found]


@dataclass
class Uptake:
    """What became of the proposals of one category: how often first, how often taken, what was chosen instead."""

    category: Category
    shown: int = 0
    taken: int = 0
    instead: Counter[int | None] = field(default_factory=Counter)

    @property
    def share(self) -> float | None:
        """Percent taken; None when it was never proposed."""
        return 100 * self.taken / self.shown if self.shown else None


def uptake(since: datetime) -> list[Uptake]:
    """By category first proposed, for cases received since then, the most proposed first.

    It is compared with the category chosen at opening; with today's, where the notice of opening does not say.
    """
    at_first = func.coalesce(TicketEvent.detail["category_id"].as_integer(), Ticket.category_id, 0).label("at_first")
    cases = (
        select(Ticket.suggested_category_id.label("proposed"), at_first)
        .outerjoin(TicketEvent, and_(TicketEvent.ticket_id == Ticket.id, TicketEvent.verb == Verb.OPEN))
        .where(Ticket.received_at >= since, Ticket.suggested_category_id.is_not(None))
        .subquery()
    )
    query = select(cases.c.proposed, cases.c.at_first, func.count()).group_by(cases.c.proposed, cases.c.at_first)
    counted: dict[int, Counter[int | None]] = defaultdict(Counter)
    for proposed, chosen, number in db.session.execute(query):
        if proposed is not None:
            counted[proposed][chosen or None] += number
    categories = {row.id: row for row in db.session.scalars(select(Category).where(Category.id.in_(counted)))}
    found = []
    for proposed, chosen_instead in counted.items():
        row = Uptake(categories[proposed], chosen_instead.total(), chosen_instead.pop(proposed, 0), chosen_instead)
        found.append(row)
    return sorted(found, key=lambda row: (-row.shown, row.category.code))
