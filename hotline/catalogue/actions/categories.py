"""Verbs on categories and on what operators ask for them. What is in use is retired, never deleted."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.actions.policies import WRONG_TARGET
from hotline.catalogue.models import Category, CategoryQuestion, Evidence, Priority, QuestionKind
from hotline.catalogue.rules import read_target
from hotline.db import db
from hotline.errors import Conflict, Invalid
from hotline.web.folding import fold

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")
MOST_CHOICES = 20


@dataclass(frozen=True)
class CategoryDraft:
    """What an administrator says about a category."""

    name_vi: str
    name_en: str
    group_vi: str
    group_en: str
    priority: Priority
    first_response_target: str
    resolve_target: str
    keywords_vi: str = ""
    live_transfer: str = ""
    is_sensitive: bool = False
    asks_procedure: bool = False
    evidence: Evidence = Evidence.NONE
    script_vi: str = ""
    script_en: str = ""


@dataclass(frozen=True)
class QuestionDraft:
    """What an operator asks, and how it is answered."""

    name_vi: str
    name_en: str
    kind: QuestionKind
    choices: tuple[str, ...] = ()
    is_required: bool = False


def category_draft_of(row: Category) -> CategoryDraft:
    """What is said about a category now."""
    return CategoryDraft(**{name: getattr(row, name) for name in CategoryDraft.__dataclass_fields__})


def add_category(code: str, draft: CategoryDraft, *, by: Actor, now: datetime) -> Category:
    """A category that did not exist. Raises Invalid for a code that is taken, and for what cannot be."""
    values = _checked(draft)
    if not CODE.fullmatch(code):
        raise Invalid(fields={"code": _l("2 to 32 capital letters, digits and hyphens, such as GT-01.")})
    if db.session.scalar(select(Category.id).where(Category.code == code)) is not None:
        raise Invalid(fields={"code": _l("There is, or was, a category with this code already.")})
    row = Category(code=code, search_text=_search_text(code, draft), **values)
    db.session.add(row)
    db.session.flush()
    after = {"code": code} | audit.facts_of(row, values)
    audit.record("catalogue:add-category", by=by, now=now, object_kind="category", object_id=row.id, after=after)
    return row


def change_category(row: Category, draft: CategoryDraft, *, by: Actor, now: datetime) -> bool:
    """Say something else about it; whether anything changed. Cases keep the deadlines they were promised."""
    return _change(row, "category", _checked(draft), by=by, now=now, search_text=_search_text(row.code, draft))


def retire_category(row: Category, *, by: Actor, now: datetime) -> None:
    """Nobody chooses it any more; cases keep it. Raises Conflict when it is retired already."""
    if not row.is_active:
        raise Conflict(_l("It is retired already."))
    _switch(row, "category", active=False, by=by, now=now)


def restore_category(row: Category, *, by: Actor, now: datetime) -> None:
    """It may be chosen again."""
    if row.is_active:
        raise Conflict(_l("It is in use."))
    _switch(row, "category", active=True, by=by, now=now)


def add_question(category: Category, draft: QuestionDraft, *, by: Actor, now: datetime) -> CategoryQuestion:
    """One more question, asked last."""
    values = _checked_question(draft)
    last = select(func.max(CategoryQuestion.position)).where(CategoryQuestion.category_id == category.id)
    row = CategoryQuestion(category_id=category.id, position=(db.session.scalar(last) or 0) + 1, **values)
    db.session.add(row)
    category.version += 1
    db.session.flush()
    audit.record(
        "catalogue:add-question", by=by, now=now, object_kind="category", object_id=category.id,
        question_id=row.id, after=audit.facts_of(row, values),
    )  # fmt: skip
    return row


def change_question(row: CategoryQuestion, draft: QuestionDraft, *, by: Actor, now: datetime) -> bool:
    """Ask it otherwise; what was said before stays with the cases."""
    changes = audit.set_fields(row, _checked_question(draft))
    return _note(row, "catalogue:change-question", changes, by=by, now=now)


def switch_question(row: CategoryQuestion, *, active: bool, by: Actor, now: datetime) -> bool:
    """Ask it no more, or again."""
    deed = "catalogue:restore-question" if active else "catalogue:retire-question"
    return _note(row, deed, audit.set_fields(row, {"is_active": active}), by=by, now=now)


def move_question(row: CategoryQuestion, *, up: bool, by: Actor, now: datetime) -> bool:
    """One place earlier or later among the category's questions; whether there was such a place."""
    mine = select(CategoryQuestion).where(CategoryQuestion.category_id == row.category_id)
    rows = list(db.session.scalars(mine.order_by(CategoryQuestion.position, CategoryQuestion.id)))
    place = rows.index(row)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return False
    rows[place], rows[other] = rows[other], rows[place]
    before = row.position
    for number, question in enumerate(rows, start=1):
        question.position = number
    changes = {"before": {"position": before}, "after": {"position": row.position}}
    return _note(row, "catalogue:move-question", changes, by=by, now=now)


def _note(row: CategoryQuestion, deed: str, changes: dict[str, Any], *, by: Actor, now: datetime) -> bool:
    if changes:
        row.category.version += 1
        db.session.flush()
        audit.record(
            deed, by=by, now=now, object_kind="category", object_id=row.category_id, question_id=row.id, **changes
        )
    return bool(changes)


def _switch(row: Category, kind: str, *, active: bool, by: Actor, now: datetime) -> None:
    changes = audit.set_fields(row, {"is_active": active})
    row.version += 1
    db.session.flush()
    deed = f"catalogue:{'restore' if active else 'retire'}-{kind}"
    audit.record(deed, by=by, now=now, object_kind=kind, object_id=row.id, **changes)


def _change(row: Category, kind: str, values: dict[str, Any], *, by: Actor, now: datetime, search_text: str) -> bool:
    changes = audit.set_fields(row, values)
    if changes:
        row.search_text = search_text
        row.version += 1
        db.session.flush()
        audit.record(f"catalogue:change-{kind}", by=by, now=now, object_kind=kind, object_id=row.id, **changes)
    return bool(changes)


def _search_text(code: str, draft: CategoryDraft) -> str:
    return fold(f"{code} {draft.name_vi} {draft.group_vi} {draft.keywords_vi}")[:1000]


def _checked(draft: CategoryDraft) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    for name in ("name_vi", "group_vi"):
        if not getattr(draft, name).strip():
            wrong[name] = _l("Please fill this in.")
    for name, most in (("name_vi", 200), ("name_en", 200), ("group_vi", 120), ("group_en", 120), ("keywords_vi", 500)):
        if len(getattr(draft, name)) > most:
            wrong[name] = _l("At most %(max)d characters.", max=most)
    for name in ("first_response_target", "resolve_target"):
        try:
            read_target(getattr(draft, name))
        except ValueError:
            wrong[name] = WRONG_TARGET
    if draft.live_transfer and not (draft.live_transfer.isdecimal() and len(draft.live_transfer) <= 15):
        wrong["live_transfer"] = _l("This is not a telephone number.")
    if wrong:
        raise Invalid(fields=wrong)
    return asdict(draft)


def _checked_question(draft: QuestionDraft) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    if not draft.name_vi.strip() or len(draft.name_vi) > 200:
        wrong["name_vi"] = _l("1 to 200 characters.")
    choices = list(dict.fromkeys(choice.strip() for choice in draft.choices if choice.strip()))
    if draft.kind is QuestionKind.CHOICE and not 2 <= len(choices) <= MOST_CHOICES:
        wrong["choices"] = _l("2 to 20 choices, one a line.")
    if draft.kind is not QuestionKind.CHOICE and choices:
        wrong["choices"] = _l("Only a question with a list has choices.")
    if any(len(choice) > 120 for choice in choices):
        wrong["choices"] = _l("At most %(max)d characters.", max=120)
    if wrong:
        raise Invalid(fields=wrong)
    return asdict(draft) | {"choices": choices}
