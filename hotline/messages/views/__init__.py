"""What was sent, what a member of staff is told, and how each wants to be told."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hotline.messages import queries, webhooks, words
from hotline.messages.gateways.http_map import HttpMap
from hotline.messages.views import account, alerts, outbox
from hotline.messages.views.blueprint import bp
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.navigation import Entry, TopItem, add_entry, add_top_item

__all__ = ["account", "alerts", "outbox", "register"]


def register(app: Flask) -> None:
    """Add the lists, the account, the webhooks and the bell in the top bar. Raises ConfigError for a wrong map."""
    if app.config["HOTLINE"].sms_http is not None:
        HttpMap.from_dict(app.config["HOTLINE"].sms_http)
    app.register_blueprint(bp)
    app.register_blueprint(webhooks.bp)
    words.register_words(app)
    add_entry(app, Entry("messages.outbox", _l("Text messages"), "send", Can.MESSAGES_LIST, 60))
    add_top_item(app, TopItem("messages.alerts", "bell", _unread, _say_unread))


def _unread() -> int:
    return queries.unread_count(actor().user_id or 0)


def _say_unread(number: int) -> str:
    if number >= queries.MOST_COUNTED:
        return _("Alerts: more than 99 unread")
    return ngettext("Alerts: %(num)d unread", "Alerts: %(num)d unread", number) if number else _("Alerts")
