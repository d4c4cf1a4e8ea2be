"""The form of a unit's duty number."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from hotline.web.forms import VerbForm, at_most


class DutyForm(VerbForm):
    """The number that somebody of the unit answers day and night."""

    duty_number = StringField(_l("Duty number"), validators=[Optional(), at_most(20)])
