"""Categories and their questions as tables."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import select

from hotline.actor import Actor
from hotline.admin.refiling import change_category
from hotline.admin.tables.frame import Column, Table, Texts, read_code, read_yes, yes_no
from hotline.catalogue.actions.categories import (
    CategoryDraft,
    QuestionDraft,
    add_category,
    add_question,
    change_question,
    restore_category,
    retire_category,
    switch_question,
)
from hotline.catalogue.models import Category, CategoryQuestion, Evidence, Priority, QuestionKind
from hotline.db import db
from hotline.errors import Invalid

TEXTS = ("name_vi", "name_en", "group_vi", "group_en", "first_response_target", "resolve_target", "keywords_vi")
SCRIPTS = ("live_transfer", "script_vi", "script_en")
IN_USE = Column("is_active", _l("In use"), "yes, no", is_yes_no=True)
TARGETS = _l("8wh working hours, 24h hours, 5wd working days")


def _texts(row: Category) -> dict[str, str]:
    return {
        "code": row.code,
        **{name: getattr(row, name) for name in (*TEXTS, *SCRIPTS)},
        "priority": row.priority.value,
        "evidence": row.evidence.value,
        "is_sensitive": yes_no(row.is_sensitive),
        "asks_procedure": yes_no(row.asks_procedure),
        "is_active": yes_no(row.is_active),
    }


def _draft(texts: Texts) -> CategoryDraft:
    return CategoryDraft(
        **{name: texts[name] for name in (*TEXTS, *SCRIPTS)},
        priority=read_code(texts, "priority", Priority),
        evidence=read_code(dict(texts) | {"evidence": texts["evidence"] or "none"}, "evidence", Evidence),
        is_sensitive=read_yes(texts, "is_sensitive"),
        asks_procedure=read_yes(texts, "asks_procedure"),
    )


def _add(texts: Texts, by: Actor, now: datetime) -> Category:
    row = add_category(texts["code"], _draft(texts), by=by, now=now)
    if texts["is_active"] and not read_yes(texts, "is_active"):
        retire_category(row, by=by, now=now)
    return row


def _change(row: Category, texts: Texts, by: Actor, now: datetime) -> Category | None:
    changed = change_category(row, _draft(texts), by=by, now=now)
    if read_yes(texts, "is_active") is not row.is_active:
        (retire_category if row.is_active else restore_category)(row, by=by, now=now)
        changed = True
    return row if changed else None


CATEGORIES = Table(
    "categories",
    _l("Categories"),
    ("code",),
    (
        Column("code", _lp("catalogue", "Code"), is_needed=True),
        Column("name_vi", _l("Name in Vietnamese"), is_needed=True),
        Column("name_en", _l("Name in English")),
        Column("group_vi", _l("Field in Vietnamese"), is_needed=True),
        Column("group_en", _l("Field in English")),
        Column("priority", _l("Priority"), ", ".join(Priority), is_needed=True),
        Column("first_response_target", _l("First response"), TARGETS, is_needed=True),
        Column("resolve_target", _l("Answer"), TARGETS, is_needed=True),
        Column("keywords_vi", _l("Words people use"), _l("with commas")),
        Column("live_transfer", _l("Transfer the call to")),
        Column("is_sensitive", _l("Sensitive: who called is hidden"), "yes, no", is_yes_no=True),
        Column("asks_procedure", _l("Asks for the procedure and the dossier"), "yes, no", is_yes_no=True),
        Column("evidence", _l("An answer needs"), ", ".join(Evidence)),
        Column("script_vi", _l("What the operator reads out, in Vietnamese")),
        Column("script_en", _l("What the operator reads out, in English")),
        IN_USE,
    ),
    lambda: db.session.scalars(select(Category).order_by(Category.code)),
    _texts,
    _add,
    _change,
)


def _question_texts(row: CategoryQuestion) -> dict[str, str]:
    return {
        "category_code": row.category.code,
        "name_vi": row.name_vi,
        "name_en": row.name_en,
        "position": str(row.position),
        "kind": row.kind.value,
        "choices": " | ".join(row.choices),
        "is_required": yes_no(row.is_required),
        "is_active": yes_no(row.is_active),
    }


def _question_draft(texts: Texts) -> QuestionDraft:
    choices = tuple(choice for choice in texts["choices"].split("|") if choice.strip())
    kind = read_code(texts, "kind", QuestionKind)
    return QuestionDraft(texts["name_vi"], texts["name_en"], kind, choices, read_yes(texts, "is_required"))


def _add_question(texts: Texts, by: Actor, now: datetime) -> CategoryQuestion:
    category = db.session.scalar(select(Category).where(Category.code == texts["category_code"]))
    if category is None:
        raise Invalid(fields={"category_code": _l("No category has this code.")})
    row = add_question(category, _question_draft(texts), by=by, now=now)
    if texts["is_active"] and not read_yes(texts, "is_active"):
        switch_question(row, active=False, by=by, now=now)
    return row


def _change_question(row: CategoryQuestion, texts: Texts, by: Actor, now: datetime) -> CategoryQuestion | None:
    changed = change_question(row, _question_draft(texts), by=by, now=now)
    switched = switch_question(row, active=read_yes(texts, "is_active"), by=by, now=now)
    return row if changed or switched else None


QUESTIONS = Table(
    "questions",
    _l("Questions of categories"),
    ("category_code", "name_vi"),
    (
        Column("category_code", _l("Category"), is_needed=True),
        Column("name_vi", _l("Question in Vietnamese"), is_needed=True),
        Column("name_en", _l("Question in English")),
        Column("position", _l("Order"), _l("moved on the category's page"), is_told=True),
        Column("kind", _l("How it is answered"), ", ".join(QuestionKind), is_needed=True),
        Column("choices", _l("Choices"), _l("with | between them")),
        Column("is_required", _l("Must be answered before saving"), "yes, no", is_yes_no=True),
        IN_USE,
    ),
    lambda: db.session.scalars(
        select(CategoryQuestion).join(Category).order_by(Category.code, CategoryQuestion.position, CategoryQuestion.id)
    ),
    _question_texts,
    _add_question,
    _change_question,
)
