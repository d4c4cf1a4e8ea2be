"""What the switchboard fills in: where a case goes, what it is, what the caller said."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional

from hotline.catalogue.models import Priority
from hotline.tickets.forms.parts import ReasonForm, required_text
from hotline.web.forms import VerbForm, at_most, chosen_from


class RouteForm(VerbForm):
    """Where the switchboard sends it."""

    department_id = chosen_from(_l("Unit"), _l("Please choose a unit."), type_ahead=True)
    reason = StringField(_l("Why there?"), validators=[Optional(), at_most(250)])


class ConfirmForm(VerbForm):
    """The switchboard's word that the question is a real one."""

    by_phone = BooleanField(_l("I have also asked it on the telephone just now"))
    note = StringField(_l("Note"), validators=[Optional(), at_most(500)])


class PhoneForm(VerbForm):
    """Who at the unit was told."""

    spoke_to = required_text(_l("Whom did you reach, what was agreed?"), 500)


class ClassifyForm(ReasonForm):
    """Another category or priority, and why."""

    category_id = chosen_from(_l("Category"), _l("Please choose a category."), type_ahead=True)
    priority = SelectField(
        _l("Priority"),
        choices=lambda: [(priority.value, priority.label) for priority in Priority],
        validators=[InputRequired(_l("Please choose a priority."))],
    )


class AttachForm(VerbForm):
    """The main case of the incident."""

    main_code = StringField(
        _l("Code of the main case"),
        validators=[DataRequired(_l("Please give the code of the main case, such as 26-0045127.")), at_most(20)],
    )


class ContactForm(VerbForm):
    """A status call."""

    summary = required_text(_l("What did the person ask, what did you tell them?"), 1000)
    awaits_reply = BooleanField(_l("The unit must still reply to this"))


class CorrectForm(ReasonForm):
    """The right number, and how one knows."""

    phone = StringField(
        _l("Right phone number"), validators=[DataRequired(_l("Please give the right phone number.")), at_most(40)]
    )
