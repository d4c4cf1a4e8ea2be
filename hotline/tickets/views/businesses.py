"""The page of a company: its reports, how many are open, and what it said of the answers."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hotline import clock
from hotline.errors import NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import accounts, queries
from hotline.tickets.rules.businesses import read_tax_code
from hotline.tickets.views.blueprint import bp
from hotline.web.access import requires
from hotline.web.panels import BUSINESS, panels


@bp.get("/businesses/<tax_code>")
@requires(Can.TICKETS_LIST)
def business(tax_code: str) -> str | Response:
    """One company. One whose reports are all another unit's, or confidential, is not found, like one without any."""
    code = read_tax_code(tax_code)
    if code is not None and code != tax_code:
        return redirect(url_for("tickets.business", tax_code=code), 302)
    found = queries.business_of(code, actor()) if code else None
    if found is None:
        raise NotFound(_l("There is no such business here."))
    now = clock.now()
    page = queries.reports_of(found.tax_code, actor(), after=request.args.get("after", ""))
    return render_template(
        "tickets/business.html",
        business=found,
        page=page,
        now=now,
        standing={ticket.id: accounts.standing(ticket, now) for ticket in page.rows},
        panels=panels(BUSINESS, found.tax_code),
    )
