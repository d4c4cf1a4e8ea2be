"""Pages of satisfaction."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from hotline.satisfaction import rules, webhooks
from hotline.satisfaction.models import Reason
from hotline.satisfaction.views import desk, follow_ups, invitations, posters, rating, sample
from hotline.satisfaction.views.blueprints import bp, rating_bp
from hotline.staff.permissions import Can
from hotline.web.navigation import Entry, add_entry
from hotline.web.panels import BUSINESS, CALLER, TICKET, add_panel

__all__ = ["desk", "follow_ups", "invitations", "posters", "rating", "register", "sample"]

SAMPLE_PAGES = ("satisfaction.rate_sample", "satisfaction.code_sample", "satisfaction.draws")


def register(app: Flask) -> None:
    """Add the citizen's page, the lead's lists and the panel on a ticket."""
    app.register_blueprint(bp)
    app.register_blueprint(rating_bp)
    webhooks.register(app)
    add_entry(app, Entry("satisfaction.ratings", _l("Ratings"), "star", Can.RATINGS_LIST, 40))
    verbs = (f"satisfaction.follow_up_{word}" for word in ("reveal", *follow_ups.VERBS))
    pages = ("satisfaction.follow_up", *verbs)
    add_entry(app, Entry("satisfaction.follow_ups", _l("Unhappy citizens"), "phone", Can.FOLLOW_UPS_WORK, 41, pages))
    app.add_template_filter(rules.masked_comment, "masked_comment")
    app.add_template_filter(lambda code: Reason(code).label, "reason_label")
    add_entry(app, Entry("satisfaction.posters", _l("Poster for counters"), "print", Can.MESSAGES_LIST, 60))
    add_entry(app, Entry("satisfaction.sample", _l("Call-back sample"), "phone", Can.SAMPLE_CALL, 35, SAMPLE_PAGES))
    add_panel(app, TICKET, desk.panel)
    add_panel(app, TICKET, invitations.ticket_panel)
    add_panel(app, TICKET, posters.slip_panel)
    add_panel(app, BUSINESS, desk.business_panel)
    add_panel(app, CALLER, invitations.caller_panel)
