"""Trying the rules out on a case that does not exist, and how often proposed categories are taken."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request

from hotline import clock
from hotline.admin.forms.routing import TryForm
from hotline.admin.rule_words import condition_words, names
from hotline.admin.views.room import bp
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Area, Category
from hotline.db import db
from hotline.errors import Invalid
from hotline.staff.permissions import Can
from hotline.tickets.queries.proposals import proposals, uptake
from hotline.tickets.queries.rerouting import trial
from hotline.web.access import requires
from hotline.web.formats import local

PAGES = ("try_rules", "category_suggestions")
LOOKED_AT_DAYS = 90


@bp.route("/rules/try", methods=["GET", "POST"])
@requires(Can.CATALOGUE_VIEW)
def try_rules() -> str | tuple[str, int]:
    """Which rule decides, why, and which were passed over because of what. Writes nothing."""
    now = clock.now()
    form = (
        TryForm()
        if request.method == "POST"
        else TryForm(formdata=None, at=local(now).replace(second=0, microsecond=0, tzinfo=None))
    )
    found, status = None, 200
    if request.method == "POST":
        try:
            form.check()
        except Invalid as error:
            status = error.status
        else:
            category = db.session.get(Category, form.category_id.data)
            area = db.session.get(Area, form.area_id.data) if form.area_id.data else None
            kind, content = form.caller_kind.data, form.content.data or ""
            found = trial(category, area, form.moment(now), caller_kind=kind, content=content, now=now)
    places = {row.code: place for place, row in enumerate(catalogue.routing_rules(), start=1)}
    page = render_template(
        "admin/rules_try.html",
        form=form,
        found=found,
        places=places,
        names=names(now),
        proposed=proposals(form.content.data or "") if found else [],
        condition_words=condition_words,
    )
    return page, status


@bp.get("/category-suggestions")
@requires(Can.CATALOGUE_VIEW)
def category_suggestions() -> str:
    """By category: how often it was proposed first, taken, and what people chose instead."""
    rows = uptake(clock.now() - timedelta(days=LOOKED_AT_DAYS))
    return render_template(
        "admin/category_suggestions.html",
        rows=rows,
        shown=sum(row.shown for row in rows),
        taken=sum(row.taken for row in rows),
        days=LOOKED_AT_DAYS,
        names={row.id: row.name for row in catalogue.active_categories()},
    )
