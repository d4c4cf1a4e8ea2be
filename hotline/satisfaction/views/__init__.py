"""Pages of satisfaction."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from hotline.satisfaction.views import desk, rating
from hotline.satisfaction.views.blueprints import bp, rating_bp
from hotline.staff.permissions import Can
from hotline.web.navigation import Entry, add_entry
from hotline.web.panels import TICKET, add_panel

__all__ = ["desk", "rating", "register"]


def register(app: Flask) -> None:
    """Add the citizen's page, the lead's list and the panel on a ticket."""
    app.register_blueprint(bp)
    app.register_blueprint(rating_bp)
    add_entry(app, Entry("satisfaction.ratings", _l("Ratings"), "star", Can.RATINGS_LIST, 40))
    add_panel(app, TICKET, desk.panel)
