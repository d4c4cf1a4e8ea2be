"""What is known of a company while its tax code is being typed."""

from __future__ import annotations

from flask import render_template, request

from hotline.calls import queries
from hotline.calls.views.blueprints import bp
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import queries as tickets
from hotline.tickets.rules.businesses import read_tax_code
from hotline.web.access import requires

LONGEST_TYPED = 40
REPORTS_SHOWN = 3


@bp.get("/console/business")
@requires(Can.CALLS_CONSOLE)
def business() -> str:
    """The company's name and latest reports, to be taken over with one press; nothing for a code nobody used yet."""
    typed = request.args.get("tax_code", "")[:LONGEST_TYPED]
    code = read_tax_code(typed)
    found = tickets.business_of(code, actor()) if code else None
    return render_template(
        "calls/business.html",
        typed=typed.strip(),
        code=code,
        business=found,
        reports=tickets.reports_of(found.tax_code, actor(), limit=REPORTS_SHOWN).rows if found else [],
        sentence=queries.sentence,
    )
