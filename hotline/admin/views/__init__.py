"""The administrator's screens: the catalogue, working calendars, policies, texts, settings. Owns no table."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from hotline.admin.changes import register_changes
from hotline.admin.views import (
    answer_sheets,
    areas,
    authorities,
    calendars,
    catalogue,
    categories,
    knowledge,
    missing_answers,
    people,
    policies,
    reorganising,
    replans,
    routing,
    settings,
    tables,
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
    "areas",
    "authorities",
    "calendars",
    "catalogue",
    "categories",
    "knowledge",
    "missing_answers",
    "people",
    "policies",
    "register",
    "reorganising",
    "replans",
    "routing",
    "settings",
    "tables",
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
    register_changes(app)
    pages = tuple(
        f"admin.{name}"
        for name in (
            *areas.PAGES,
            *authorities.PAGES,
            *calendars.PAGES,
            *categories.PAGES,
            *people.PAGES,
            *policies.PAGES,
            *reorganising.PAGES,
            *replans.PAGES,
            *routing.PAGES,
            *settings.PAGES,
            *tables.PAGES,
            *templates.PAGES,
            *texts.PAGES,
            *trying.PAGES,
            *units.PAGES,
        )
    )
    add_entry(app, Entry("admin.catalogue_page", _l("Catalogue"), "settings", Can.CATALOGUE_VIEW, 80, pages))
    edited = tuple(f"admin.{name}" for room in (knowledge, missing_answers, answer_sheets) for name in room.PAGES)
    add_entry(app, Entry("answers.answers", _l("Knowledge base"), "help", SIGNED_IN, 35, ("answers.answer", *edited)))
