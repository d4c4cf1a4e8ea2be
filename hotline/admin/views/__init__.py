"""The administrator's screens: the catalogue, working calendars, policies, texts, settings. Owns no table."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from hotline.admin.views import (
    answer_sheets,
    authorities,
    calendars,
    catalogue,
    knowledge,
    missing_answers,
    policies,
    replans,
    routing,
    settings,
    templates,
    texts,
    trying,
    units,
)
from hotline.admin.views.reading import reading
from hotline.admin.views.room import bp
from hotline.admin.words import register_words
from hotline.staff.permissions import Can
from hotline.web.access import SIGNED_IN
from hotline.web.navigation import Entry, add_entry

__all__ = [
    "answer_sheets",
    "authorities",
    "calendars",
    "catalogue",
    "knowledge",
    "missing_answers",
    "policies",
    "register",
    "replans",
    "routing",
    "settings",
    "templates",
    "texts",
    "trying",
    "units",
]


def register(app: Flask) -> None:
    """Add the administrator's pages."""
    app.register_blueprint(bp)
    app.register_blueprint(reading)
    register_words(app)
    pages = tuple(
        f"admin.{name}"
        for name in (
            "people",
            *authorities.PAGES,
            *calendars.PAGES,
            *policies.PAGES,
            *replans.PAGES,
            *routing.PAGES,
            *settings.PAGES,
            *templates.PAGES,
            *texts.PAGES,
            *trying.PAGES,
            *units.PAGES,
        )
    )
    add_entry(app, Entry("admin.catalogue_page", _l("Catalogue"), "settings", Can.CATALOGUE_VIEW, 80, pages))
    edited = tuple(f"admin.{name}" for room in (knowledge, missing_answers, answer_sheets) for name in room.PAGES)
    add_entry(app, Entry("answers.answers", _l("Knowledge base"), "help", SIGNED_IN, 35, ("answers.answer", *edited)))
