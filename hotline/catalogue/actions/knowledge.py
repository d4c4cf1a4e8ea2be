"""Verbs on the answers to common questions: written, mended, retired, read out, missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.models import AnswerKind, AnswerUse, Area, Category, CommonAnswer, Department, MissingAnswer
from hotline.catalogue.queries import knowledge as queries
from hotline.catalogue.rules.knowledge import REVIEWED_AFTER_DAYS
from hotline.db import db
from hotline.errors import Invalid
from hotline.web.folding import fold
from hotline.web.formats import local

LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_PAPERS = 500, 20_000, 5_000
LONGEST = {
    "question": LONGEST_QUESTION,
    "answer": LONGEST_ANSWER,
    "papers": LONGEST_PAPERS,
    "keywords": 500,
} | dict.fromkeys(("fees", "address", "source"), 300)


@dataclass(frozen=True)
class AnswerDraft:
    """What an entry says; a notice has `begins_at` and `ends_at`, a question has neither."""

    kind: AnswerKind
    question: str
    answer: str
    fees: str = ""
    papers: str = ""
    address: str = ""
    source: str = ""
    keywords: str = ""
    category_id: int | None = None
    area_id: int | None = None
    department_id: int | None = None
    valid_until_on: date | None = None
    review_on: date | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None


FIELDS = tuple(AnswerDraft.__dataclass_fields__)


def draft_of(row: CommonAnswer) -> AnswerDraft:
    """What an entry says at present."""
    return AnswerDraft(**{name: getattr(row, name) for name in FIELDS})


def wrong_in(draft: AnswerDraft) -> dict[str, Any]:
    """The sentence for each field that cannot be."""
    wrong: dict[str, Any] = {}
    for name, longest in LONGEST.items():
        if len(getattr(draft, name)) > longest:
            wrong[name] = _l("At most %(max)d characters.", max=longest)
    for name in ("question", "answer"):
        if not getattr(draft, name).strip():
            wrong[name] = _l("Please fill this in.")
    is_notice = draft.kind is AnswerKind.NOTICE
    for name in ("begins_at", "ends_at"):
        if is_notice and getattr(draft, name) is None:
            wrong[name] = _l("A notice says from when until when it holds.")
        elif not is_notice and getattr(draft, name) is not None:
            wrong[name] = _l("Only a notice has hours.")
    if is_notice and draft.begins_at and draft.ends_at and draft.ends_at <= draft.begins_at:
        wrong["ends_at"] = _l("It must end after it begins.")
    for name, table in (("category_id", Category), ("area_id", Area), ("department_id", Department)):
        wanted = getattr(draft, name)
        if wanted is not None and db.session.get(table, wanted) is None:
            wrong[name] = _l("Please choose from the list.")
    return wrong


def add_answer(draft: AnswerDraft, *, code: str = "", by: Actor, now: datetime) -> CommonAnswer:
    """A new entry; without a code it gets the next one. Raises Invalid for what cannot be."""
    _check(draft)
    row = CommonAnswer(code=code or uuid4().hex, changed_at=now, uses=0, version=1, is_active=True, search_text="")
    _write(row, draft)
    db.session.add(row)
    db.session.flush()
    if not code:
        row.code = _next_code(row.id)
    _record("add", row, before=None, after=_said(draft), by=by, now=now)
    return row


def edit_answer(code: str, draft: AnswerDraft, *, version: int, by: Actor, now: datetime) -> CommonAnswer:
    """An entry says something else from now on; what stays the same is no change and leaves no trace.

    Raises NotFound, Conflict when it is no longer at `version`, Invalid for what cannot be.
    """
    row = queries.answer_by_code(code, version=version, locked=True)
    _check(draft)
    present = draft_of(row)
    changed = [name for name in FIELDS if getattr(present, name) != getattr(draft, name)]
    if changed:
        kept = [{name: said[name] for name in changed} for said in (_said(present), _said(draft))]
        _write(row, draft)
        row.version, row.changed_at = row.version + 1, now
        _record("edit", row, before=kept[0], after=kept[1], by=by, now=now)
    return row


def review_answer(code: str, *, version: int, by: Actor, now: datetime) -> None:
    """Somebody has looked through it and it still holds: it is due again in half a year."""
    draft = draft_of(queries.answer_by_code(code))
    again_on = local(now).date() + timedelta(days=REVIEWED_AFTER_DAYS)
    edit_answer(code, replace(draft, review_on=again_on), version=version, by=by, now=now)


def retire_answer(code: str, *, version: int, by: Actor, now: datetime) -> None:
    """It is shown to operators no more; its history and its uses stay."""
    _set_active(code, False, version=version, by=by, now=now)


def restore_answer(code: str, *, version: int, by: Actor, now: datetime) -> None:
    """A retired entry is shown again."""
    _set_active(code, True, version=version, by=by, now=now)


def note_use(code: str, *, by: Actor, now: datetime) -> None:
    """Somebody read it out to a caller. The row itself says who and when, so the audit does not repeat it.

    Counting leaves the version alone: an operator's call must not spoil an editor's draft.
    """
    row = queries.answer_by_code(code)
    db.session.add(AnswerUse(common_answer_id=row.id, at=now, by_name=by.name))
    counted = update(CommonAnswer).where(CommonAnswer.id == row.id)
    db.session.execute(counted.values(uses=CommonAnswer.uses + 1, last_used_at=now))


def report_missing(question: str, *, by: Actor, now: datetime) -> MissingAnswer:
    """An operator found no answer to this question; the row itself says who and when.

    Raises Invalid when nothing was typed, or too much.
    """
    if not fold(question) or len(question) > LONGEST_QUESTION:
        raise Invalid(fields={"question": _l("Please type the question, in at most 500 characters.")})
    row = MissingAnswer(question=question, asked_at=now, asked_by_name=by.name, set_aside_because="")
    db.session.add(row)
    db.session.flush()
    return row


def settle_missing(missing_id: int, *, answer: CommonAnswer, by: Actor, now: datetime) -> int:
    """The question, and every waiting one in the same words, has its answer. Returns how many were waiting."""
    return _settle(missing_id, answer=answer, because="", by=by, now=now)


def set_aside_missing(missing_id: int, *, because: str, by: Actor, now: datetime) -> int:
    """There will be no answer to this question, with a word why. Returns how many were waiting."""
    if not because.strip() or len(because) > 300:
        raise Invalid(fields={"because": _l("Please say why, in at most 300 characters.")})
    return _settle(missing_id, answer=None, because=because, by=by, now=now)


def _settle(missing_id: int, *, answer: CommonAnswer | None, because: str, by: Actor, now: datetime) -> int:
    row = queries.missing_by_id(missing_id, locked=True)
    waiting = db.session.scalars(select(MissingAnswer).where(MissingAnswer.settled_at.is_(None)).with_for_update())
    alike = [other for other in waiting if fold(other.question) == fold(row.question)]
    for other in alike:
        other.settled_at, other.settled_by_name = now, by.name
        other.common_answer_id, other.set_aside_because = answer.id if answer else None, because
    audit.record(
        "answers:settle_missing",
        by=by,
        now=now,
        object_kind="missing_answer",
        object_id=row.id,
        question=row.question,
        answer=answer.code if answer else None,
        because=because,
    )
    db.session.flush()
    return len(alike)


def _set_active(code: str, wanted: bool, *, version: int, by: Actor, now: datetime) -> None:
    row = queries.answer_by_code(code, version=version, locked=True)
    if row.is_active is wanted:
        return
    row.is_active, row.version, row.changed_at = wanted, row.version + 1, now
    _record(
        "restore" if wanted else "retire",
        row,
        before={"is_active": not wanted},
        after={"is_active": wanted},
        by=by,
        now=now,
    )


def _check(draft: AnswerDraft) -> None:
    wrong = wrong_in(draft)
    if wrong:
        raise Invalid(fields=wrong)


def _next_code(number: int) -> str:
    code = f"GD-{number:04}"
    is_free = db.session.scalar(select(CommonAnswer.id).where(CommonAnswer.code == code)) is None
    return code if is_free else f"{code}-{uuid4().hex[:4].upper()}"


def _write(row: CommonAnswer, draft: AnswerDraft) -> None:
    for name in FIELDS:
        setattr(row, name, getattr(draft, name))
    index(row)


def index(row: CommonAnswer) -> None:
    """Write what it is found by: the place by its name, too, as a notice rarely repeats it."""
    area = db.session.get(Area, row.area_id) if row.area_id else None
    keywords = f"{row.keywords} {area.name_vi if area else ''}"
    row.search_text = queries.searchable(
        row.question, keywords, row.answer, row.fees, row.papers, row.address, row.source
    )


def _said(draft: AnswerDraft) -> dict[str, Any]:
    """What a draft says in words that stay readable in the audit: names instead of numbers, dates as text."""
    said: dict[str, Any] = {name: getattr(draft, name) for name in FIELDS}
    said["kind"] = draft.kind.value
    for name, table in (("category_id", Category), ("area_id", Area), ("department_id", Department)):
        row: Any = db.session.get(table, said[name]) if said[name] else None
        said[name] = row.name_vi if row else ""
    for name in ("valid_until_on", "review_on", "begins_at", "ends_at"):
        said[name] = said[name].isoformat() if said[name] else ""
    return said


def _record(deed: str, row: CommonAnswer, *, before: Any, after: Any, by: Actor, now: datetime) -> None:
    db.session.flush()
    audit.record(
        f"answers:{deed}",
        by=by,
        now=now,
        object_kind="common_answer",
        object_id=row.code,
        version=row.version,
        before=before,
        after=after,
    )
