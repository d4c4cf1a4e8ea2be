"""What the province configured, on one page, and who works here."""

from __future__ import annotations

from flask import render_template

from hotline import clock
from hotline.admin import queries
from hotline.admin.views.room import bp
from hotline.catalogue import queries as catalogue
from hotline.staff import queries as staff
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.formats import local


@bp.get("/catalogue")
@requires(Can.CATALOGUE_VIEW)
def catalogue_page() -> str:
    """Units, areas, categories with targets and routing, policies, the calendar."""
    today = local(clock.now()).date()
    policies = catalogue.policies()
    calendar = catalogue.current_calendar(policies[-1].calendar_code) if policies else None
    return render_template(
        "admin/catalogue.html",
        departments=catalogue.current_departments(today),
        areas=catalogue.current_areas(today),
        former=catalogue.former_names(today),
        categories=catalogue.active_categories(),
        rules=queries.rules_by_category(),
        units={unit.code: unit for unit in catalogue.current_departments(today)},
        policies=policies,
        calendar=calendar,
        days=queries.special_days(calendar, catalogue.arithmetic(calendar), today.year) if calendar else [],
        year=today.year,
    )


@bp.get("/people")
@requires(Can.CATALOGUE_VIEW)
def people() -> str:
    """Who works here."""
    return render_template("admin/people.html", people=staff.people())
