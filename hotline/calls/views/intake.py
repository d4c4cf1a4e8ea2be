"""Parts of the intake form that follow what is typed: where it would go, which category it may be, what to ask."""

from __future__ import annotations

from flask import render_template, request

from hotline import clock
from hotline.calls.models import Call
from hotline.calls.questions import asked_fields, intake_form
from hotline.calls.views.blueprints import bp
from hotline.catalogue.models import Area, Category
from hotline.db import db
from hotline.staff.permissions import Can
from hotline.tickets import queries as tickets
from hotline.tickets.models import CallerKind
from hotline.web.access import requires
from hotline.web.row_ids import row_id


@bp.route("/tickets/new/preview", methods=["GET", "POST"])
@requires(Can.TICKETS_OPEN)
def preview() -> str:
    """Where it would go, why and by when, and what must not wait. What was said comes by POST, never in an address."""
    sent, now = request.values, clock.now()
    category_id, area_id = sent.get("category_id", type=row_id), sent.get("area_id", type=row_id)
    category = db.session.get(Category, category_id) if category_id else None
    area = db.session.get(Area, area_id) if area_id else None
    call_id, kind = sent.get("call_id", type=row_id), sent.get("caller_kind", "")
    call = db.session.get(Call, call_id) if call_id else None
    plan = None
    if category:
        plan = tickets.plan(
            category,
            area,
            min(call.offered_at, now) if call else now,
            caller_kind=kind if kind in set(CallerKind) else CallerKind.CITIZEN,
            content=sent.get("content", ""),
            now=now,
        )
    return render_template("calls/preview.html", plan=plan, category=category, now=now)


@bp.post("/tickets/new/suggestions")
@requires(Can.TICKETS_OPEN)
def suggestions() -> str:
    """Categories that the typed words speak of, to be taken by hand."""
    chosen = request.form.get("category_id", type=row_id)
    proposed = tickets.proposals(request.form.get("content", ""))
    return render_template("calls/suggestions.html", proposed=proposed, chosen=chosen)


@bp.get("/tickets/new/questions")
@requires(Can.TICKETS_OPEN)
def questions() -> str:
    """The script of a category and what is asked for it."""
    category_id = request.args.get("category_id", type=row_id)
    category = db.session.get(Category, category_id) if category_id else None
    form = intake_form(category.id if category else None, is_fresh=True)
    return render_template("calls/questions.html", category=category, asked=asked_fields(form))
