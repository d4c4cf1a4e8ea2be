"""What the province configured, for its administrator to see. Owns no table."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.admin import queries
from hotline.catalogue import queries as catalogue
from hotline.staff import queries as staff
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.formats import local
from hotline.web.navigation import Entry, add_entry

bp = Blueprint("admin", __name__, template_folder="templates", url_prefix="/admin")


def register(app: Flask) -> None:
    """Add the administrator's pages."""
    app.register_blueprint(bp)
    add_entry(
        app, Entry("admin.catalogue_page", _l("Catalogue"), "settings", Can.CATALOGUE_VIEW, 80, ("admin.people",))
    )


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
        days=queries.days_of(calendar, today.year) if calendar else [],
        year=today.year,
    )


@bp.get("/people")
@requires(Can.CATALOGUE_VIEW)
def people() -> str:
    """Who works here."""
    return render_template("admin/people.html", people=staff.people())
