"""Categories with what operators ask and read out: listed by field, edited, retired and restored."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import clock
from hotline.admin import queries, refiling
from hotline.admin.forms.categories import (
    CategoryForm,
    NewCategoryForm,
    QuestionForm,
    SwitchForm,
    question_values,
)
from hotline.admin.forms.editing import EditForm
from hotline.admin.views.editing import Answer, hold, said, saved
from hotline.admin.views.room import bp
from hotline.catalogue.actions import categories as verbs
from hotline.catalogue.models import Category, CategoryQuestion
from hotline.db import db
from hotline.errors import NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires

PAGES = ("categories", "new_category", "category", "new_question", "question")


@bp.get("/categories")
@requires(Can.CATALOGUE_VIEW)
def categories() -> str:
    """All categories, by field and code; the retired ones in a list of their own."""
    words, retired = request.args.get("q", ""), request.args.get("list") == "retired"
    rows = db.session.scalars(select(Category).order_by(Category.group_vi, Category.code)).all()
    shown = [row for row in rows if row.is_active is not retired]
    text_of = lambda row: f"{row.search_text} {row.name_en} {row.group_en}"  # noqa: E731
    return render_template(
        "admin/categories.html",
        categories=queries.holding(shown, words, text_of),
        counts=(sum(row.is_active for row in rows), sum(not row.is_active for row in rows)),
        retired=retired,
        words=words,
        rules=queries.rules_by_category(),
        units=queries.unit_names_by_code(),
        questions=queries.questions_by_category(),
    )


def category_by_id(category_id: int) -> Category:
    """The category. Raises NotFound."""
    row = db.session.get(Category, category_id)
    if row is None:
        raise NotFound(_l("There is no such category."))
    return row


@bp.route("/categories/new", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def new_category() -> Answer:
    """A category that does not exist yet."""

    def page(form: EditForm, words: str) -> str:
        return render_template("admin/category.html", category=None, form=form, message=words)

    if request.method == "GET":
        usual = {"priority": "normal", "first_response_target": "8wh", "resolve_target": "5wd", "evidence": "none"}
        return page(NewCategoryForm(formdata=None, version=0, **usual), "")
    form = NewCategoryForm()

    def save() -> str:
        made = verbs.add_category(form.code.data, form.draft, by=actor(), now=clock.now())
        said(_l("The category was added. Say in the routing rules which unit deals with it."))
        return url_for("admin.category", category_id=made.id)

    return saved(form, page=page, save=save, version=lambda: 0)


@bp.route("/categories/<int:category_id>", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def category(category_id: int) -> Answer:
    """One category, its questions, and what was changed."""
    row = category_by_id(category_id)

    def page(form: EditForm, words: str) -> str:
        return _page(row, form, words)

    if request.method == "GET":
        return page(_fresh(row), "")
    form = CategoryForm()

    def save() -> str:
        mine = category_by_id(category_id)
        hold(mine, form)
        changed = refiling.change_category(mine, form.draft, by=actor(), now=clock.now())
        said(_l("Saved.") if changed else _l("Nothing changed."))
        return url_for("admin.category", category_id=category_id)

    return saved(form, page=page, save=save, version=lambda: row.version)


def _fresh(row: Category) -> CategoryForm:
    values = {name: getattr(row, name) for name in verbs.CategoryDraft.__dataclass_fields__}
    values |= {"priority": row.priority.value, "evidence": row.evidence.value}
    return CategoryForm(formdata=None, version=row.version, **values)


def _page(row: Category, form: EditForm, words: str) -> str:
    return render_template(
        "admin/category.html",
        category=row,
        form=form,
        message=words,
        switch=SwitchForm(formdata=None, version=row.version),
        history=queries.history("category", row.id),
    )


@bp.post("/categories/<int:category_id>/switch")
@requires(Can.CATALOGUE_EDIT)
def switch_category(category_id: int) -> Answer:
    """Retire it, or take it back into use."""
    form, row = SwitchForm(), category_by_id(category_id)

    def save() -> str:
        mine = category_by_id(category_id)
        hold(mine, form)
        act = verbs.restore_category if form.way.data == "restore" else verbs.retire_category
        act(mine, by=actor(), now=clock.now())
        said(_l("Saved."))
        return url_for("admin.category", category_id=category_id)

    return saved(form, page=lambda _form, words: _page(row, _fresh(row), words), save=save, version=lambda: row.version)


@bp.route("/categories/<int:category_id>/questions/new", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def new_question(category_id: int) -> Answer:
    """One more question."""
    row = category_by_id(category_id)

    def page(form: EditForm, words: str) -> str:
        return render_template("admin/question.html", category=row, question=None, form=form, message=words)

    if request.method == "GET":
        return page(QuestionForm(formdata=None, version=row.version, kind="text"), "")
    form = QuestionForm()

    def save() -> str:
        mine = category_by_id(category_id)
        hold(mine, form)
        verbs.add_question(mine, form.draft, by=actor(), now=clock.now())
        said(_l("The question was added."))
        return url_for("admin.category", category_id=category_id)

    return saved(form, page=page, save=save, version=lambda: row.version)


def _question(category_id: int, question_id: int) -> CategoryQuestion:
    row = db.session.get(CategoryQuestion, question_id)
    if row is None or row.category_id != category_id:
        raise NotFound(_l("There is no such question."))
    return row


@bp.route("/categories/<int:category_id>/questions/<int:question_id>", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def question(category_id: int, question_id: int) -> Answer:
    """One question."""
    row = category_by_id(category_id)
    if request.method == "GET" and db.session.get(CategoryQuestion, question_id) is None:
        return redirect(url_for("admin.category", category_id=category_id), 303)
    found = _question(category_id, question_id)

    def page(form: EditForm, words: str) -> str:
        return render_template("admin/question.html", category=row, question=found, form=form, message=words)

    if request.method == "GET":
        return page(QuestionForm(formdata=None, version=row.version, **question_values(found)), "")
    form = QuestionForm()

    def save() -> str:
        hold(category_by_id(category_id), form)
        mine = _question(category_id, question_id)
        changed = verbs.change_question(mine, form.draft, by=actor(), now=clock.now())
        said(_l("Saved.") if changed else _l("Nothing changed."))
        return url_for("admin.category", category_id=category_id)

    return saved(form, page=page, save=save, version=lambda: row.version)


@bp.post("/categories/<int:category_id>/questions/<int:question_id>/switch")
@requires(Can.CATALOGUE_EDIT)
def switch_question(category_id: int, question_id: int) -> Answer:
    """Ask it earlier, later, no more or again."""
    form, row = SwitchForm(), category_by_id(category_id)

    def save() -> str:
        hold(category_by_id(category_id), form)
        mine, way, now = _question(category_id, question_id), form.way.data, clock.now()
        if way in ("up", "down"):
            verbs.move_question(mine, up=way == "up", by=actor(), now=now)
        else:
            verbs.switch_question(mine, active=way == "restore", by=actor(), now=now)
        return url_for("admin.category", category_id=category_id)

    return saved(form, page=lambda _form, words: _page(row, _fresh(row), words), save=save, version=lambda: row.version)
