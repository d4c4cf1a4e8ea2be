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
from hotline.tickets.queries.duplicates import alike_to, alike_to_typed, callers_of
from hotline.tickets.queries.planning import Plan, Terms, plan, policy_for, terms, terms_of
from hotline.tickets.queries.queue import View, counts, queue, views_of
from hotline.tickets.queries.tasks import (
    contributions_of,
    is_asked,
    late_untold,
    open_task_count,
    open_tasks,
    open_tasks_of,
    waiting_for_units,
    was_asked,
)

__all__ = [
    "Plan",
    "Terms",
    "View",
    "alike_to",
    "alike_to_typed",
    "attached_to",
    "callers_of",
    "contributions_of",
    "counts",
    "is_asked",
    "is_visible",
    "late_untold",
    "main_case",
    "open_task_count",
    "open_tasks",
    "open_tasks_of",
    "plan",
    "policy_for",
    "queue",
    "terms",
    "terms_of",
    "ticket_by_code",
    "ticket_for_change",
    "tickets_of_number",
    "views_of",
    "visible",
    "waiting_for_units",
    "was_asked",
]
