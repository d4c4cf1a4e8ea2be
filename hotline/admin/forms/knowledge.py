"""The forms of the knowledge base: an entry as it is written, a question set aside, a file to be taken in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from flask_wtf.file import FileField
from wtforms import DateField, DateTimeLocalField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from hotline.admin.answer_sheets import YEARS
from hotline.admin.forms.editing import EditForm
from hotline.catalogue.actions.knowledge import FIELDS, LONGEST, AnswerDraft
from hotline.catalogue.models import AnswerKind
from hotline.web.formats import local, province_zone
from hotline.web.forms import Form, at_most, number_or_nothing
from hotline.web.row_ids import LARGEST_ID

MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
MOMENTS = ("begins_at", "ends_at")
FILL_IN = _l("Please fill this in.")
HOURS = _l("Please give a day and an hour, such as 2026-12-03T07:30.")
A_DAY = _l("Please give a date that exists, such as 2026-12-03.")


class _Day(DateField):
    """A date that may be left empty, with our sentence for what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; say it in our words when it cannot be read."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(A_DAY)) from error


class _Moment(DateTimeLocalField):
    """A day and an hour on the province's clock."""

    data: datetime | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; say it in our words when it cannot be read."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(HOURS)) from error
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(str(HOURS))


def _text(name: str, label: Any, *, area: bool = False, needed: bool = False, rows: int = 3) -> Any:
    checks = [InputRequired(FILL_IN) if needed else Optional(), at_most(LONGEST[name])]
    return TextAreaField(label, validators=checks, render_kw={"rows": rows}) if area else StringField(label, checks)


class AnswerForm(EditForm):
    """One entry. What is wrong with it as a whole is said beside the question."""

    place_of_date = place_of_week = "question"
    kind = RadioField(
        _lp("answers", "Kind"),
        choices=[SelectChoice(kind.value, kind.label) for kind in AnswerKind],
        default=AnswerKind.QUESTION.value,
    )
    question = _text("question", _l("Question, or what the notice is about"), area=True, needed=True, rows=2)
    answer = _text("answer", _l("Answer, as it is read out"), area=True, needed=True, rows=7)
    keywords = _text("keywords", _l("Other words by which it is looked for"))
    fees = _text("fees", _l("Fees"))
    papers = _text("papers", _l("Papers needed"), area=True)
    address = _text("address", _l("Where to go"))
    source = _text("source", _lp("answers", "Source"))
    category_id = SelectField(_l("Category"), coerce=number_or_nothing)
    area_id = SelectField(_l("Area"), coerce=number_or_nothing)
    department_id = SelectField(_l("Unit that owns it"), coerce=number_or_nothing)
    valid_until_on = _Day(_l("Valid until"), validators=[Optional()])
    review_on = _Day(_l("To be looked through on"), validators=[Optional()])
    begins_at = _Moment(_l("Holds from"), format=MINUTES, validators=[Optional()])
    ends_at = _Moment(_l("Holds until"), format=MINUTES, validators=[Optional()])
    missing_id = IntegerField(widget=HiddenInput(), validators=[Optional(), NumberRange(1, LARGEST_ID)])

    @property
    def draft(self) -> AnswerDraft:
        """What is typed, with hours as instants; also readable while something is wrong."""
        typed: dict[str, Any] = {name: self[name].data for name in FIELDS}
        typed["kind"] = AnswerKind.NOTICE if typed["kind"] == AnswerKind.NOTICE.value else AnswerKind.QUESTION
        for name in MOMENTS:
            typed[name] = instant(typed[name])
        for name in LONGEST:
            typed[name] = (typed[name] or "").replace("\r\n", "\n")  # as a browser sends lines
        return AnswerDraft(**typed)


def typed(draft: AnswerDraft) -> dict[str, Any]:
    """The fields of the form that say what `draft` says."""
    values = {name: getattr(draft, name) for name in FIELDS} | {"kind": draft.kind.value}
    for name in MOMENTS:
        values[name] = local(values[name]).replace(tzinfo=None) if values[name] else None
    return values


def instant(there: datetime | None) -> datetime | None:
    """What the province's clock shows, as an instant."""
    return there.replace(tzinfo=province_zone()).astimezone(UTC) if there else None


class SwitchForm(EditForm):
    """Nothing to fill in: an entry still holds, is retired or shown again."""

    place_of_date = place_of_week = "version"


class SetAsideForm(EditForm):
    """Why a question gets no answer."""

    place_of_date = place_of_week = "because"
    because = StringField(_l("Why there will be no answer"), validators=[InputRequired(FILL_IN), at_most(300)])


class SheetForm(Form):
    """A CSV file with entries."""

    file = FileField(_l("CSV file"), render_kw={"accept": ".csv,text/csv"})
