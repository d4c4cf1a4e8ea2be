"""What is asked for a category, as fields of the intake form, and what was said, as the case keeps it."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from hotline.calls.forms import IntakeForm
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import CategoryQuestion, QuestionKind
from hotline.web.formats import day
from hotline.web.forms import at_most
from hotline.web.language import as_recorded

LONGEST_REPLY = 500
LONGEST_NUMBER = 20
PREFIX = "question_"
MUST_BE_ASKED = _l("Please ask this and fill in the answer.")
_NUMBER = re.compile(r"-?[0-9]+([., ][0-9]+)*")


def intake_form(category_id: int | None, *, is_fresh: bool = False) -> IntakeForm:
    """The intake form with the questions of this category; `is_fresh`: without what the request sent.

    Answers to questions of another category, sent by a page from before the change, are let pass and not kept.
    """
    questions = catalogue.questions_of(category_id) if category_id else []
    fields: dict[str, Any] = {_name(question): _field(question) for question in questions}
    if not is_fresh:
        others = [name for name in request.form if re.fullmatch(rf"{PREFIX}[0-9]{{1,10}}", name)]
        fields |= {name: StringField() for name in others if name not in fields}
    form = type("IntakeFormOfCategory", (IntakeForm,), fields)(**({"formdata": None} if is_fresh else {}))
    form.questions = list(questions)
    return form  # type: ignore[no-any-return]


def asked_fields(form: IntakeForm) -> list[Any]:
    """The fields of the questions, in order."""
    return [form[_name(question)] for question in form.questions]


def replies(form: IntakeForm) -> tuple[dict[str, str], ...]:
    """The questions that were answered, as they are worded today, each with what was said; in Vietnamese."""
    with as_recorded():
        said = [(question.name_vi, _reply(question, form[_name(question)].data)) for question in form.questions]
    return tuple({"question": asked, "reply": reply} for asked, reply in said if reply)


def _reply(question: CategoryQuestion, value: Any) -> str:
    if not value:
        return ""
    if question.kind is QuestionKind.YES_NO:
        return _("yes") if value == "yes" else _("no")
    return day(value) if question.kind is QuestionKind.DATE else str(value)


def _name(question: CategoryQuestion) -> str:
    return f"{PREFIX}{question.id}"


def _field(question: CategoryQuestion) -> Any:
    need = InputRequired(MUST_BE_ASKED) if question.is_required else Optional()
    if question.kind is QuestionKind.CHOICE:
        offered = [SelectChoice("", ""), *(SelectChoice(choice, choice) for choice in question.choices)]
        return SelectField(question.name, choices=offered, validators=[need])
    if question.kind is QuestionKind.YES_NO:
        offered = [SelectChoice("", ""), SelectChoice("yes", _("yes")), SelectChoice("no", _("no"))]
        return SelectField(question.name, choices=offered, validators=[need])
    if question.kind is QuestionKind.DATE:
        return DateField(question.name, validators=[need])
    if question.kind is QuestionKind.NUMBER:
        look = {"inputmode": "decimal", "autocomplete": "off"}
        limit = at_most(LONGEST_NUMBER)
        return StringField(question.name, validators=[need, limit, _is_number], render_kw=look)
    return StringField(question.name, validators=[need, at_most(LONGEST_REPLY)], render_kw={"autocomplete": "off"})


def _is_number(_form: Any, field: Any) -> None:
    if field.data and not _NUMBER.fullmatch(field.data):
        raise ValidationError(_("A number, such as 12 or 2,5."))
