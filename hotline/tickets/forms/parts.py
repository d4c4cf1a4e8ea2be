"""What several verbs ask for: a reason, a number of working days, nothing at all."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from hotline.tickets.models import Ticket
from hotline.web.forms import VerbForm, at_most


def required_text(label: object, longest: int = 2000) -> TextAreaField:
    """A text that must be given, of at most `longest` characters."""
    return TextAreaField(
        label,
        validators=[
            DataRequired(_l("Please fill this in.")),
            at_most(longest),
        ],
        render_kw={"rows": 3, "maxlength": longest},
    )


def days_field(label: object) -> IntegerField:
    """A number of working days, 1 to 10."""
    return IntegerField(
        label,
        default=5,
        validators=[
            InputRequired(_l("Please fill this in.")),
            NumberRange(1, 10, message=_l("Between %(min)d and %(max)d working days.")),
        ],
        render_kw={"min": 1, "max": 10},
    )


class AcceptForm(VerbForm):
    """Accept has nothing to fill in."""


class ReasonForm(VerbForm):
    """A verb that must say why."""

    reason = required_text(_l("Reason"))


class RemovalForm(VerbForm):
    """Why a file is taken away: as long as what is kept beside the file."""

    reason = required_text(_l("Reason"), 300)


class ResumeForm(VerbForm):
    """What came back."""

    note = required_text(_l("What did they say, or what has changed?"))


class NoteForm(VerbForm):
    """An internal note, which may say that the person who reported was called."""

    note = required_text(_l("Note, seen by staff only"), 4000)
    reached = BooleanField(_l("I have spoken to the person who reported (counts as the first response)"))


def version_of(ticket: Ticket) -> dict[str, int]:
    """What a fresh form of this ticket carries."""
    return {"version": ticket.version}
