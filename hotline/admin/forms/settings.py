"""The form of the province's settings: a field for each, in groups, with what it is for."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from hotline.admin.forms.editing import EditForm
from hotline.catalogue.settings import Province
from hotline.web.forms import at_most

LONGEST_LIST = 10_000
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_l("Names and addresses"), ("name_vi", "name_en", "brand", "phone", "host")),
    (
        _l("Text messages"),
        (
            *("texts_style", "texts_begin_hour", "texts_end_hour", "routing_grace_minutes"),
            *("texts_a_minute", "texts_a_number_a_day", "segments_a_day", "segment_price_dong"),
            *("lease_seconds", "receipt_hours"),
        ),
    ),
    (
        _l("Ratings"),
        (
            *("rating_days", "edit_hours", "reminder_after_hours", "invitations_a_day", "invitations_a_month"),
            *("rates_by_call", "call_back_working_days", "sample_a_unit_a_month", "fewest_ratings_to_rank"),
        ),
    ),
    (_l("Offices and tests"), ("office_networks", "test_numbers")),
)
HINTS: dict[str, Any] = {
    "name_vi": _l("At the head of every page and letter."),
    "brand": _l("The sender of all texts, as the carriers registered it; it stands in every text."),
    "phone": _l("The number that citizens dial."),
    "host": _l("The only address that texts may lead to; registered with the carriers together with their wording."),
    "texts_style": _l("With diacritics a text costs two segments instead of one. Each style has wordings of its own."),
    "texts_begin_hour": _l("Earlier in the day only what answers the citizen's own call leaves."),
    "texts_end_hour": _l("What is due later waits for the next morning."),
    "routing_grace_minutes": _l("Received and sent to a unit are one text when the second follows so soon."),
    "texts_a_minute": _l("For the whole province, as the contract with the carriers allows."),
    "texts_a_number_a_day": _l("More than this no person gets on one day."),
    "segments_a_day": _l("The budget: when it is used up, the rest waits for the next day."),
    "segment_price_dong": _l("Only for the sums that are shown; nothing is charged by it."),
    "lease_seconds": _l("A sender that has not come back after so long counts as lost; its text is looked for first."),
    "receipt_hours": _l("After so long without a receipt a text is shown as sent, delivery unknown."),
    "rating_days": _l("How long the link to rate works, and a case can be reopened through it."),
    "edit_hours": _l("How long people may change what they said; then it counts."),
    "reminder_after_hours": _l("One reminder, after so long without a rating."),
    "invitations_a_day": _l("More invitations than this nobody gets within 24 hours."),
    "invitations_a_month": _l("Nor more than this within 30 days."),
    "rates_by_call": _l("Invitations then add “or call”; it needs the voice menu of the switchboard."),
    "call_back_working_days": _l("How soon somebody calls an unhappy person back."),
    "sample_a_unit_a_month": _l("How many of each unit's cases without a text are asked about by telephone."),
    "fewest_ratings_to_rank": _l("With fewer ratings a unit is listed, not ranked."),
    "office_networks": _l("One network a line, such as 10.20.0.0/16. Ratings that come from there are looked at."),
    "test_numbers": _l("One number a line. They belong to us, so nobody is asked to rate there."),
}


def _text(label: Any, most: int) -> StringField:
    return StringField(label, validators=[InputRequired(), at_most(most)])


def _number(label: Any) -> IntegerField:
    return IntegerField(label, validators=[InputRequired()])


def _lines(label: Any) -> TextAreaField:
    return TextAreaField(label, validators=[at_most(LONGEST_LIST)])


class SettingsForm(EditForm):
    """Every field of `Province`, by its name there."""

    name_vi = _text(_l("Name in Vietnamese"), 120)
    name_en = _text(_l("Name in English"), 120)
    brand = _text(_l("Sender of the texts"), 20)
    phone = _text(_l("Number of the hotline"), 20)
    host = _text(_l("Address in the texts"), 80)
    texts_style = SelectField(
        _l("Style of the texts"),
        choices=[("plain", _l("Plain, without diacritics")), ("diacritics", _l("With diacritics"))],
    )
    texts_begin_hour = _number(_l("Citizens are texted from (hour)"))
    texts_end_hour = _number(_l("until (hour)"))
    routing_grace_minutes = _number(_l("Minutes to wait for the unit"))
    texts_a_minute = _number(_l("Texts a minute"))
    texts_a_number_a_day = _number(_l("Texts a day to one number"))
    segments_a_day = _number(_l("Segments a day"))
    segment_price_dong = _number(_l("Price of a segment (đồng)"))
    lease_seconds = _number(_l("Seconds until a sender counts as lost"))
    receipt_hours = _number(_l("Hours to wait for a receipt"))
    rating_days = _number(_l("Days to rate and reopen"))
    edit_hours = _number(_l("Hours to change a rating"))
    reminder_after_hours = _number(_l("Hours until the reminder"))
    invitations_a_day = _number(_l("Invitations a day to one number"))
    invitations_a_month = _number(_l("Invitations in 30 days to one number"))
    rates_by_call = BooleanField(_l("One can also rate by calling the hotline"))
    call_back_working_days = _number(_l("Working days to call back"))
    sample_a_unit_a_month = _number(_l("Calls a month for each unit"))
    fewest_ratings_to_rank = _number(_l("Fewest ratings to be ranked"))
    office_networks = _lines(_l("Networks of the offices"))
    test_numbers = _lines(_l("Test numbers"))

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, lines as lists."""
        found = {name: self[name].data for name in HINTS.keys() | {"name_en"}}
        for name in ("office_networks", "test_numbers"):
            found[name] = tuple(line.strip() for line in (found[name] or "").splitlines() if line.strip())
        found["host"] = str(found["host"]).lower()
        return found


def settings_values(house: Province) -> dict[str, Any]:
    """What the form begins with."""
    values = {name: getattr(house, name) for name in HINTS.keys() | {"name_en"}}
    return values | {name: "\n".join(values[name]) for name in ("office_networks", "test_numbers")}


def as_written(name: str, value: Any) -> str:
    """A value as people read it, for “as delivered” and for what it was before."""
    if isinstance(value, bool):
        return str(_l("yes") if value else _l("no"))
    if isinstance(value, list | tuple):
        return ", ".join(value) or "–"
    if name == "texts_style":
        return str(_l("With diacritics") if value == "diacritics" else _l("Plain, without diacritics"))
    return str(value)
