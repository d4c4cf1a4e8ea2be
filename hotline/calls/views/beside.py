"""Beside the report that is being typed: cases of the same event it may join, and what else the caller spoke of."""

from __future__ import annotations

from flask import render_template, request

from hotline import clock
from hotline.calls import queries
from hotline.calls.forms import IntakeForm
from hotline.calls.views.blueprints import bp
from hotline.calls.views.console import intake_page
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import queries as tickets
from hotline.tickets.queries.duplicates import LONGEST_COMPARED, Asked
from hotline.web.access import requires
from hotline.web.row_ids import row_id

FEWEST_LETTERS = 10


@bp.post("/tickets/new/alike")
@requires(Can.TICKETS_OPEN)
def alike() -> str:
    """What may be the same event as the report that is being typed. Posted, so that no log keeps what citizens said."""
    content = request.form.get("content", "")[:LONGEST_COMPARED]
    asked = Asked(
        content=content,
        category_id=request.form.get("category_id", type=row_id),
        area_id=request.form.get("area_id", type=row_id),
        address=request.form.get("address", "")[:300],
    )
    now = clock.now()
    found = tickets.alike_to_typed(asked, actor(), now) if len(content.strip()) >= FEWEST_LETTERS else []
    return render_template("calls/alike.html", found=found, now=now)


@bp.get("/console/another/<code>")
@requires(Can.TICKETS_SPLIT)
def another(code: str) -> str:
    """The form again for something else that the caller of `code` spoke of, at once or days later: same person, same
    call.
    """
    ticket, form = tickets.ticket_by_code(code, actor()), IntakeForm(formdata=None)
    form.phone.data = ticket.phone_e164 or ticket.phone_raw
    form.caller_name.data, form.caller_kind.data = ticket.caller_name, ticket.caller_kind.value
    form.tax_code.data = ticket.tax_code
    form.business_name.data, form.is_confidential.data = ticket.business_name, ticket.is_confidential
    form.area_id.data, form.split_from.data = ticket.area_id, ticket.code
    opened_in = [link.call for link in queries.calls_of(ticket.id) if link.reason == "opened"]
    form.call_id.data = opened_in[0].id if opened_in else None
    return intake_page(form, None, clock.now())
