"""The forms of categories and of their questions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from hotline.admin.forms.editing import EditForm, TargetField
from hotline.admin.forms.units import NEEDED
from hotline.catalogue.actions.categories import CategoryDraft, QuestionDraft
from hotline.catalogue.models import CategoryQuestion, Evidence, Priority, QuestionKind
from hotline.web.forms import at_most


class CategoryForm(EditForm):
    """What is said about a category."""

    name_vi = StringField(_l("Name in Vietnamese"), validators=[DataRequired(NEEDED), at_most(200)])
    name_en = StringField(_l("Name in English"), validators=[Optional(), at_most(200)])
    group_vi = StringField(_l("Field in Vietnamese"), validators=[DataRequired(NEEDED), at_most(120)])
    group_en = StringField(_l("Field in English"), validators=[Optional(), at_most(120)])
    priority = SelectField(_l("Priority"), choices=[(one.value, one.label) for one in Priority])
    first_response_target = TargetField(_l("First response"))
    resolve_target = TargetField(_l("Answer"))
    keywords_vi = StringField(_l("Words people use"), validators=[Optional(), at_most(500)])
    live_transfer = StringField(_l("Transfer the call to"), validators=[Optional(), at_most(15)])
    is_sensitive = BooleanField(_l("Sensitive: who called is hidden"))
    asks_procedure = BooleanField(_l("Asks for the procedure and the dossier"))
    evidence = SelectField(_l("An answer needs"), choices=[(one.value, one.label) for one in Evidence])
    script_vi = TextAreaField(_l("What the operator reads out, in Vietnamese"), validators=[Optional(), at_most(4000)])
    script_en = TextAreaField(_l("What the operator reads out, in English"), validators=[Optional(), at_most(4000)])

    @property
    def draft(self) -> CategoryDraft:
        """What the form says."""
        values: dict[str, Any] = {
            name: self[name].data or "" for name in CategoryDraft.__dataclass_fields__ if name in self
        }
        values |= {"priority": Priority(self.priority.data), "evidence": Evidence(self.evidence.data)}
        return CategoryDraft(**values | {name: bool(self[name].data) for name in ("is_sensitive", "asks_procedure")})


class NewCategoryForm(CategoryForm):
    """A category that does not exist yet."""

    code = StringField(_lp("catalogue", "Code"), validators=[DataRequired(NEEDED), at_most(32)])


class QuestionForm(EditForm):
    """What the operator asks."""

    name_vi = StringField(_l("Question in Vietnamese"), validators=[DataRequired(NEEDED), at_most(200)])
    name_en = StringField(_l("Question in English"), validators=[Optional(), at_most(200)])
    kind = SelectField(_l("How it is answered"), choices=[(one.value, one.label) for one in QuestionKind])
    choices = TextAreaField(_l("Choices, one a line"), validators=[Optional(), at_most(2000)])
    is_required = BooleanField(_l("Must be answered before saving"))

    @property
    def draft(self) -> QuestionDraft:
        """What the form says."""
        lines = tuple((self.choices.data or "").splitlines())
        kind, is_required = QuestionKind(self.kind.data), bool(self.is_required.data)
        return QuestionDraft(self.name_vi.data, self.name_en.data or "", kind, lines, is_required)


class SwitchForm(EditForm):
    """A press of a button: out of use, in use, up, down."""

    way = SelectField(choices=[(name, name) for name in ("retire", "restore", "up", "down")])


def question_values(row: CategoryQuestion) -> dict[str, object]:
    """What a fresh QuestionForm says about a question."""
    same = {name: getattr(row, name) for name in ("name_vi", "name_en", "is_required")}
    return same | {"kind": row.kind.value, "choices": "\n".join(row.choices)}
