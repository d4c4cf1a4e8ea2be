"""Forms of the verbs: one small form each, all with version and idempotency key."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

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


class AskForm(VerbForm):
    """What the citizen is asked."""

    question = _required(_l("Question to the person who reported"), 1000)


class HoldForm(ReasonForm):
    """What the unit waits for, and how many days at most."""

    days = IntegerField(
        _l("For how many days at most?"),
        default=3,
        validators=[
            InputRequired(_l("Please fill this in.")),
            NumberRange(1, 14, message=_l("Between %(min)d and %(max)d days.")),
        ],
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


def version_of(ticket: Ticket) -> dict[str, int]:
    """What a fresh form of this ticket carries."""
    return {"version": ticket.version}
