"""Answer templates: what each says, where it fits, how it looks filled in; retired rather than deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import clock
from hotline.admin.forms.answering import ActiveForm, NewTemplateForm, TemplateForm
from hotline.admin.forms.editing import EditForm
from hotline.admin.views.editing import Answer, edited, said, saved
from hotline.admin.views.room import bp
from hotline.catalogue import answering
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import add_template, change_template, retire_template
from hotline.catalogue.actions.answering import template_draft_of
from hotline.catalogue.models import AnswerTemplate, Category, Department
from hotline.db import db
from hotline.errors import NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets.rules.answers import fields_in, filled_in
from hotline.web.access import requires
from hotline.web.formats import day, local
from hotline.web.forms import offered

PAGES = ("templates", "new_template", "template", "retire_template_of")


@bp.get("/templates")
@requires(Can.CATALOGUE_VIEW)
def templates() -> str:
    """All templates, those in use first."""
    return _list("")


@bp.route("/templates/new", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def new_template() -> Answer:
    """A template that does not exist yet."""
    if request.method == "GET":
        return _page(None, NewTemplateForm(formdata=None, version=0), "")
    form = NewTemplateForm()

    def page(form: EditForm, words: str) -> str:
        return _page(None, form, words)

    def save() -> str:
        add_template(form.code.data, form.draft, by=actor(), now=clock.now())
        said(_l("The template was added."))
        return url_for("admin.templates")

    return edited(_offered(form), page=page, preview=lambda: page(form, ""), save=save, version=lambda: 0)


@bp.route("/templates/<template_code>", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def template(template_code: str) -> Answer:
    """One template; an edit is in force at once, before and after stand in the audit."""
    row = _found(template_code)

    def page(form: EditForm, words: str) -> str:
        return _page(row, form, words)

    if request.method == "GET":
        return page(TemplateForm(formdata=None, version=row.version, **asdict(template_draft_of(row))), "")
    form = TemplateForm()

    def save() -> str:
        change_template(template_code, form.draft, version=form.version.data, by=actor(), now=clock.now())
        said(_l("Saved."))
        return url_for("admin.templates")

    return edited(
        _offered(form), page=page, preview=lambda: page(form, ""), save=save, version=lambda: _found(row.code).version
    )


@bp.post("/templates/<template_code>/retire")
@requires(Can.CATALOGUE_EDIT)
def retire_template_of(template_code: str) -> Answer:
    """Offer it no longer, or again."""
    form = ActiveForm()

    def save() -> str:
        active = form.active.data == "1"
        retire_template(template_code, version=form.version.data, active=active, by=actor(), now=clock.now())
        said(_l("The template is offered again.") if active else _l("The template was retired."))
        return url_for("admin.templates")

    return saved(form, page=lambda _form, words: _list(words), save=save, version=lambda: _found(template_code).version)


def _list(words: str) -> str:
    return render_template("admin/templates.html", rows=answering.all_templates(), fields_in=fields_in, message=words)


def _found(code: str) -> AnswerTemplate:
    found = db.session.scalar(select(AnswerTemplate).where(AnswerTemplate.code == code))
    if found is None:
        raise NotFound(_l("There is no such template."))
    return found


def _offered(form: TemplateForm) -> TemplateForm:
    """The form with its choices; a category or unit that ended stays chosen, else saving would widen the template."""
    today = local(clock.now()).date()
    form.category_id.choices = offered(_with(catalogue.active_categories(), Category, form.category_id.data))
    form.department_id.choices = offered(
        _with(catalogue.current_departments(today), Department, form.department_id.data)
    )
    return form


def _with(rows: Sequence[Any], table: type[Any], chosen_id: int | None) -> list[Any]:
    ended = None if chosen_id in (None, *(row.id for row in rows)) else db.session.get(table, chosen_id)
    return [*rows, *([ended] if ended else [])]


def _page(row: AnswerTemplate | None, form: EditForm, words: str) -> str:
    body = form["body"].data or ""
    return render_template(
        "admin/template.html",
        row=row,
        form=_offered(form),  # type: ignore[arg-type]
        message=words,
        example=filled_in(body, _example()),
        open_fields=[field for field in fields_in(body) if field.casefold() not in _example()],
        known_fields=list(_example()),
    )


def _example() -> dict[str, str]:
    """What a case puts in by itself, as an example."""
    return {
        "mã phản ánh": "26-0000019",
        "địa điểm": "trước số 12 đường Hùng Vương",
        "địa bàn": "Phường Trấn Biên",
        "lĩnh vực": "Mặt đường hư hỏng, ổ gà",
        "đơn vị": "Sở Xây dựng",
        "ngày tiếp nhận": day(clock.now()),
    }
