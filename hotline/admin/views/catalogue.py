"""The start page of the catalogue."""

from __future__ import annotations

from flask import render_template

from hotline import clock
from hotline.admin.doors import doors
from hotline.admin.views.room import bp
from hotline.catalogue import queries as catalogue
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.formats import local


@bp.get("/catalogue")
@bp.get("")
@requires(Can.CATALOGUE_VIEW)
def catalogue_page() -> str:
    """Every part of the catalogue with a door."""
    today = local(clock.now()).date()
    is_loaded = bool(catalogue.active_categories())
    return render_template("admin/catalogue.html", parts=doors(actor(), today), is_loaded=is_loaded)
