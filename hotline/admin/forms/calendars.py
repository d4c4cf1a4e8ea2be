"""Forms of working calendars: one day, a normal week, a swap of days, days that a library suggests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from wtforms import DateField, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from hotline.admin.forms.editing import EditForm
from hotline.catalogue import rules
from hotline.catalogue.models import Calendar
from hotline.catalogue.suggestions import MAKE_UP, Suggestion, swapped_names
from hotline.shifts import FIRST_YEAR, LAST_YEAR
from hotline.web.forms import at_most
from hotline.worktime import WEEKDAYS, DayKind

Edited = tuple[dict[str, Any], dict[str, Any]]  # definition and names of days
LONGEST_SHIFTS = 120
WEEK_SHIFTS = "07:30-11:30, 13:00-17:00"


def _date(label: Any) -> DateField:
    return DateField(label, validators=[InputRequired(_l("Please give a date that exists, such as 2026-12-03."))])


def _name(label: Any) -> StringField:
    return StringField(label, validators=[at_most(80)])


def _shifts(label: Any) -> StringField:
    return StringField(label, validators=[Optional(), at_most(LONGEST_SHIFTS)])


def refuse_far_dates(field: DateField) -> None:
    """Raise ValidationError for a date in a year that working time does not know."""
    if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(
            _("Working time is known from %(first)s to %(last)s only.", first=FIRST_YEAR, last=LAST_YEAR)
        )


class DayForm(EditForm):
    """One date: off with a name, worked in shifts of its own, or what its weekday is."""

    place_of_date = "shifts"
    on = _date(_l("Date"))
    kind = RadioField(
        _l("This day is"),
        choices=[
            SelectChoice("off", _l("a day off")),
            SelectChoice("worked", _l("an extra working day")),
            SelectChoice("normal", _l("as its weekday")),
        ],
        default="off",
    )
    name_vi = _name(_l("Name in Vietnamese"))
    name_en = _name(_l("Name in English"))
    shifts = _shifts(_l("Shifts, if it is worked"))

    def validate_on(self, field: DateField) -> None:
        """The year must be one that is known."""
        refuse_far_dates(field)

    def validate_name_vi(self, field: StringField) -> None:
        """A day off says why."""
        if self.kind.data == "off" and not field.data:
            raise ValidationError(_("Please say why this day is off."))

    def validate_name_en(self, field: StringField) -> None:
        """In both languages."""
        if self.kind.data == "off" and not field.data:
            raise ValidationError(_("Please give the English name, too."))

    def edited(self, row: Calendar) -> Edited:
        """The definition with this day. Raises CalendarError for shifts that cannot be read."""
        on, key = self.on.data, self.on.data.isoformat()
        names = {day: name for day, name in row.day_names.items() if day != key}
        if self.kind.data == "normal":
            return rules.with_normal_day(row.definition, on), names
        if self.kind.data == "off":
            return rules.with_day_off(row.definition, on), {**names, key: _names(self.name_vi, self.name_en)}
        shifts = rules.read_shifts(self.shifts.data or "", key)
        names[key] = _names(self.name_vi, self.name_en, MAKE_UP)
        return rules.with_extra_day(row.definition, on, shifts), names


class SwapForm(EditForm):
    """A swap that the government announced: one day off, another worked instead."""

    place_of_date = "worked_on"
    on = _date(_l("Day off"))
    name_vi = _name(_l("Name in Vietnamese"))
    name_en = _name(_l("Name in English"))
    worked_on = _date(_l("Worked instead"))
    shifts = _shifts(_l("Shifts of the day worked"))

    def validate_on(self, field: DateField) -> None:
        """The year must be one that is known."""
        refuse_far_dates(field)

    def validate_worked_on(self, field: DateField) -> None:
        """The year must be one that is known."""
        refuse_far_dates(field)

    def edited(self, row: Calendar) -> Edited:
        """The definition with both days; that one date is not both is for the calendar to say (R12)."""
        off, worked = self.on.data, self.worked_on.data
        plain = rules.with_day_off(row.definition, off)
        if worked != off:
            plain = rules.with_normal_day(plain, worked)
        shifts = rules.read_shifts(self.shifts.data or "", worked.isoformat())
        plain["extra_working_days"][worked.isoformat()] = shifts
        swapped = swapped_names(f"{worked:%d/%m}")
        names = {**row.day_names, off.isoformat(): _names(self.name_vi, self.name_en, swapped)}
        return plain, {**names, worked.isoformat(): MAKE_UP}


class WeekForm(EditForm):
    """Names, time zone and the shifts of a normal week; an empty weekday is free."""

    place_of_date, place_of_week = "mon", "mon"
    name_vi = StringField(_l("Name in Vietnamese"), validators=[DataRequired(_l("Please fill this in.")), at_most(200)])
    name_en = StringField(_l("Name in English"), validators=[DataRequired(_l("Please fill this in.")), at_most(200)])
    tz = StringField(_l("Time zone"), validators=[DataRequired(_l("Please fill this in.")), at_most(60)])
    mon = _shifts(_l("Monday"))
    tue = _shifts(_l("Tuesday"))
    wed = _shifts(_l("Wednesday"))
    thu = _shifts(_l("Thursday"))
    fri = _shifts(_l("Friday"))
    sat = _shifts(_l("Saturday"))
    sun = _shifts(_l("Sunday"))

    @property
    def names(self) -> tuple[str, str]:
        """The names of the calendar."""
        return self.name_vi.data, self.name_en.data

    def edited(self, row: Calendar | None) -> Edited:
        """The definition with this week. Raises CalendarError for shifts that cannot be read."""
        weekly = {day: rules.read_shifts(self[day].data or "", day) for day in WEEKDAYS}
        definition = rules.with_week(row.definition if row else {}, tz=self.tz.data, weekly=weekly)
        return definition, dict(row.day_names) if row else {}


class NewCalendarForm(WeekForm):
    """A calendar that does not exist yet."""

    code = StringField(_lp("catalogue", "Code"), validators=[DataRequired(_l("Please fill this in.")), at_most(32)])


class SuggestionsForm(EditForm):
    """Which of the suggested days are confirmed: none is ticked by itself."""

    place_of_date, place_of_week = "days", "days"
    year = IntegerField(widget=HiddenInput(), validators=[InputRequired(), NumberRange(FIRST_YEAR, LAST_YEAR)])
    days = SelectMultipleField(_l("Confirmed days"), option_widget=CheckboxInput(), widget=ListWidget())

    def validate_days(self, field: SelectMultipleField) -> None:
        """Nothing ticked changes nothing."""
        if not field.data:
            raise ValidationError(_("Please tick the days that you confirm."))

    def edited(self, row: Calendar, offered: Mapping[str, Suggestion]) -> Edited:
        """The definition with the confirmed days; make-up days have the shifts of the week's first working day."""
        plain, names = dict(row.definition), dict(row.day_names)
        for key in self.days.data:
            one = offered[key]
            names[key] = {"vi": one.name_vi, "en": one.name_en}
            if one.worked:
                plain = rules.with_extra_day(plain, one.on, usual_shifts(row))
            else:
                plain = rules.with_day_off(plain, one.on)
        return plain, names


def usual_shifts(row: Calendar) -> list[list[str]]:
    """The shifts of the first working day of a normal week."""
    weekly = row.definition["weekly"]
    return next((weekly[day] for day in WEEKDAYS if weekly.get(day)), [])


def _names(name_vi: StringField, name_en: StringField, otherwise: Mapping[str, str] | None = None) -> dict[str, str]:
    spoken = otherwise or {}
    return {"vi": name_vi.data or spoken.get("vi", ""), "en": name_en.data or spoken.get("en", "")}


def day_values(row: Calendar, on: date, kind: DayKind) -> dict[str, Any]:
    """What a fresh DayForm says about a date as it stands."""
    names = row.day_names.get(on.isoformat(), {})
    shifts = row.definition["extra_working_days"].get(on.isoformat()) or usual_shifts(row)
    return {
        "on": on,
        "kind": {DayKind.HOLIDAY: "off", DayKind.EXTRA: "worked", DayKind.FREE: "worked"}.get(kind, "off"),
        "name_vi": names.get("vi", ""),
        "name_en": names.get("en", ""),
        "shifts": rules.shifts_text(shifts),
    }


def week_values(row: Calendar | None) -> dict[str, Any]:
    """What a fresh WeekForm says: the week as it stands, or office hours for a new calendar."""
    if row is None:
        return {"tz": "Asia/Ho_Chi_Minh", **dict.fromkeys(WEEKDAYS[:5], WEEK_SHIFTS)}
    weekly = row.definition["weekly"]
    shown = {day: rules.shifts_text(weekly.get(day, [])) for day in WEEKDAYS}
    return {"tz": row.definition["tz"], "name_vi": row.name_vi, "name_en": row.name_en, **shown}
