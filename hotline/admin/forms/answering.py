"""The forms of answer templates and of the directory of who is responsible elsewhere."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from hotline.admin.forms.editing import EditForm
from hotline.catalogue.actions import AuthorityDraft, TemplateDraft
from hotline.web.forms import at_most, number_or_nothing

LONGEST_TEMPLATE = 8000
MISSING = _l("Please fill this in.")


class TemplateForm(EditForm):
    """An answer with fields in square brackets, and where it fits."""

    title = StringField(_l("Title"), validators=[DataRequired(MISSING), at_most(120)])
    category_id = SelectField(
        _l("Category"), coerce=number_or_nothing, validators=[Optional()], render_kw={"data-combobox": True}
    )
    department_id = SelectField(
        _l("Unit"), coerce=number_or_nothing, validators=[Optional()], render_kw={"data-combobox": True}
    )
    body = TextAreaField(
        _l("Text of the template"),
        validators=[DataRequired(MISSING), at_most(LONGEST_TEMPLATE)],
        render_kw={"rows": 12, "maxlength": LONGEST_TEMPLATE},
    )

    @property
    def draft(self) -> TemplateDraft:
        """What was filled in."""
        body = self.body.data.replace("\r\n", "\n")
        return TemplateDraft(self.title.data, body, self.category_id.data, self.department_id.data)


class NewTemplateForm(TemplateForm):
    """The same, with the code it will have."""

    code = StringField(_lp("catalogue", "Code"), validators=[DataRequired(MISSING), at_most(32)])


class AuthorityForm(EditForm):
    """Who is responsible for what, how to reach them, and what the citizen is told."""

    name_vi = StringField(_l("Name in Vietnamese"), validators=[DataRequired(MISSING), at_most(200)])
    name_en = StringField(_l("Name in English"), validators=[Optional(), at_most(200)])
    responsible_for_vi = StringField(
        _l("Responsible for, in Vietnamese"), validators=[DataRequired(MISSING), at_most(500)]
    )
    responsible_for_en = StringField(_l("Responsible for, in English"), validators=[Optional(), at_most(500)])
    phone = StringField(_l("Telephone"), validators=[Optional(), at_most(40)])
    address = StringField(_l("Address"), validators=[Optional(), at_most(300)])
    website = StringField(_l("Website"), validators=[Optional(), at_most(200)])
    hours = StringField(_l("Opening hours"), validators=[Optional(), at_most(120)])
    guidance_vi = TextAreaField(
        _l("What the person is told, in Vietnamese"),
        validators=[DataRequired(MISSING), at_most(4000)],
        render_kw={"rows": 5, "maxlength": 4000},
    )

    @property
    def draft(self) -> AuthorityDraft:
        """What was filled in."""
        said = {name: self[name].data or "" for name in AuthorityDraft.__dataclass_fields__}
        return AuthorityDraft(**said | {"guidance_vi": said["guidance_vi"].replace("\r\n", "\n")})


class NewAuthorityForm(AuthorityForm):
    """The same, with the code it will have."""

    code = StringField(_lp("catalogue", "Code"), validators=[DataRequired(MISSING), at_most(32)])


class ActiveForm(EditForm):
    """Retire something, or bring it back (`active` is 1)."""

    place_of_week = "version"
    active = HiddenField(default="")
