"""The base of all forms: strict about bytes and unknown fields, NFC for text, version and key where needed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import request
from flask_babel import get_domain
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from hotline.errors import Invalid, Unparsable, WrongType
from hotline.web.access import MACHINES
from hotline.web.idempotency import new_key

URLENCODED = "application/x-www-form-urlencoded"

# What WTForms itself says; named here so that the catalogue translates it.
WTFORMS_SENTENCES = (
    _l("Not a valid choice."),
    _l("Not a valid choice"),
    _l("Invalid Choice: could not coerce."),
    _l("Not a valid integer value."),
    _l("Not a valid date value."),
    _l("Not a valid datetime value."),
    _l("This field is required."),
    _l("CSRF token missing."),
)


class OurWords:
    """WTForms' sentences in our own catalogue."""

    @staticmethod
    def gettext(text: str) -> str:
        """One sentence in the reader's language."""
        return str(_(text))

    @staticmethod
    def ngettext(one: str, many: str, number: int) -> str:
        """A sentence with a number in it."""
        return str(get_domain().get_translations().ungettext(one, many, number))


def number_or_nothing(value: Any) -> int | None:
    """The id behind a choice; the empty choice is none. Raises ValueError for anything else."""
    return int(value) if value and value != "None" else None


def chosen_from(label: Any, missing: Any, *, type_ahead: bool = False) -> SelectField:
    """A choice that begins empty, so that nobody is chosen by oversight; `missing` is said when it stays so."""
    look = {"data-combobox": True} if type_ahead else None
    return SelectField(label, coerce=number_or_nothing, validators=[InputRequired(missing)], render_kw=look)


def offered(rows: Iterable[Any], **attributes: Callable[[Any], str]) -> list[SelectChoice]:
    """The choices of such a field: rows with `id` and `name`, after the empty one.

    `attributes` name further attributes of an option (`data_hint`: shown beside it, `data_find`: found by it, too).
    """
    shown = [(row, {name.replace("_", "-"): of(row) for name, of in attributes.items()}) for row in rows]
    return [SelectChoice("", ""), *(SelectChoice(str(row.id), row.name, render_kw=look) for row, look in shown)]


def at_most(characters: int) -> Length:
    """A limit of length with our sentence for it."""
    return Length(max=characters, message=_l("At most %(max)d characters."))


def tidy(value: Any) -> Any:
    """Text in NFC without blanks at its ends; anything else untouched."""
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose unknown fields are refused (mass assignment) and whose errors are the 422 answer."""

    class Meta:
        """WTForms options."""

        def get_translations(self, _form: Any) -> OurWords:
            """Say what WTForms says in our words."""
            return OurWords()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Give every field the `tidy` filter."""
            filters = list(unbound_field.kwargs.get("filters", ()))
            if tidy not in filters and unbound_field.field_class.__name__ in ("StringField", "TextAreaField"):
                unbound_field.kwargs["filters"] = [tidy, *filters]
            return unbound_field.bind(form=form, **options)

    def check(self) -> None:
        """Validate the present request. Raises Invalid with the sentence for each wrong field."""
        unknown = sorted({*request.form, *request.files} - set(_names_in(self)))
        if unknown:
            raise Invalid(fields={name: _("This form has no such field.") for name in unknown[:5]})
        if not self.validate_on_submit():
            raise Invalid(fields={name: errors[0] for name, errors in self.errors.items() if errors})


def _names_in(fields: Iterable[Any]) -> Iterator[str]:
    """The names that these fields answer to, those of rows inside a list included."""
    for field in fields:
        if field.type in ("FieldList", "FormField"):
            yield from _names_in(field)
        else:
            yield field.name


class VerbForm(Form):
    """What every verb on a ticket carries: the version that was looked at, and the key that makes it single."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired(_l("The version is missing."))])
    idempotency_key = HiddenField(default=new_key)


def refuse_unreadable() -> None:
    """Before each request: text that is not UTF-8 or holds NUL is a 400, never quietly mended; pages take forms."""
    if request.method in ("GET", "HEAD"):
        _refuse_broken_text(request.query_string)
    elif request.mimetype == URLENCODED:
        _refuse_broken_text(request.get_data(cache=True))
    elif request.mimetype == "multipart/form-data":
        # The parser has put U+FFFD where bytes were no text; nobody types that.
        if any("\x00" in text or "\ufffd" in text for pair in request.form.items(multi=True) for text in pair):
            raise Unparsable(_l("The request holds characters that cannot be read."))
    elif request.content_length and not request.path.startswith(MACHINES):
        raise WrongType()


def _refuse_broken_text(raw: bytes) -> None:
    if b"%00" in raw or b"\x00" in raw:
        raise Unparsable(_l("The request holds characters that cannot be read."))
    try:
        unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unparsable(_l("The request holds characters that cannot be read.")) from error
