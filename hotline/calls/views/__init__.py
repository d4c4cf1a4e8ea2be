"""Pages of the switchboard."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from hotline.calls import queries, spoken, webhooks
from hotline.calls.menu import add_menu_key
from hotline.calls.views import answers, beside, businesses, console, intake, nuisance
from hotline.calls.views.blueprints import bp
from hotline.calls.words import register_words
from hotline.staff.permissions import Can
from hotline.web.live import add_watch
from hotline.web.navigation import Entry, add_entry
from hotline.web.panels import TICKET, add_panel

__all__ = ["answers", "beside", "businesses", "console", "intake", "nuisance", "register"]
CONSOLE_PAGES = ("calls.new_ticket", "calls.open_ticket", "calls.another")
CALL_PAGES = ("calls.call_page", "calls.nuisance_list", "calls.add_nuisance")


def register(app: Flask) -> None:
    """Add the console, the calls and what they know about a ticket."""
    app.register_blueprint(bp)
    app.register_blueprint(webhooks.bp)
    register_words(app)
    add_menu_key(app, webhooks.KEY_GENUINE, "calls_webhooks.genuine", spoken.KEY_GENUINE)
    add_entry(app, Entry("calls.console", _l("Console"), "phone", Can.CALLS_CONSOLE, 10, CONSOLE_PAGES))
    add_entry(app, Entry("calls.call_list", _l("Calls"), "phone-in", Can.CALLS_LIST, 30, CALL_PAGES))
    add_panel(app, TICKET, console.ticket_panel)
    add_watch(app, console.CALLS_CHANGED, queries.changes)
