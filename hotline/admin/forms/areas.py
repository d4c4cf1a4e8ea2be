"""The forms of areas."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from wtforms import DateField, FieldList, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired

from hotline.admin.forms.editing import EditForm
from hotline.admin.forms.units import LEVELS, NEEDED
from hotline.catalogue.models import Level
from hotline.web.forms import at_most, number_or_nothing

MOST_AREAS = 8


class AreaForm(EditForm):
    """The name of an area, mended."""

    name_vi = StringField(_lp("catalogue", "Name"), validators=[DataRequired(NEEDED), at_most(120)])


class NewAreaForm(AreaForm):
    """An area that begins on a day."""

    code = StringField(_lp("catalogue", "Code"), validators=[DataRequired(NEEDED), at_most(16)])
    level = SelectField(_l("Level"), choices=LEVELS, default=Level.COMMUNE.value)
    parent_id = SelectField(_l("Part of"), coerce=number_or_nothing)
    valid_from = DateField(_l("Stands from"), validators=[InputRequired(_l("Please give a date."))])
    made_from = FieldList(SelectField(_l("Made from"), coerce=number_or_nothing), min_entries=MOST_AREAS)

    def offer(self, parents: list[Any], areas: list[Any]) -> None:
        """What it may be part of, and made from."""
        self.parent_id.choices = parents
        for entry in self.made_from:
            entry.choices = areas


class EndAreaForm(EditForm):
    """An area ends; others follow."""

    on = DateField(_l("From this day"), validators=[InputRequired(_l("Please give a date."))])
    successors = FieldList(SelectField(_l("Is now in"), coerce=number_or_nothing), min_entries=4)

    def offer(self, areas: list[Any]) -> None:
        """Where it may have gone."""
        for entry in self.successors:
            entry.choices = areas
