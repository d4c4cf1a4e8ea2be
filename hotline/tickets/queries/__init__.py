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
from hotline.tickets.queries.queue import View, counts, queue, views_of

__all__ = [
    "Plan",
    "Terms",
    "View",
    "attached_to",
    "counts",
    "is_visible",
    "main_case",
    "plan",
    "policy_for",
    "proposals",
    "queue",
    "terms",
    "terms_of",
    "ticket_by_code",
    "ticket_for_change",
    "tickets_of_number",
    "views_of",
    "visible",
]
