"""The queue: what is due next."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.errors import NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import accounts, highlights, queries
from hotline.tickets.views.blueprint import bp
from hotline.web.access import requires


@bp.get("/tickets")
@requires(Can.TICKETS_LIST)
def queue() -> str:
    """What is due next."""
    who, now = actor(), clock.now()
    words = request.args.get("q", "").strip()[:200]
    tabs = queries.views_of(who)
    try:
        view = queries.View(request.args.get("view") or (queries.View.ALL if words else tabs[0]))
    except ValueError as error:
        raise NotFound(_l("There is no such list.")) from error
    after = request.args.get("after", "")
    found = queries.search(words, who, conditions=queries.conditions(view, who, now), after=after) if words else None
    page = found.page if found else queries.queue(view, who, now, after=after)
    return render_template(
        "tickets/queue.html",
        page=page,
        view=view,
        tabs=tabs,
        counts=queries.counts(who, now),
        words=words,
        found=found,
        nearest=queries.nearest(words, who) if found and found.asked.parts and not page.rows else [],
        highlighted=highlights.highlighted,
        found_elsewhere=highlights.found_elsewhere,
        now=now,
        standing={ticket.id: accounts.standing(ticket, now) for ticket in page.rows},
        due_next={ticket.id: accounts.due_next(ticket) for ticket in page.rows},
        clock_standing=accounts.clock_standing,
    )
