"""The forms of units: what is said about one, and what becomes of it on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from wtforms import DateField, FieldList, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional

from hotline.admin.forms.editing import EditForm
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import UnitDraft
from hotline.catalogue.actions.units import KINDS
from hotline.catalogue.models import Department, Level
from hotline.web.forms import at_most, number_or_nothing, offered

NEEDED = _l("Please fill this in.")
LEVELS = [(level.value, level.label) for level in Level]
MOST_OTHERS = 4


class NamedForm(EditForm):
    """What a unit is called."""

    name_vi = StringField(_l("Name in Vietnamese"), validators=[DataRequired(NEEDED), at_most(200)])
    name_en = StringField(_l("Name in English"), validators=[Optional(), at_most(200)])
    sms_name = StringField(_l("Name in texts"), validators=[DataRequired(NEEDED), at_most(25)])


class UnitForm(NamedForm):
    """A unit that stands or will."""

    level = SelectField(_l("Level"), choices=LEVELS)
    kind = SelectField(_l("Kind of unit"), choices=list(KINDS.items()))
    area_id = SelectField(_l("Area"), coerce=number_or_nothing)
    duty_number = StringField(_l("Duty number"), validators=[Optional(), at_most(20)])

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area_id.choices = offered(catalogue.current_areas(on))

    @property
    def draft(self) -> UnitDraft:
        """What the form says."""
        texts = {name: self[name].data or "" for name in ("name_vi", "name_en", "sms_name", "kind", "duty_number")}
        return UnitDraft(**texts, level=Level(self.level.data), area_id=self.area_id.data)


class NewUnitForm(UnitForm):
    """A unit that does not exist yet."""

    code = StringField(_lp("catalogue", "Code"), validators=[DataRequired(NEEDED), at_most(32)])
    valid_from = DateField(_l("Stands from"), validators=[InputRequired(_l("Please give a date."))])


class OnADay(EditForm):
    """Something that happens to a unit on a day."""

    on = DateField(_l("From this day"), validators=[InputRequired(_l("Please give a date."))])

    def offer(self, units: Iterable[Department]) -> None:
        """Fill in the units to choose from."""


class RenameForm(OnADay, NamedForm):
    """A new name from a day on."""

    place_of_week = "on"


class MergeForm(OnADay):
    """Units that become one: another that stands, or a new one."""

    also = FieldList(SelectField(_l("Ends as well"), coerce=number_or_nothing), min_entries=MOST_OTHERS)
    taker_id = SelectField(_l("Goes into"), coerce=number_or_nothing)
    code = StringField(_lp("catalogue", "Code"), validators=[Optional(), at_most(32)])
    name_vi = StringField(_l("Name in Vietnamese"), validators=[Optional(), at_most(200)])
    name_en = StringField(_l("Name in English"), validators=[Optional(), at_most(200)])
    sms_name = StringField(_l("Name in texts"), validators=[Optional(), at_most(25)])

    def offer(self, units: Iterable[Department]) -> None:
        """Every other unit may end as well, or take over."""
        choices = offered(units)
        self.taker_id.choices = choices
        for entry in self.also:
            entry.choices = choices


class DissolveForm(OnADay):
    """One unit ends; others take over."""

    taker_id = SelectField(
        _l("Takes over its open work"),
        coerce=number_or_nothing,
        validators=[InputRequired(_l("Please choose a unit."))],
    )
    others = FieldList(SelectField(_l("Takes over duties only"), coerce=number_or_nothing), min_entries=MOST_OTHERS)

    def offer(self, units: Iterable[Department]) -> None:
        """Every other unit may take over."""
        choices = offered(units)
        self.taker_id.choices = choices
        for entry in self.others:
            entry.choices = choices


class CallOffForm(EditForm):
    """Nothing to fill in."""
