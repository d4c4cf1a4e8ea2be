"""Forms of the verbs: one small form each, all with version and idempotency key."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from hotline.catalogue.models import Priority
from hotline.tickets.models import LONGEST_CONTENT, Ticket
from hotline.web.forms import VerbForm, at_most, chosen_from


def _required(label: object, longest: int = 2000) -> TextAreaField:
    return TextAreaField(
        label,
        validators=[
            DataRequired(_l("Please fill this in.")),
            at_most(longest),
        ],
        render_kw={"rows": 3, "maxlength": longest},
    )


class AcceptForm(VerbForm):
    """Accept has nothing to fill in."""


class ReasonForm(VerbForm):
    """A verb that must say why."""

    reason = _required(_l("Reason"))


class ReturnForm(ReasonForm):
    """Wrong door: why, and whose door it is."""

    proposed_department_id = chosen_from(_l("Which unit is responsible?"), _l("Please choose a unit."), type_ahead=True)


class RouteForm(VerbForm):
    """Where the switchboard sends it."""

    department_id = chosen_from(_l("Unit"), _l("Please choose a unit."), type_ahead=True)
    reason = StringField(_l("Why there?"), validators=[Optional(), at_most(250)])


class AssignForm(VerbForm):
    """Who works on it."""

    assignee_id = chosen_from(_l("Person"), _l("Please choose a person."))


def _days(label: object) -> IntegerField:
    return IntegerField(
        label,
        default=5,
        validators=[
            InputRequired(_l("Please fill this in.")),
            NumberRange(1, 10, message=_l("Between %(min)d and %(max)d working days.")),
        ],
        render_kw={"min": 1, "max": 10},
    )


class AskForm(VerbForm):
    """What the citizen is asked, how, and how long to wait."""

    question = _required(_l("Question to the person who reported"), 1000)
    by_phone = BooleanField(_l("I have asked on the telephone just now (no text is sent)"))
    days = _days(_l("Wait for how many working days at most?"))


class ConfirmForm(VerbForm):
    """The switchboard's word that the question is a real one."""

    by_phone = BooleanField(_l("I have also asked it on the telephone just now"))
    note = StringField(_l("Note"), validators=[Optional(), at_most(500)])


class HoldForm(ReasonForm):
    """What the unit waits for, and how many working days at most."""

    days = _days(_l("For how many working days at most?"))


class ExtendForm(ReasonForm):
    """More time: until the end of which working day, and why."""

    until_on = DateField(
        _l("New date for the answer"),
        validators=[InputRequired(_l("Please give a date that exists, such as 2026-12-03."))],
    )


class GrantForm(VerbForm):
    """Granting needs no reason, but may carry a word."""

    reason = StringField(_l("Note"), validators=[Optional(), at_most(500)])


class PhoneForm(VerbForm):
    """Who at the unit was told."""

    spoke_to = _required(_l("Whom did you reach, what was agreed?"), 500)


class ClassifyForm(ReasonForm):
    """Another category or priority, and why."""

    category_id = chosen_from(_l("Category"), _l("Please choose a category."), type_ahead=True)
    priority = SelectField(
        _l("Priority"),
        choices=lambda: [(priority.value, priority.label) for priority in Priority],
        validators=[InputRequired(_l("Please choose a priority."))],
    )


class AttachForm(VerbForm):
    """The main case of the incident."""

    main_code = StringField(
        _l("Code of the main case"),
        validators=[DataRequired(_l("Please give the code of the main case, such as 26-0045127.")), at_most(20)],
    )


class ResumeForm(VerbForm):
    """What came back."""

    note = _required(_l("What did they say, or what has changed?"))


class AnswerForm(VerbForm):
    """The answer the citizen will read."""

    body = _required(_l("Answer to the person who reported"), LONGEST_CONTENT)


class GuidanceForm(VerbForm):
    """Why not here, and where to go instead."""

    guidance = _required(_l("Reason, and where to go instead"), 4000)


class NoteForm(VerbForm):
    """An internal note, which may say that the person who reported was called."""

    note = _required(_l("Note, seen by staff only"), 4000)
    reached = BooleanField(_l("I have spoken to the person who reported (counts as the first response)"))


class ContactForm(VerbForm):
    """A status call."""

    summary = _required(_l("What did the person ask, what did you tell them?"), 1000)
    awaits_reply = BooleanField(_l("The unit must still reply to this"))


class CorrectForm(ReasonForm):
    """The right number, and how one knows."""

    phone = StringField(
        _l("Right phone number"), validators=[DataRequired(_l("Please give the right phone number.")), at_most(40)]
    )


def version_of(ticket: Ticket) -> dict[str, int]:
    """What a fresh form of this ticket carries."""
    return {"version": ticket.version}
