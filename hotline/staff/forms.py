"""The sign-in form."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from hotline.web.forms import Form, at_most


class SignInForm(Form):
    """Address and password."""

    email = StringField(_l("E-mail"), validators=[InputRequired(_l("Please enter your e-mail.")), at_most(200)])
    password = PasswordField(
        _l("Password"), validators=[InputRequired(_l("Please enter your password.")), at_most(200)]
    )
    next = HiddenField()
