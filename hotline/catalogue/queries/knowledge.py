"""Looks at the answers to common questions: what fits the words, what must be looked through, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload

from hotline.audit import AuditEntry
from hotline.catalogue.models import AnswerKind, AnswerUse, CommonAnswer, MissingAnswer
from hotline.catalogue.queries import CHANGED_MEANWHILE
from hotline.catalogue.rules import knowledge as rules
from hotline.db import db
from hotline.errors import Conflict, NotFound
from hotline.web.folding import fold
from hotline.web.formats import local
from hotline.web.paging import ROWS_A_PAGE, Page

MOST_WORDS = 12
MOST_FOUND = 8
LATELY_DAYS = 30
NEVER_USED_DAYS = 90
FILTERS = ("shown", "review_due", "expiring", "expired", "never_used", "retired")


def searchable(question: str, keywords: str, *rest: str) -> str:
    """The folded text of an entry: question, keywords and the rest on a line each, a blank before every word."""
    return "\n".join(f" {fold(text)}" for text in (question, keywords, " ".join(rest)))


def standing_of(row: CommonAnswer, now: datetime) -> rules.Standing:
    """Where an entry stands now."""
    return rules.standing(
        is_active=row.is_active,
        valid_until_on=row.valid_until_on,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        today=local(now).date(),
        now=now,
    )


def _valid(now: datetime) -> ColumnElement[bool]:
    today = local(now).date()
    return or_(CommonAnswer.valid_until_on.is_(None), CommonAnswer.valid_until_on >= today)


def _running(now: datetime) -> ColumnElement[bool]:
    is_question = CommonAnswer.kind == AnswerKind.QUESTION
    return or_(is_question, and_(CommonAnswer.begins_at <= now, CommonAnswer.ends_at > now))


def _shown(now: datetime) -> ColumnElement[bool]:
    return and_(CommonAnswer.is_active, _valid(now), _running(now))


def _review_due(now: datetime) -> ColumnElement[bool]:
    not_over = or_(CommonAnswer.ends_at.is_(None), CommonAnswer.ends_at > now)
    return and_(CommonAnswer.is_active, CommonAnswer.review_on <= local(now).date(), not_over)


def _whole(which: ColumnElement[bool]) -> Select[CommonAnswer]:
    parts = (CommonAnswer.category, CommonAnswer.area, CommonAnswer.department)
    return select(CommonAnswer).options(*(joinedload(part) for part in parts)).where(which)


def _holding(wanted: Sequence[str]) -> list[ColumnElement[bool]]:
    return [CommonAnswer.search_text.contains(f" {word}") for word in wanted]


@dataclass(frozen=True)
class Found:
    """Entries for some words, the best first; `is_near` when none has all of the words."""

    rows: Sequence[CommonAnswer]
    is_near: bool = False


def search_answers(words: str, now: datetime, *, at_most: int = MOST_FOUND) -> Found:
    """The entries shown now that fit `words`, diacritics or not, by beginnings of words."""
    wanted = fold(words).split()[:MOST_WORDS]
    if not wanted:
        return Found(())
    ids = [entry.id for entry in rules.ranked(wanted, _candidates(now, wanted))[:at_most]]
    is_near = not ids
    if is_near and len(wanted) >= rules.FEWEST_WORDS_FOR_NEAR:
        # By question and keywords alone: among long answers half of any words are soon found somewhere.
        entries = [replace(entry, rest="") for entry in _candidates(now, ())]
        ids = [entry.id for entry in rules.nearly_ranked(wanted, entries)[:at_most]]
    rows = {row.id: row for row in db.session.scalars(_whole(CommonAnswer.id.in_(ids)))} if ids else {}
    return Found([rows[number] for number in ids], is_near and bool(rows))


def _candidates(now: datetime, wanted: Sequence[str]) -> list[rules.Candidate]:
    query = select(CommonAnswer.id, CommonAnswer.search_text, CommonAnswer.kind, CommonAnswer.uses)
    entries = []
    for number, text, kind, uses in db.session.execute(query.where(_shown(now), *_holding(wanted))):
        question, keywords, rest = text.split("\n", 2)
        entries.append(
            rules.Candidate(number, question, keywords, rest, is_notice=kind is AnswerKind.NOTICE, uses=uses)
        )
    return entries


def notices_in_force(now: datetime, *, area_id: int | None = None) -> Sequence[CommonAnswer]:
    """The notices that hold now: those of this area and of the whole province first, then what ends soonest."""
    rows = db.session.scalars(_whole(and_(CommonAnswer.kind == AnswerKind.NOTICE, _shown(now)))).all()
    return sorted(rows, key=lambda row: (area_id is None or row.area_id not in (area_id, None), row.ends_at, row.id))


def answer_by_code(code: str, *, version: int | None = None, locked: bool = False) -> CommonAnswer:
    """One entry, `locked` until the transaction ends if it is to be changed.

    Raises NotFound for an unknown code, Conflict when it is no longer at `version`.
    """
    query = select(CommonAnswer).where(CommonAnswer.code == code)
    row = db.session.scalar(query.with_for_update() if locked else query)
    if row is None:
        raise NotFound(_l("There is no such answer."))
    if version not in (None, row.version):
        raise Conflict(CHANGED_MEANWHILE)
    return row


@dataclass(frozen=True)
class Wish:
    """Which entries an editor wants to see."""

    words: str = ""
    kind: AnswerKind | None = None
    department_id: int | None = None
    category_id: int | None = None
    state: str = ""


def answers(wish: Wish, now: datetime, *, after: int | None = None) -> Page[CommonAnswer]:
    """A page of entries, the newest first; the page begins below the id `after`."""
    query = _whole(and_(true(), *_holding(fold(wish.words).split()[:MOST_WORDS])))
    if wish.kind is not None:
        query = query.where(CommonAnswer.kind == wish.kind)
    if wish.department_id is not None:
        query = query.where(CommonAnswer.department_id == wish.department_id)
    if wish.category_id is not None:
        query = query.where(CommonAnswer.category_id == wish.category_id)
    if wish.state:
        query = query.where(_in_state(wish.state, now))
    if after is not None:
        query = query.where(CommonAnswer.id < after)
    rows = db.session.scalars(query.order_by(CommonAnswer.id.desc()).limit(ROWS_A_PAGE + 1)).all()
    more = str(rows[ROWS_A_PAGE - 1].id) if len(rows) > ROWS_A_PAGE else None
    return Page(rows[:ROWS_A_PAGE], more, after is None)


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """The entries of one of the FILTERS. Raises NotFound for another word."""
    soon = local(now).date() + timedelta(days=rules.EXPIRES_SOON_DAYS)
    over = and_(CommonAnswer.ends_at.is_not(None), CommonAnswer.ends_at <= now)
    match state:
        case "shown":
            return _shown(now)
        case "review_due":
            return _review_due(now)
        case "expiring":
            return and_(_shown(now), CommonAnswer.valid_until_on <= soon)
        case "expired":
            return and_(CommonAnswer.is_active, or_(~_valid(now), over))
        case "never_used":
            since = now - timedelta(days=NEVER_USED_DAYS)
            unused = or_(CommonAnswer.last_used_at.is_(None), CommonAnswer.last_used_at < since)
            return and_(_shown(now), CommonAnswer.kind == AnswerKind.QUESTION, unused)
        case "retired":
            return CommonAnswer.is_active.is_(False)
        case _:
            raise NotFound(_l("There is no such list."))


def count_in(state: str, now: datetime) -> int:
    """How many entries are in one of the FILTERS."""
    return db.session.scalar(select(func.count(CommonAnswer.id)).where(_in_state(state, now))) or 0


def all_answers() -> Sequence[CommonAnswer]:
    """Every entry in the order in which they were written."""
    return db.session.scalars(_whole(true()).order_by(CommonAnswer.id)).all()


def answers_of_unit(department_id: int) -> Sequence[CommonAnswer]:
    """What a unit owns and has not been retired, the next to be looked through first."""
    mine = and_(CommonAnswer.department_id == department_id, CommonAnswer.is_active)
    order = (CommonAnswer.review_on.is_(None), CommonAnswer.review_on, CommonAnswer.id)
    return db.session.scalars(_whole(mine).order_by(*order)).all()


def reviews_due_by_unit(now: datetime) -> dict[int, int]:
    """How many entries each unit must look through; units with none are not in it."""
    query = select(CommonAnswer.department_id, func.count()).where(_review_due(now))
    counted = db.session.execute(query.group_by(CommonAnswer.department_id)).tuples()
    return {unit: number for unit, number in counted if unit is not None}


def uses_since(since: datetime) -> dict[int, int]:
    """How often each entry was read out since then, by id; those that were not are not in it."""
    query = select(AnswerUse.common_answer_id, func.count()).where(AnswerUse.at >= since)
    return dict(db.session.execute(query.group_by(AnswerUse.common_answer_id)).tuples().all())


def most_used(since: datetime, *, at_most: int = ROWS_A_PAGE) -> list[tuple[CommonAnswer, int]]:
    """The entries that were read out most often since then, with how often."""
    counted = sorted(uses_since(since).items(), key=lambda pair: (-pair[1], pair[0]))[:at_most]
    rows = {row.id: row for row in db.session.scalars(_whole(CommonAnswer.id.in_([number for number, _n in counted])))}
    return [(rows[number], uses) for number, uses in counted]


def often_used(now: datetime, *, at_most: int = 10) -> Sequence[CommonAnswer]:
    """The questions shown now that were ever read out most often."""
    query = _whole(and_(_shown(now), CommonAnswer.kind == AnswerKind.QUESTION))
    return db.session.scalars(query.order_by(CommonAnswer.uses.desc(), CommonAnswer.id).limit(at_most)).all()


def never_used(now: datetime, *, at_most: int = ROWS_A_PAGE) -> Sequence[CommonAnswer]:
    """The questions shown now whose answer nobody has read out for NEVER_USED_DAYS, the oldest first."""
    return db.session.scalars(_whole(_in_state("never_used", now)).order_by(CommonAnswer.id).limit(at_most)).all()


@dataclass(frozen=True)
class Lack:
    """A question without an answer, as it was asked first, and how often it was asked since."""

    id: int
    question: str
    asked_at: datetime
    asked_by_name: str
    times: int


def missing_answers() -> list[Lack]:
    """The questions that wait for an answer: what was asked most often first, then the oldest."""
    waiting = select(MissingAnswer).where(MissingAnswer.settled_at.is_(None)).order_by(MissingAnswer.id)
    alike: dict[str, list[MissingAnswer]] = {}
    for row in db.session.scalars(waiting):
        alike.setdefault(fold(row.question), []).append(row)
    lacks = [
        Lack(one[0].id, one[0].question, one[0].asked_at, one[0].asked_by_name, len(one)) for one in alike.values()
    ]
    return sorted(lacks, key=lambda lack: (-lack.times, lack.id))


def settled_answers(at_most: int = 10) -> Sequence[MissingAnswer]:
    """What became of the questions settled last."""
    query = select(MissingAnswer).options(joinedload(MissingAnswer.common_answer))
    query = query.where(MissingAnswer.settled_at.is_not(None)).order_by(MissingAnswer.settled_at.desc())
    return db.session.scalars(query.limit(at_most)).all()


def history_of(code: str) -> Sequence[AuditEntry]:
    """What was done to an entry, the newest deed first."""
    query = select(AuditEntry).where(AuditEntry.object_kind == "common_answer", AuditEntry.object_id == code)
    return db.session.scalars(query.order_by(AuditEntry.id.desc())).all()


def missing_by_id(missing_id: int, *, locked: bool = False) -> MissingAnswer:
    """One question that waits. Raises NotFound for an unknown one, Conflict when it is settled already."""
    row = db.session.get(MissingAnswer, missing_id, with_for_update=locked or None)
    if row is None:
        raise NotFound(_l("There is no such question."))
    if row.settled_at is not None:
        raise Conflict(_l("Somebody has settled this question already."))
    return row
