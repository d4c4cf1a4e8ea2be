"""What every edit of the catalogue carries: version and key, and the step it is at: edit, preview, save."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field, HiddenField
from wtforms.validators import ValidationError
from wtforms.widgets import html_params

from hotline.catalogue.actions.policies import WRONG_TARGET
from hotline.catalogue.rules import read_target
from hotline.web.forms import VerbForm

NOT_CARRIED = {"csrf_token", "step"}
UNITS = (("wh", _l("working hours")), ("wd", _l("working days")), ("h", _l("hours, day and night")))
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class EditForm(VerbForm):
    """An edit that is looked at before it is saved. `step`: `preview`, `save`; anything else shows the form again.

    `place_of_date` and `place_of_week` name the field beside which a complaint about a date or the week is said.
    """

    step = HiddenField(default="preview")
    place_of_date, place_of_week = "on", "on"

    def place(self, name: str) -> str:
        """The field of this form that a complaint about `name` (a field, `tz`, `mon`, `2026-01-31`) belongs to."""
        if name in self:
            return name
        return self.place_of_date if _ISO_DATE.fullmatch(name) else self.place_of_week

    def complain(self, fields: Mapping[str, Any]) -> None:
        """Say what is wrong beside the fields it is about."""
        for name, sentence in fields.items():
            field = self[self.place(name)]
            if not field.errors:
                field.errors = [sentence]


def carried() -> list[tuple[str, str]]:
    """What was sent, to be sent again by the button of the preview."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED]


class TargetWidget:
    """A number and its unit, both under the field's name."""

    def __call__(self, field: TargetField, **kwargs: Any) -> Markup:
        """The two controls side by side."""
        number, unit = field.parts()
        kwargs.pop("class_", None)
        shared = {"name": field.name, **kwargs}
        box = html_params(**{"id": field.id, "class": "form-control", "type": "number", "value": number, **shared})
        options = Markup("").join(
            Markup("<option {}>{}</option>").format(Markup(html_params(value=code, selected=code == unit)), words)
            for code, words in UNITS
        )
        about = {"class": "form-select", "aria-label": _("%(field)s: unit", field=field.label.text)}
        select = html_params(**{"name": field.name, **about})
        return Markup('<span class="amount"><input {}><select {}>{}</select></span>').format(
            Markup(box), Markup(select), options
        )


class TargetField(Field):
    """A target such as `8wh`: a number and a unit in two controls of one name, or written in one."""

    widget = TargetWidget()

    def __init__(self, label: Any, *, may_be_empty: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.may_be_empty = may_be_empty

    def pre_validate(self, _form: Any) -> None:
        """Say what is wrong together with the other fields; the action would refuse it as well."""
        if self.data is None and self.may_be_empty:
            return
        try:
            read_target(self.data or "")
        except ValueError as error:
            raise ValidationError(str(WRONG_TARGET)) from error

    def process_formdata(self, valuelist: list[str]) -> None:
        """Put number and unit together; no number is no target."""
        if valuelist:
            words = [value.strip() for value in valuelist[:2]]
            self.data = "".join(words) if words[0] else None

    def parts(self) -> tuple[str, str]:
        """Number and unit as they were typed."""
        found = re.fullmatch(r"(.*?)(wh|wd|h)?", self.data or "", re.DOTALL)
        return (found[1], found[2] or "wh") if found else ("", "wh")
