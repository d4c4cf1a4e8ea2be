"""Looks at tickets: one case, the lists people work from, search, and what would happen to a new case."""

from hotline.tickets.queries.businesses import Business, business_of, known_to, reports_of
from hotline.tickets.queries.cases import (
    attached_to,
    is_visible,
    main_case,
    may_know_caller,
    ticket_by_code,
    ticket_for_change,
    tickets_of_number,
    units_of,
    visible,
)
from hotline.tickets.queries.drafts import own_drafts, seen_ticket, writers
from hotline.tickets.queries.duplicates import alike_to, alike_to_typed, callers_of
from hotline.tickets.queries.files import content_of, file_of_case, files_of_answer
from hotline.tickets.queries.filters import HELD_DAYS, NAMES, Filters, read_filters
from hotline.tickets.queries.lists import View, first_view, views_of
from hotline.tickets.queries.planning import Plan, Terms, plan, policy_for, terms, terms_of
from hotline.tickets.queries.proposals import proposals
from hotline.tickets.queries.queue import (
    counts,
    holders_of,
    look_for,
    queue,
    report_of,
    work_of_people,
)
from hotline.tickets.queries.saved import saved_view, saved_views
from hotline.tickets.queries.searching import Found, matches, nearest, search
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
    "HELD_DAYS",
    "NAMES",
    "Business",
    "Filters",
    "Found",
    "Plan",
    "Terms",
    "View",
    "alike_to",
    "alike_to_typed",
    "attached_to",
    "business_of",
    "callers_of",
    "content_of",
    "contributions_of",
    "counts",
    "file_of_case",
    "files_of_answer",
    "first_view",
    "holders_of",
    "is_asked",
    "is_visible",
    "known_to",
    "late_untold",
    "look_for",
    "main_case",
    "matches",
    "may_know_caller",
    "nearest",
    "open_task_count",
    "open_tasks",
    "open_tasks_of",
    "own_drafts",
    "plan",
    "policy_for",
    "proposals",
    "queue",
    "read_filters",
    "report_of",
    "reports_of",
    "saved_view",
    "saved_views",
    "search",
    "seen_ticket",
    "terms",
    "terms_of",
    "ticket_by_code",
    "ticket_for_change",
    "tickets_of_number",
    "units_of",
    "views_of",
    "visible",
    "waiting_for_units",
    "was_asked",
    "work_of_people",
    "writers",
]
