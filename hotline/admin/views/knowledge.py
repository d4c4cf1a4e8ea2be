"""The knowledge base as its editors see it: the list, one entry with its preview and history, how much it is used."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from hotline import clock
from hotline.admin.forms.editing import EditForm
from hotline.admin.forms.knowledge import AnswerForm, SwitchForm, typed
from hotline.admin.views.editing import Answer, edited, said, saved
from hotline.admin.views.room import bp
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import (
    AnswerDraft,
    add_answer,
    edit_answer,
    restore_answer,
    retire_answer,
    review_answer,
    settle_missing,
)
from hotline.catalogue.actions.knowledge import draft_of
from hotline.catalogue.models import AnswerKind, Area, Category, CommonAnswer, Department
from hotline.catalogue.queries import knowledge
from hotline.catalogue.rules.knowledge import REVIEWED_AFTER_DAYS, is_review_due
from hotline.db import db
from hotline.errors import Conflict, NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.formats import local
from hotline.web.forms import offered
from hotline.web.row_ids import row_id

PAGES = (
    "answers",
    "new_answer",
    "answer",
    "review_answer_page",
    "retire_answer_page",
    "restore_answer_page",
    "answer_uses",
)
FILTER_WORDS: dict[str, Any] = {
    "shown": _l("Shown now"),
    "review_due": _l("To be looked through"),
    "expiring": _l("Valid for 30 more days at most"),
    "expired": _l("Expired or over"),
    "never_used": _l("Not used for 90 days"),
    "retired": _lp("answers", "Retired"),
}
DEED_WORDS: dict[str, Any] = {
    "answers:add": _lp("answers", "Written"),
    "answers:edit": _lp("answers", "Changed"),
    "answers:retire": _lp("answers", "Retired"),
    "answers:restore": _l("Shown again"),
}
MOST_ALIKE = 3


@bp.get("/answers")
@requires(Can.ANSWERS_EDIT)
def answers() -> str:
    """All entries, found by words and filters."""
    now, asked = clock.now(), request.args
    try:
        kind = AnswerKind(asked["kind"]) if asked.get("kind") else None
    except ValueError as error:
        raise NotFound(_l("There is no such list.")) from error
    wish = knowledge.Wish(
        words=asked.get("q", "")[:200],
        kind=kind,
        department_id=asked.get("unit", type=row_id),
        category_id=asked.get("category", type=row_id),
        state=asked.get("state", ""),
    )
    return render_template(
        "admin/answers.html",
        page=knowledge.answers(wish, now, after=asked.get("after", type=row_id)),
        wish=wish,
        kinds=list(AnswerKind),
        units=_units(),
        categories=catalogue.active_categories(),
        filters=FILTER_WORDS,
        due=knowledge.count_in("review_due", now),
        missing=len(knowledge.missing_answers()),
        standing=lambda row: knowledge.standing_of(row, now),
        uses=knowledge.uses_since(now - timedelta(days=knowledge.LATELY_DAYS)),
        today=local(now).date(),
    )


@bp.route("/answers/new", methods=["GET", "POST"])
@requires(Can.ANSWERS_EDIT)
def new_answer() -> Answer:
    """A new entry; `missing` is a question that waits, and saving settles it."""
    if request.method == "GET":
        missing_id = request.args.get("missing", type=row_id)
        question = knowledge.missing_by_id(missing_id).question if missing_id else ""
        review_on = local(clock.now()).date() + timedelta(days=REVIEWED_AFTER_DAYS)
        form = AnswerForm(formdata=None, version=1, question=question, review_on=review_on, missing_id=missing_id)
        return _page(form, "", None)
    form = AnswerForm()

    def page(form: EditForm, words: str) -> str:
        return _page(form, words, None)

    def save() -> str:
        row = add_answer(form.draft, by=actor(), now=clock.now())
        _settle(form, row)
        said(_l("The answer is saved; operators find it at once."))
        return url_for("admin.answer", answer_code=row.code)

    _offer(form, form.draft)
    return edited(form, page=page, preview=lambda: page(form, ""), save=save, version=lambda: 1)


@bp.route("/answers/<answer_code>", methods=["GET", "POST"])
@requires(Can.ANSWERS_EDIT)
def answer(answer_code: str) -> Answer:
    """One entry: its form, how the operator sees it, what was changed when."""
    row = knowledge.answer_by_code(answer_code)
    if request.method == "GET":
        missing_id = request.args.get("missing", type=row_id)
        form = AnswerForm(formdata=None, version=row.version, missing_id=missing_id, **typed(draft_of(row)))
        return _page(form, "", row)
    form = AnswerForm()

    def page(form: EditForm, words: str) -> str:
        return _page(form, words, knowledge.answer_by_code(answer_code))

    def save() -> str:
        version = int(form.version.data or 0)
        edit = edit_answer(answer_code, form.draft, version=version, by=actor(), now=clock.now())
        _settle(form, edit)
        said(_l("Saved."))
        return url_for("admin.answer", answer_code=answer_code)

    def version() -> int:
        return knowledge.answer_by_code(answer_code).version

    _offer(form, draft_of(row))
    return edited(form, page=page, preview=lambda: page(form, ""), save=save, version=version)


@bp.post("/answers/preview")
@requires(Can.ANSWERS_EDIT)
def preview_answer() -> str:
    """How the operator will see what is being typed; nothing is saved."""
    form = AnswerForm()
    _offer(form, form.draft)
    return render_template("admin/answer_preview.html", seen=_seen(form.draft))


@bp.post("/answers/<answer_code>/review")
@requires(Can.ANSWERS_EDIT)
def review_answer_page(answer_code: str) -> Answer:
    """It was looked through and still holds."""
    return _switched(answer_code, review_answer, _l("Noted: it still holds. It is due again in half a year."))


@bp.post("/answers/<answer_code>/retire")
@requires(Can.ANSWERS_EDIT)
def retire_answer_page(answer_code: str) -> Answer:
    """Operators see it no more."""
    return _switched(answer_code, retire_answer, _l("It is retired; operators see it no more."))


@bp.post("/answers/<answer_code>/restore")
@requires(Can.ANSWERS_EDIT)
def restore_answer_page(answer_code: str) -> Answer:
    """Operators see it again."""
    return _switched(answer_code, restore_answer, _l("Operators see it again."))


@bp.get("/answers/uses")
@requires(Can.ANSWERS_EDIT)
def answer_uses() -> str:
    """What was read out most often of late, and what nobody needed."""
    now = clock.now()
    lately = now - timedelta(days=knowledge.LATELY_DAYS)
    return render_template(
        "admin/answer_uses.html",
        most=knowledge.most_used(lately),
        never=knowledge.never_used(now),
        never_number=knowledge.count_in("never_used", now),
        total=sum(knowledge.uses_since(lately).values()),
        lately_days=knowledge.LATELY_DAYS,
        never_days=knowledge.NEVER_USED_DAYS,
    )


def _units() -> list[Department]:
    today = local(clock.now()).date()
    return [catalogue.switchboard(today), *catalogue.current_departments(today)]


def _offer(form: AnswerForm, present: AnswerDraft) -> None:
    """The choices of today, and those the entry has although they are no longer offered."""
    categories, areas = list(catalogue.active_categories()), list(catalogue.current_areas(local(clock.now()).date()))
    offers: list[tuple[Any, Any, list[Any]]] = [
        (form.category_id, Category, categories),
        (form.area_id, Area, areas),
        (form.department_id, Department, _units()),
    ]
    for field, table, rows in offers:
        kept = getattr(present, field.name)
        if kept is not None and kept not in {row.id for row in rows}:
            old = db.session.get(table, kept)
            rows += [old] if old else []
        field.choices = offered(rows)


def _seen(draft: AnswerDraft) -> CommonAnswer:
    """An entry that says this and is stored nowhere."""
    row = CommonAnswer(**asdict(draft))
    row.area = db.session.get(Area, draft.area_id) if draft.area_id else None
    row.department = db.session.get(Department, draft.department_id) if draft.department_id else None
    return row


def _page(form: EditForm, words: str, row: CommonAnswer | None) -> str:
    assert isinstance(form, AnswerForm)
    now = clock.now()
    _offer(form, draft_of(row) if row else form.draft)
    return render_template(
        "admin/answer.html",
        form=form,
        message=words,
        row=row,
        seen=_seen(form.draft),
        standing=knowledge.standing_of(row, now) if row else None,
        history=knowledge.history_of(row.code) if row else [],
        deeds=DEED_WORDS,
        today=local(now).date(),
        is_due=row is not None and is_review_due(row.review_on, knowledge.standing_of(row, now), local(now).date()),
        lately=knowledge.uses_since(now - timedelta(days=knowledge.LATELY_DAYS)).get(row.id, 0) if row else 0,
        near=knowledge.search_answers(form.question.data or "", now, at_most=MOST_ALIKE).rows
        if form.missing_id.data and not row
        else [],
    )


def _settle(form: AnswerForm, row: CommonAnswer) -> None:
    """The question that waited has its answer; the answer is kept, too, when somebody settled it meanwhile."""
    if form.missing_id.data:
        try:
            settle_missing(form.missing_id.data, answer=row, by=actor(), now=clock.now())
        except Conflict as error:  # raised before anything is written
            said(error.message)


def _switched(answer_code: str, act: Any, sentence: Any) -> Answer:
    def page(_form: EditForm, words: str) -> str:
        row = knowledge.answer_by_code(answer_code)
        return _page(AnswerForm(formdata=None, version=row.version, **typed(draft_of(row))), words, row)

    def save() -> str:
        act(answer_code, version=form.version.data, by=actor(), now=clock.now())
        said(sentence)
        return url_for("admin.answer", answer_code=answer_code)

    form = SwitchForm()
    return saved(form, page=page, save=save, version=lambda: knowledge.answer_by_code(answer_code).version)
