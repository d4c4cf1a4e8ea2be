"""Forms of the verbs: one small form each, all with version and idempotency key."""

from hotline.tickets.forms.desk import BulkForm, NameForm
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
    SplitForm,
)
from hotline.tickets.forms.unit import (
    AnswerForm,
    AskForm,
    AssignForm,
    ContributeForm,
    ExtendForm,
    GrantForm,
    HoldForm,
    InvolveForm,
    ReleaseForm,
    ReturnForm,
)

__all__ = [
    "AcceptForm",
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "AttachForm",
    "BulkForm",
    "ClassifyForm",
    "ConfirmForm",
    "ContactForm",
    "ContributeForm",
    "CorrectForm",
    "ExtendForm",
    "GrantForm",
    "GuidanceForm",
    "HoldForm",
    "InvolveForm",
    "NameForm",
    "NoteForm",
    "PhoneForm",
    "ReasonForm",
    "ReleaseForm",
    "ResumeForm",
    "ReturnForm",
    "RouteForm",
    "SplitForm",
    "version_of",
]
