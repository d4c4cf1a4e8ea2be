"""The forms of people's accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional

from hotline import clock
from hotline.admin.forms.editing import EditForm
from hotline.admin.forms.units import NEEDED
from hotline.catalogue import queries as catalogue
from hotline.staff.accounts import PersonDraft
from hotline.staff.permissions import Role
from hotline.web.formats import local
from hotline.web.forms import at_most, number_or_nothing, offered


class PersonForm(EditForm):
    """Who somebody is here. An account has no version: `version` is the number of deeds done to it."""

    name = StringField(_l("Name"), validators=[DataRequired(NEEDED), at_most(120)])
    email = StringField(_l("E-mail"), validators=[DataRequired(NEEDED), at_most(200)])
    role = SelectField(_l("Role"), choices=[(role.value, role.label) for role in Role])
    department_id = SelectField(_l("Unit"), coerce=number_or_nothing)
    mobile = StringField(_l("Mobile number"), validators=[Optional(), at_most(20)])
    dial_number = StringField(_l("Number at the exchange"), validators=[Optional(), at_most(32)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department_id.choices = offered(catalogue.lasting_units(local(clock.now()).date()))

    @property
    def draft(self) -> PersonDraft:
        """What the form says."""
        texts = {name: self[name].data or "" for name in ("name", "email", "mobile", "dial_number")}
        return PersonDraft(**texts, role=Role(self.role.data), department_id=self.department_id.data)


class NewPersonForm(PersonForm):
    """Somebody new, with the password that the administrator hands over."""

    password = PasswordField(_l("First password"), validators=[InputRequired(NEEDED), at_most(200)])


class PasswordForm(EditForm):
    """A new password."""

    place_of_week = "password"
    password = PasswordField(_l("New password"), validators=[InputRequired(NEEDED), at_most(200)])


class AccountForm(EditForm):
    """Switch an account off or on."""

    way = SelectField(choices=[("disable", "disable"), ("enable", "enable")])
