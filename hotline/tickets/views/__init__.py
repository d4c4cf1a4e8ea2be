"""People over HTTP: the queue, the ticket's page, and each verb as its own POST."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from hotline.staff.permissions import Can
from hotline.tickets.ledger_words import register_ledger_words
from hotline.tickets.rules.answers import changed_words
from hotline.tickets.verbs import VERBS
from hotline.tickets.views import answering, bulk, businesses, drafts, files, page, people, queue, saved, verbs
from hotline.tickets.views.blueprint import bp
from hotline.tickets.words import register_words
from hotline.web.idempotency import new_key
from hotline.web.navigation import Entry, add_entry

__all__ = [
    "answering",
    "bulk",
    "businesses",
    "drafts",
    "files",
    "page",
    "people",
    "queue",
    "register",
    "saved",
    "verbs",
]


def register(app: Flask) -> None:
    """Add the queue, the ticket page and one POST route for every verb."""
    app.register_blueprint(bp)
    register_words(app)
    register_ledger_words(app)
    app.add_template_global(new_key, "new_key")
    app.add_template_filter(changed_words, "changed_words")
    pages = ("tickets.show", "tickets.reveal", "tickets.business", *(f"tickets.{verb}" for verb in VERBS))
    add_entry(app, Entry("tickets.queue", _l("Reports"), "inbox", Can.TICKETS_LIST, 20, pages))
    add_entry(app, Entry("tickets.people", _l("The unit's people"), "user", Can.FOCAL_POINTS_EDIT, 25))
