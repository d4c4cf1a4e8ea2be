"""What a unit's people fill in: the answer, a return, a question, a hold, an extension, who works on it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import InputRequired, Optional

from hotline.tickets.forms.parts import ReasonForm, days_field, required_text
from hotline.tickets.models import LONGEST_CONTENT
from hotline.web.forms import VerbForm, at_most, chosen_from


class ReturnForm(ReasonForm):
    """Wrong door: why, and whose door it is."""

    proposed_department_id = chosen_from(_l("Which unit is responsible?"), _l("Please choose a unit."), type_ahead=True)


class AssignForm(VerbForm):
    """Who works on it."""

    assignee_id = chosen_from(_l("Person"), _l("Please choose a person."))


class AskForm(VerbForm):
    """What the citizen is asked, how, and how long to wait."""

    question = required_text(_l("Question to the person who reported"), 1000)
    by_phone = BooleanField(_l("I have asked on the telephone just now (no text is sent)"))
    days = days_field(_l("Wait for how many working days at most?"))


class HoldForm(ReasonForm):
    """What the unit waits for, and how many working days at most."""

    days = days_field(_l("For how many working days at most?"))


class ExtendForm(ReasonForm):
    """More time: until the end of which working day, and why."""

    until_on = DateField(
        _l("New date for the answer"),
        validators=[InputRequired(_l("Please give a date that exists, such as 2026-12-03."))],
    )


class GrantForm(VerbForm):
    """Granting needs no reason, but may carry a word."""

    reason = StringField(_l("Note"), validators=[Optional(), at_most(500)])


class InvolveForm(VerbForm):
    """Which unit is asked for its part, what exactly, and until the end of which working day."""

    department_id = chosen_from(_l("Which unit should contribute?"), _l("Please choose a unit."), type_ahead=True)
    question = required_text(_l("What should it check, do or tell you?"))
    due_on = DateField(
        _l("Until the end of"),
        validators=[InputRequired(_l("Please give a date that exists, such as 2026-12-03."))],
    )


class ContributeForm(VerbForm):
    """The asked unit's part."""

    report = required_text(_l("What your unit found or did; the lead unit puts it into the answer"), LONGEST_CONTENT)


class ReleaseForm(ReasonForm):
    """Whose part is done without, and why."""

    task_id = chosen_from(_l("Which contribution?"), _l("Please choose a contribution."))
