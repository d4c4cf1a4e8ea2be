"""Looks at tickets: one case, the lists people work from, search, and what would happen to a new case."""

from hotline.tickets.queries.cases import (
    attached_to,
    is_visible,
    main_case,
    ticket_by_code,
    ticket_for_change,
    tickets_of_number,
    visible,
)
from hotline.tickets.queries.planning import Plan, Terms, plan, policy_for, terms, terms_of
from hotline.tickets.queries.proposals import proposals
from hotline.tickets.queries.queue import View, conditions, counts, queue, views_of
from hotline.tickets.queries.searching import Found, matches, nearest, search

__all__ = [
    "Found",
    "Plan",
    "Terms",
    "View",
    "attached_to",
    "conditions",
    "counts",
    "is_visible",
    "main_case",
    "matches",
    "nearest",
    "plan",
    "policy_for",
    "proposals",
    "queue",
    "search",
    "terms",
    "terms_of",
    "ticket_by_code",
    "ticket_for_change",
    "tickets_of_number",
    "views_of",
    "visible",
]
