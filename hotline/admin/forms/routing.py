"""The form of a routing rule, its moves, and the box in which rules are tried out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from hotline import clock
from hotline.admin.forms.editing import EditForm
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import RuleDraft
from hotline.catalogue.models import Hours, RoutingRule
from hotline.tickets.models import CallerKind
from hotline.web.formats import local, province_zone
from hotline.web.forms import Form, at_most, chosen_from, number_or_nothing, offered

COMMITTEE = "UBND-*"
BOX = 2_000
_BETWEEN = re.compile(r"[,;\n]")


def unit_choices() -> list[SelectChoice]:
    """Where a rule can lead: the committee of the area, the switchboard, each unit of today."""
    today = local(clock.now()).date()
    units = [catalogue.switchboard(today), *catalogue.current_departments(today)]
    return [
        SelectChoice("", ""),
        SelectChoice(COMMITTEE, _("People's Committee of the area")),
        *(SelectChoice(unit.code, unit.name) for unit in units),
    ]


class RuleForm(EditForm):
    """All that a rule says."""

    place_of_week = "category_id"
    category_id = SelectField(_l("Category"), coerce=number_or_nothing, render_kw={"data-combobox": True})
    area_id = SelectField(_l("Commune or ward"), coerce=number_or_nothing, render_kw={"data-combobox": True})
    caller_kind = SelectField(_l("Who asks"), coerce=lambda value: value or None)
    keywords = TextAreaField(_l("Keywords"), validators=[at_most(BOX)], render_kw={"rows": 3})
    hours = SelectField(_l("When"), choices=lambda: [(one.value, one.label) for one in Hours])
    destination = SelectField(
        _l("Responsible unit"),
        validators=[InputRequired(_l("Please choose the unit that is responsible."))],
        render_kw={"data-combobox": True},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = local(clock.now()).date()
        self.category_id.choices = [SelectChoice("", _("any")), *offered(catalogue.active_categories())[1:]]
        self.area_id.choices = [SelectChoice("", _("any")), *offered(catalogue.current_areas(today))[1:]]
        self.caller_kind.choices = [
            SelectChoice("", _("any")),
            *(SelectChoice(kind.value, kind.label) for kind in CallerKind),
        ]
        self.destination.choices = unit_choices()

    @property
    def draft(self) -> RuleDraft:
        """What the form says."""
        words = (" ".join(part.split()) for part in _BETWEEN.split(self.keywords.data or ""))
        is_committee = self.destination.data == COMMITTEE
        return RuleDraft(
            category_id=self.category_id.data,
            area_id=self.area_id.data,
            caller_kind=self.caller_kind.data,
            keywords=tuple(dict.fromkeys(word for word in words if word)),
            hours=Hours(self.hours.data),
            department_code=None if is_committee else self.destination.data or None,
            to_area_committee=is_committee,
        )


class MoveRuleForm(EditForm):
    """To the other side of another rule."""

    place_of_week = "version"
    past = HiddenField(validators=[InputRequired(), at_most(32)])


def rule_values(row: RoutingRule) -> dict[str, Any]:
    """What a fresh RuleForm says about a rule as it stands."""
    return {
        "category_id": row.category_id,
        "area_id": row.area_id,
        "caller_kind": row.caller_kind,
        "keywords": ", ".join(row.keywords),
        "hours": row.hours.value,
        "destination": COMMITTEE if row.to_area_committee else row.department_code,
    }


class TryForm(Form):
    """A case that does not exist, to see which rule would decide it."""

    content = TextAreaField(_l("What is reported?"), validators=[at_most(BOX)], render_kw={"rows": 4})
    category_id = chosen_from(_l("Category"), _l("Please choose a category."), type_ahead=True)
    area_id = SelectField(_l("Commune or ward"), coerce=number_or_nothing, render_kw={"data-combobox": True})
    caller_kind = SelectField(
        _l("Who is calling?"), choices=lambda: [SelectChoice(kind.value, kind.label) for kind in CallerKind]
    )
    at = DateTimeLocalField(
        _l("Time of the call"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], validators=[Optional()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category_id.choices = offered(catalogue.active_categories())
        self.area_id.choices = offered(catalogue.current_areas(local(clock.now()).date()))

    def moment(self, now: datetime) -> datetime:
        """The time of the call (with its zone), `now` when none was given."""
        return self.at.data.replace(tzinfo=province_zone()) if self.at.data else now
