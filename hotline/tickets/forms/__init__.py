"""Forms of the verbs: one small form each, all with version and idempotency key."""

from hotline.tickets.forms.parts import AcceptForm, NoteForm, ReasonForm, ResumeForm, version_of
from hotline.tickets.forms.switchboard import (
    AttachForm,
    ClassifyForm,
    ConfirmForm,
    ContactForm,
    CorrectForm,
    GuidanceForm,
    PhoneForm,
    RouteForm,
)
from hotline.tickets.forms.unit import AnswerForm, AskForm, AssignForm, ExtendForm, GrantForm, HoldForm, ReturnForm

__all__ = [
    "AcceptForm",
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "AttachForm",
    "ClassifyForm",
    "ConfirmForm",
    "ContactForm",
    "CorrectForm",
    "ExtendForm",
    "GrantForm",
    "GuidanceForm",
    "HoldForm",
    "NoteForm",
    "PhoneForm",
    "ReasonForm",
    "ResumeForm",
    "ReturnForm",
    "RouteForm",
    "version_of",
]
