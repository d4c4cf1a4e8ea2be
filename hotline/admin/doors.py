"""The start page of the catalogue: every part with a door, how many rows it has, and what is worth knowing of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import (
    AnswerTemplate,
    Area,
    Authority,
    Calendar,
    Category,
    CommonAnswer,
    Department,
    Level,
    RoutingRule,
)
from hotline.db import db
from hotline.staff.models import User
from hotline.staff.permissions import Can


@dataclass(frozen=True)
class Part:
    """One part of the catalogue; shown where its page exists and the reader may open it."""

    label: Any
    endpoint: str
    permission: Can
    count: Callable[[date], int | str]
    note: Callable[[date], str] = lambda _today: ""


@dataclass(frozen=True)
class Door:
    """A part as it is shown."""

    label: Any
    href: str
    count: int | str
    note: str


def _number(table: Any, *clauses: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*clauses)) or 0


def _planned(today: date) -> str:
    number = _number(Department, Department.valid_to > today)
    return ngettext("%(num)d change ahead", "%(num)d changes ahead", number) if number else ""


def _retired(today: date) -> str:
    number = _number(Category, Category.is_active.is_(False))
    return ngettext("%(num)d retired", "%(num)d retired", number) if number else ""


def _off(_today: date) -> str:
    number = _number(User, User.is_enabled.is_(False))
    return ngettext("%(num)d switched off", "%(num)d switched off", number) if number else ""


def _former(today: date) -> str:
    number = _number(Area, Area.valid_to <= today, Area.level == Level.COMMUNE)
    return ngettext("%(num)d former name", "%(num)d former names", number) if number else ""


def _nothing(_today: date) -> str:
    return "→"


PARTS = (
    (
        _l("Who does what"),
        (
            Part(
                _l("Units"), "admin.units", Can.CATALOGUE_VIEW,
                lambda d: len(catalogue.current_departments(d)), _planned,
            ),
            Part(_l("Areas"), "admin.areas", Can.CATALOGUE_VIEW, lambda d: len(catalogue.current_areas(d)), _former),
            Part(
                _l("Categories"), "admin.categories", Can.CATALOGUE_VIEW,
                lambda _d: _number(Category, Category.is_active), _retired,
            ),
            Part(
                _l("Routing rules"), "admin.rules", Can.CATALOGUE_VIEW,
                lambda _d: _number(RoutingRule, RoutingRule.is_current, RoutingRule.is_active),
            ),
            Part(_l("People"), "admin.people", Can.CATALOGUE_VIEW, lambda _d: _number(User, User.is_enabled), _off),
        ),
    ),
    (
        _l("By when"),
        (
            Part(_l("Policies"), "admin.policies", Can.CATALOGUE_VIEW, lambda _d: len(catalogue.policies())),
            Part(
                _l("Working calendars"), "admin.calendars", Can.CATALOGUE_VIEW,
                lambda _d: _number(Calendar, Calendar.is_current),
            ),
        ),
    ),
    (
        _l("What is said"),
        (
            Part(
                _l("Answer templates"), "admin.templates", Can.CATALOGUE_VIEW,
                lambda _d: _number(AnswerTemplate, AnswerTemplate.is_active),
            ),
            Part(
                _l("Who is responsible elsewhere"), "admin.authorities", Can.CATALOGUE_VIEW,
                lambda _d: _number(Authority, Authority.is_active),
            ),
            Part(
                _l("Common answers"), "admin.answers", Can.ANSWERS_EDIT,
                lambda _d: _number(CommonAnswer, CommonAnswer.is_active),
            ),
            Part(_l("Wording of texts"), "admin.texts", Can.TEXTS_EDIT, _nothing),
            Part(_l("Settings"), "admin.settings", Can.SETTINGS_EDIT, _nothing),
        ),
    ),
    (_l("As tables"), (Part(_l("Import and export (CSV)"), "admin.tables", Can.CATALOGUE_EDIT, _nothing),)),
)  # fmt: skip


def doors(by: Actor, today: date) -> list[tuple[Any, list[Door]]]:
    """What this reader may open."""
    known = current_app.view_functions
    return [
        (
            title,
            [
                Door(part.label, url_for(part.endpoint), part.count(today), part.note(today))
                for part in parts
                if part.endpoint in known and by.can(part.permission)
            ],
        )
        for title, parts in PARTS
    ]
