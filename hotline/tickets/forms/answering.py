"""What is filled in to answer: words, proof and document; or who is responsible instead; and files of a case."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from hotline.errors import Invalid
from hotline.tickets.actions import ExaminedFile, examine
from hotline.tickets.forms.parts import required_text
from hotline.tickets.models import LONGEST_CONTENT, FilePurpose, RefusalReason
from hotline.tickets.rules.files import LARGEST_FILE, MOST_FILES
from hotline.web.forms import VerbForm, at_most, chosen_from, number_or_nothing

LARGEST_UPLOAD = LARGEST_FILE + 1_000_000
PHOTOS_AND_PDF = ".jpg,.jpeg,.png,.webp,.pdf"


def files_in(field: Any) -> list[ExaminedFile]:
    """The files chosen in a field, counted, then looked at. Raises Invalid, WrongType or TooLarge for its name."""
    chosen = field.data if isinstance(field.data, list) else [field.data]
    named = [one for one in chosen if one and one.filename]
    if len(named) > MOST_FILES:
        raise Invalid(fields={field.name: _l("A case holds at most %(most)d files.", most=MOST_FILES)})
    # One byte more than is taken is enough to know.
    return [examine(one.filename, one.stream.read(LARGEST_FILE + 1), field=field.name) for one in named]


class AnswerForm(VerbForm):
    """The answer the citizen will read, its proof, and its official document where there is one."""

    body = required_text(_l("Answer to the person who reported"), LONGEST_CONTENT)
    evidence = MultipleFileField(
        _l("Proof of the work done: photos or PDF"), render_kw={"accept": PHOTOS_AND_PDF, "multiple": True}
    )
    document_number = StringField(_l("Document number"), validators=[Optional(), at_most(60)])
    document_on = DateField(_l("Date of the document"), validators=[Optional()])
    signatory = StringField(_l("Signed by"), validators=[Optional(), at_most(120)])
    official = FileField(_l("The signed document (PDF)"), render_kw={"accept": ".pdf"})


class SettleForm(VerbForm):
    """What was answered on the call."""

    body = required_text(_l("Answer to the person who reported"), LONGEST_CONTENT)


class FileForm(VerbForm):
    """Files, and what they are for."""

    files = MultipleFileField(_l("Photos or PDF documents"), render_kw={"accept": PHOTOS_AND_PDF, "multiple": True})
    purpose = SelectField(
        _l("What are they for?"),
        choices=[
            SelectChoice("", ""),
            *(SelectChoice(one.value, one.label) for one in FilePurpose if one is not FilePurpose.OFFICIAL),
        ],
        validators=[InputRequired(_l("Please choose what the files are for."))],
    )


def _guidance() -> TextAreaField:
    return TextAreaField(
        _l("What the person is told: where to go, with what"),
        validators=[Optional(), at_most(4000)],
        render_kw={"rows": 4, "maxlength": 4000},
    )


class RefuseForm(VerbForm):
    """Why not here, who is responsible, and what the person is told."""

    because = SelectField(
        _l("Why is it outside our scope?"),
        choices=[SelectChoice("", ""), *(SelectChoice(one.value, one.label) for one in RefusalReason)],
        validators=[InputRequired(_l("Please choose a reason."))],
    )
    authority_id = SelectField(
        _l("Responsible authority"),
        coerce=number_or_nothing,
        validators=[Optional()],
        render_kw={"data-combobox": True},
    )
    guidance = _guidance()


class ReferForm(VerbForm):
    """To whom it is passed, and what the person is told."""

    authority_id = chosen_from(_l("Responsible authority"), _l("Please choose who is responsible."), type_ahead=True)
    guidance = _guidance()
