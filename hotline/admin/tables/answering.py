"""Answer templates and the directory of who is responsible elsewhere, as tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import select

from hotline import clock
from hotline.actor import Actor
from hotline.admin.forms.answering import LONGEST_TEMPLATE
from hotline.admin.tables.frame import Column, Table, Texts, read_yes, refuse_long, yes_no
from hotline.catalogue import answering
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import (
    AuthorityDraft,
    TemplateDraft,
    add_authority,
    add_template,
    change_authority,
    change_template,
    retire_authority,
    retire_template,
)
from hotline.catalogue.actions.answering import authority_draft_of, template_draft_of
from hotline.catalogue.models import AnswerTemplate, Authority, Category, Department
from hotline.db import db
from hotline.errors import Invalid
from hotline.web.formats import local

LONGEST = {
    "name_vi": 200, "name_en": 200, "responsible_for_vi": 500, "responsible_for_en": 500, "phone": 40, "address": 300,
    "website": 200, "hours": 120, "guidance_vi": 4000,
}  # fmt: skip
IN_USE = Column("is_active", _l("In use"), "yes, no", is_yes_no=True)


def _switched(row: Any, texts: Texts, retire: Callable[..., Any], by: Actor, now: datetime) -> bool:
    """Retire the row or bring it back when the file says so; whether anything changed."""
    if not texts["is_active"] or read_yes(texts, "is_active") is row.is_active:
        return False
    retire(row.code, version=row.version, active=not row.is_active, by=by, now=now)
    return True


def _template_texts(row: AnswerTemplate) -> dict[str, str]:
    category = db.session.get(Category, row.category_id) if row.category_id else None
    unit = db.session.get(Department, row.department_id) if row.department_id else None
    return {
        "code": row.code,
        "title": row.title,
        "category_code": category.code if category else "",
        "unit_code": unit.code if unit else "",
        "body": row.body,
        "is_active": yes_no(row.is_active),
    }


def _template_draft(texts: Texts, row: AnswerTemplate | None) -> TemplateDraft:
    """What the line says; a code that the row has already stays the row's, also when it stands no more."""
    refuse_long(texts, {"title": 120, "body": LONGEST_TEMPLATE})
    before = _template_texts(row) if row else {}
    category_id, unit_id = (row.category_id, row.department_id) if row else (None, None)
    if texts["category_code"] != before.get("category_code", ""):
        codes = {one.code: one.id for one in catalogue.active_categories()}
        category_id = codes.get(texts["category_code"])
        if texts["category_code"] and category_id is None:
            raise Invalid(fields={"category_code": _l("No category has this code.")})
    if texts["unit_code"] != before.get("unit_code", ""):
        unit = catalogue.department_by_code(texts["unit_code"], local(clock.now()).date())
        unit_id = unit.id if unit else None
        if texts["unit_code"] and unit_id is None:
            raise Invalid(fields={"unit_code": _l("No unit has this code today.")})
    return TemplateDraft(texts["title"], texts["body"], category_id, unit_id)


def _add_template(texts: Texts, by: Actor, now: datetime) -> AnswerTemplate:
    row = add_template(texts["code"], _template_draft(texts, None), by=by, now=now)
    _switched(row, texts, retire_template, by, now)
    return row


def _change_template(row: AnswerTemplate, texts: Texts, by: Actor, now: datetime) -> AnswerTemplate | None:
    draft = _template_draft(texts, row)
    changed = draft != template_draft_of(row)
    change_template(row.code, draft, version=row.version, by=by, now=now)
    return row if _switched(row, texts, retire_template, by, now) or changed else None


TEMPLATES = Table(
    "templates",
    _l("Answer templates"),
    ("code",),
    (
        Column("code", _lp("catalogue", "Code"), is_needed=True),
        Column("title", _l("Title"), is_needed=True),
        Column("category_code", _l("Category"), _l("empty: every category")),
        Column("unit_code", _l("Unit"), _l("code of a unit of today; empty: every unit")),
        Column("body", _l("Text of the template"), _l("open fields in [square brackets]"), is_needed=True),
        IN_USE,
    ),
    lambda: db.session.scalars(select(AnswerTemplate).order_by(AnswerTemplate.code)),
    _template_texts,
    _add_template,
    _change_template,
)


def _authority_texts(row: Authority) -> dict[str, str]:
    return {
        "code": row.code,
        **{name: getattr(row, name) or "" for name in AuthorityDraft.__dataclass_fields__},
        "is_active": yes_no(row.is_active),
    }


def _authority_draft(texts: Texts) -> AuthorityDraft:
    refuse_long(texts, LONGEST)
    return AuthorityDraft(**{name: texts[name] for name in AuthorityDraft.__dataclass_fields__})


def _add_authority(texts: Texts, by: Actor, now: datetime) -> Authority:
    row = add_authority(texts["code"], _authority_draft(texts), by=by, now=now)
    _switched(row, texts, retire_authority, by, now)
    return row


def _change_authority(row: Authority, texts: Texts, by: Actor, now: datetime) -> Authority | None:
    draft = _authority_draft(texts)
    changed = draft != authority_draft_of(row)
    change_authority(row.code, draft, version=row.version, by=by, now=now)
    return row if _switched(row, texts, retire_authority, by, now) or changed else None


AUTHORITIES = Table(
    "authorities",
    _l("Directory: who is responsible"),
    ("code",),
    (
        Column("code", _lp("catalogue", "Code"), is_needed=True),
        Column("name_vi", _l("Name in Vietnamese"), is_needed=True),
        Column("name_en", _l("Name in English")),
        Column("responsible_for_vi", _l("Responsible for, in Vietnamese"), is_needed=True),
        Column("responsible_for_en", _l("Responsible for, in English")),
        Column("phone", _l("Telephone")),
        Column("address", _l("Address")),
        Column("website", _l("Website")),
        Column("hours", _l("Opening hours")),
        Column("guidance_vi", _l("What the person is told, in Vietnamese"), is_needed=True),
        IN_USE,
    ),
    answering.all_authorities,
    _authority_texts,
    _add_authority,
    _change_authority,
)
