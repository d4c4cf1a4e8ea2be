"""Forms of the verbs: one small form each, all with version and idempotency key."""

from hotline.tickets.forms.answering import (
    LARGEST_UPLOAD,
    AnswerForm,
    FileForm,
    ReferForm,
    RefuseForm,
    SettleForm,
    files_in,
)
from hotline.tickets.forms.desk import BulkForm, NameForm
from hotline.tickets.forms.parts import AcceptForm, NoteForm, ReasonForm, RemovalForm, ResumeForm, version_of
from hotline.tickets.forms.switchboard import (
    AttachForm,
    ClassifyForm,
    ConfirmForm,
    ContactForm,
    CorrectForm,
    PhoneForm,
    RouteForm,
)
from hotline.tickets.forms.unit import (
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
    "LARGEST_UPLOAD",
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
    "FileForm",
    "GrantForm",
    "HoldForm",
    "InvolveForm",
    "NameForm",
    "NoteForm",
    "PhoneForm",
    "ReasonForm",
    "ReferForm",
    "RefuseForm",
    "ReleaseForm",
    "RemovalForm",
    "ResumeForm",
    "ReturnForm",
    "RouteForm",
    "SettleForm",
    "files_in",
    "version_of",
]
