"""The forms of the page about a text: its body, its registration with the carriers, a try on a telephone."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired

from hotline.admin.forms.editing import EditForm
from hotline.web.forms import VerbForm, at_most

LONGEST_BODY = 1000


class WordingForm(EditForm):
    """The body with its placeholders."""

    body = TextAreaField(_l("Wording"), validators=[InputRequired(_l("Please fill this in.")), at_most(LONGEST_BODY)])


class RegisterForm(EditForm):
    """When and under which reference the carriers registered it; what else is wrong is said beside the reference."""

    place_of_date = place_of_week = "reference"
    registered_on = DateField(_l("Registered on"), validators=[InputRequired(_l("Please fill this in."))])
    reference = StringField(
        _l("Reference of the carriers"), validators=[InputRequired(_l("Please fill this in.")), at_most(80)]
    )


class TryForm(EditForm):
    """A number of one's own."""

    place_of_date = place_of_week = "to"
    to = StringField(_l("Mobile number"), validators=[InputRequired(_l("Please fill this in.")), at_most(20)])


class RestoreForm(VerbForm):
    """Which earlier version becomes a draft."""

    old = IntegerField(validators=[InputRequired()])
