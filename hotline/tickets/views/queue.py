"""The queue: what is due next, list by list, narrowed by filters, with what the rows of a desk need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Priority
from hotline.db import transaction
from hotline.errors import NotFound
from hotline.staff import queries as staff
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import accounts, highlights, queries
from hotline.tickets.forms import BulkForm, NameForm
from hotline.tickets.models import CallerKind, Channel
from hotline.tickets.queries import Filters, View
from hotline.tickets.queue_words import EMPTY_WORDS, bulk_report, filter_chips, hands_words, held_words
from hotline.tickets.views.blueprint import bp
from hotline.web import limits
from hotline.web.access import requires
from hotline.web.formats import local
from hotline.web.forms import offered

LONGEST_ADDRESS = 450
SEARCHES_A_MINUTE = 120  # two a second for a whole minute: nobody types so, a program that reads everything does
MINUTE_SECONDS = 60


@dataclass(frozen=True)
class Listing:
    """A list somebody looks at: which one, and what it is narrowed to."""

    view: View
    filters: Filters

    def args(self) -> dict[str, str]:
        """The arguments of its address."""
        return {"view": self.view.value, **self.filters.args()}

    def url(self, *, view: View | None = None, without: str = "", **more: Any) -> str:
        """Its address, or that of the same with another list or without one of the filters."""
        filters = self.filters.without(without) if without else self.filters
        args: dict[str, Any] = {"view": (view or self.view).value, **filters.args(), **more}
        return url_for("tickets.queue", **args)


@bp.get("/tickets")
@requires(Can.TICKETS_LIST)
def queue() -> str:
    """What is due next."""
    return queue_page(request.args)


def listing_of(args: Mapping[str, str], who: Actor, now: datetime) -> Listing:
    """The list that an address means. Raises NotFound for one that the reader does not have, Invalid for filters."""
    filters = queries.read_filters(args, who)
    wished = args.get("view", "")
    if not wished:
        return Listing(View.ALL if filters.words else queries.first_view(who, queries.counts(who, now)), filters)
    if wished not in queries.views_of(who):
        raise NotFound(_l("There is no such list."))
    return Listing(View(wished), filters)


def back_to(text: str, **more: Any) -> str:
    """The address of the list that a form came from: what it says is read as strictly as an address."""
    who, now = actor(), clock.now()
    listing = listing_of(dict(parse_qsl(text)), who, now)
    address = listing.url(**more)
    if len(address) <= LONGEST_ADDRESS:
        return address
    return url_for("tickets.queue", view=listing.view.value, **more)


def queue_page(
    args: Mapping[str, str],
    *,
    bulk_form: BulkForm | None = None,
    name_form: NameForm | None = None,
    renamed_id: int = 0,
) -> str:
    """The page of a list; the forms bring back what was refused, with all that was typed and ticked."""
    who, now = actor(), clock.now()
    listing = listing_of(args, who, now)
    view, filters, after = listing.view, listing.filters, args.get("after", "")
    if filters.words:
        _count_search(who, now)
    is_tasks = view is View.TASKS
    tasks = queries.open_tasks(who, after) if is_tasks else None
    found = queries.look_for(filters, who, now, after) if view is View.ALL and filters.words else None
    page = found.page if found else None if is_tasks else queries.queue(view, who, now, filters=filters, after=after)
    rows = page.rows if page else []
    holders = queries.holders_of(rows) if rows else {}
    report = queries.report_of(args["report"], who) if args.get("report") else None
    return render_template(
        "tickets/queue.html",
        listing=listing,
        view=view,
        filters=filters,
        tasks=tasks,
        found=found,
        nearest=queries.nearest(filters.words, who) if found and found.asked.parts and not rows else [],
        highlighted=highlights.highlighted,
        found_elsewhere=highlights.found_elsewhere,
        page=page or tasks,
        after=after,
        tabs=queries.views_of(who),
        counts=queries.counts(who, now, filters, also=view),
        now=now,
        standing={ticket.id: accounts.standing(ticket, now) for ticket in rows},
        due_next={ticket.id: accounts.due_next(ticket) for ticket in rows},
        hands={ticket.id: hands_words(holders.get(ticket.id), ticket.held_since_at, now) for ticket in rows},
        may_know={ticket.id for ticket in rows if queries.may_know_caller(ticket, who)},
        callers=queries.callers_of(rows) if rows else {},
        clock_standing=accounts.clock_standing,
        own_unit=who.department_id is not None,
        chips=[(field, words, listing.url(without=field)) for field, words in filter_chips(filters)],
        choices=_choices(who, now),
        saved=queries.saved_views(who.user_id),
        name_form=name_form or NameForm(formdata=None),
        renamed_id=renamed_id,
        bulk_form=bulk_form or fresh_bulk_form(who),
        report=bulk_report(report.detail) if report else None,
        empty=EMPTY_WORDS[view],
    )


def _count_search(who: Actor, now: datetime) -> None:
    """One more search of this person. Raises TooMany."""
    subject = f"search:{who.user_id}"
    limits.check(subject, limit=SEARCHES_A_MINUTE, window_seconds=MINUTE_SECONDS, now=now)
    with transaction():
        limits.hit(subject, window_seconds=MINUTE_SECONDS, now=now)


def fresh_bulk_form(who: Actor, *, filled: bool = False) -> BulkForm:
    """The form over the rows, with the colleagues to whom they may be given; `filled` reads the present request."""
    form = BulkForm() if filled else BulkForm(formdata=None)
    form.assignee_id.choices = offered(staff.colleagues(who.department_id) if who.department_id else [])
    return form


def _choices(who: Actor, now: datetime) -> list[tuple[str, str, Any, list[tuple[str, Any]]]]:
    """What the filters offer: field, name in an address, label, choices."""
    on = local(now).date()
    units = [] if who.department_id else [(str(row.id), row.name) for row in catalogue.current_departments(on)]
    offers = [
        ("category", _l("Category"), [(str(row.id), row.name) for row in catalogue.active_categories()]),
        ("area", _l("Area"), [(str(row.id), row.name) for row in catalogue.current_areas(on)]),
        ("unit", _l("Unit"), units),
        ("channel", _l("Channel"), [(one.value, one.label) for one in Channel]),
        ("priority", _l("Priority"), [(one.value, one.label) for one in Priority]),
        ("caller_kind", _l("Kind of caller"), [(one.value, one.label) for one in CallerKind]),
        ("held_days", _l("In the same hands for"), [(str(days), held_words(days)) for days in queries.HELD_DAYS]),
    ]
    return [(field, queries.NAMES[field], label, found) for field, label, found in offers if found]
