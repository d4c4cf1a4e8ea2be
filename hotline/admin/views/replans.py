"""How far a re-planning has got; the page asks again until it is done."""

from __future__ import annotations

from flask import render_template
from flask_babel import lazy_gettext as _l

from hotline.admin.views.room import bp
from hotline.errors import NotFound
from hotline.staff.permissions import Can
from hotline.tickets import previews
from hotline.tickets.models import ReplanRun
from hotline.web.access import requires

PAGES = ("replan", "replan_progress")


def _run(run_id: int) -> ReplanRun:
    run = previews.run_by_id(run_id)
    if run is None:
        raise NotFound(_l("There is no such re-planning."))
    return run


@bp.get("/replans/<int:run_id>")
@requires(Can.CATALOGUE_VIEW)
def replan(run_id: int) -> str:
    """One re-planning, with a bar; without script the page comes again by itself."""
    return render_template("admin/replan.html", run=_run(run_id))


@bp.get("/replans/<int:run_id>/progress")
@requires(Can.CATALOGUE_VIEW)
def replan_progress(run_id: int) -> str:
    """Only the bar and the numbers, for htmx."""
    return render_template("admin/progress.html", run=_run(run_id))
