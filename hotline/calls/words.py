"""What calls and callers are called on screen."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _

from hotline.calls.models import Call
from hotline.phone import PhoneKind, mask


def caller_words(call: Call, *, whole: bool = False) -> str:
    """Who calls: the number with its middle hidden, `whole` for the operator who has taken the call."""
    if call.from_kind is PhoneKind.WITHHELD:
        return _("Withheld number")
    number = call.from_e164 or call.from_raw
    return (number if whole else mask(number)) or "–"


def register_words(app: Flask) -> None:
    """Make the words available to templates as filters."""
    app.add_template_filter(caller_words, "caller_words")
