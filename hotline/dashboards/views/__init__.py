"""Pages about figures."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from hotline.dashboards.views import board, funnel, integrity, said, wrong_doors
from hotline.dashboards.views.blueprint import bp
from hotline.staff.permissions import Can
from hotline.web.navigation import Entry, add_entry

__all__ = ["board", "funnel", "integrity", "register", "said", "wrong_doors"]

PAGES = (
    *("dashboards.cases", "dashboards.misrouted", "dashboards.misrouted_list"),
    *("dashboards.satisfaction", "dashboards.said_list", "dashboards.funnel", "dashboards.funnel_list"),
    *("dashboards.integrity", "dashboards.integrity_list"),
)


def register(app: Flask) -> None:
    """Add the dashboard."""
    app.register_blueprint(bp)
    add_entry(app, Entry("dashboards.dashboard", _l("Figures"), "chart", Can.DASHBOARD_VIEW, 50, PAGES))
