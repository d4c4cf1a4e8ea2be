"""The two questions. Strict: one value each, whole numbers only; the page works without JavaScript and cookies."""

from __future__ import annotations

import unicodedata

from flask import request
from flask_babel import lazy_gettext as _l

from hotline.errors import Invalid
from hotline.satisfaction.models import Solved

LONGEST_COMMENT = 500


def read_rating() -> tuple[Solved, int]:
    """Solved and score of the present request. Raises Invalid naming the question that was not answered."""
    solved, score = request.form.getlist("solved"), request.form.getlist("score")
    if len(solved) != 1 or solved[0] not in [choice.value for choice in Solved]:
        raise Invalid(fields={"solved": _l("Please say whether it has been solved.")})
    if len(score) != 1 or score[0] not in ("1", "2", "3", "4", "5"):
        raise Invalid(fields={"score": _l("Please choose one of the five answers.")})
    return Solved(solved[0]), int(score[0])


def read_comment() -> str:
    """The words of the present request. Raises Invalid past 500 characters."""
    text = unicodedata.normalize("NFC", request.form.get("comment", "")).strip()
    if len(text) > LONGEST_COMMENT:
        raise Invalid(fields={"comment": _l("At most 500 characters, please.")})
    return text
