"""The two questions and what comes after them, read strictly and without JavaScript or cookies; the lead's forms."""

from __future__ import annotations

import unicodedata

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from hotline.errors import Invalid
from hotline.satisfaction.models import FollowUpOutcome, Mode, Reason, SampleOutcome, Solved
from hotline.tickets.models import LONGEST_CONTENT
from hotline.web.forms import Form, VerbForm, at_most

LONGEST_COMMENT, LONGEST_NOTE = 500, 300
BY_HAND = (FollowUpOutcome.EXPLAINED, FollowUpOutcome.DECLINED, FollowUpOutcome.UNREACHABLE)
SAID = (Solved.YES, Solved.PARTLY, Solved.NO)
SCORE_WORDS = (
    ("1", _l("Very dissatisfied")),
    ("2", _l("Dissatisfied")),
    ("3", _l("Neutral")),
    ("4", _l("Satisfied")),
    ("5", _l("Very satisfied")),
)


def read_rating() -> tuple[Solved, int]:
    """Solved and score of the present request. Raises Invalid naming the question that was not answered."""
    solved, score = request.form.getlist("solved"), request.form.getlist("score")
    if len(solved) != 1 or solved[0] not in [choice.value for choice in SAID]:
        raise Invalid(fields={"solved": _l("Please say whether it has been solved.")})
    if len(score) != 1 or score[0] not in ("1", "2", "3", "4", "5"):
        raise Invalid(fields={"score": _l("Please choose one of the five answers.")})
    return Solved(solved[0]), int(score[0])


def read_mode() -> Mode:
    """By which door the page was reached: the text's link, or the page of the case (`?from=t`)."""
    return Mode.QR if request.args.get("from") == "t" else Mode.LINK


def read_comment() -> str:
    """The words of the present request. Raises Invalid past 500 characters."""
    text = unicodedata.normalize("NFC", request.form.get("comment", "")).replace("\r\n", "\n").strip()
    if len(text) > LONGEST_COMMENT:
        raise Invalid(fields={"comment": _l("At most 500 characters, please.")})
    return text


def read_reasons() -> list[Reason]:
    """The reasons ticked in the present request. Raises Invalid for one that there is not."""
    try:
        return [Reason(value) for value in request.form.getlist("reason")]
    except ValueError as error:
        raise Invalid(fields={"reason": _l("Please choose from the list.")}) from error


def _words(label: object, longest: int, *, needed: bool = True, rows: int = 3) -> TextAreaField:
    first = DataRequired(_l("Please fill this in.")) if needed else Optional()
    return TextAreaField(label, validators=[first, at_most(longest)], render_kw={"rows": rows, "maxlength": longest})


class TryForm(VerbForm):
    """Called and not reached."""

    note = _words(_l("Note (optional)"), 500, needed=False, rows=2)


class FinishForm(VerbForm):
    """How the task ended."""

    outcome = RadioField(
        _l("How did it end?"),
        choices=lambda: [(outcome.value, outcome.label) for outcome in BY_HAND],
        validators=[InputRequired(_l("Please choose one."))],
    )
    note = _words(_l("What was said, what was agreed?"), 2000)


class ReopenForm(VerbForm):
    """What is not solved."""

    reason = _words(_l("What is not solved?"), 2000)


class OpenForm(VerbForm):
    """What the new case is about."""

    content = _words(_l("What is to be done?"), LONGEST_CONTENT, rows=5)


class RevealForm(VerbForm):
    """Why the number is needed."""

    reason = _words(_l("Reason"), 2000, rows=2)


class CallBackForm(Form):
    """What a citizen of the sample answered at the telephone."""

    solved = RadioField(
        _l("Solved?"),
        choices=[SelectChoice(answer.value, answer.label) for answer in SAID],
        validators=[InputRequired(_l("Please say whether it has been solved."))],
    )
    score = RadioField(
        _l("Score"),
        choices=[SelectChoice(value, f"{value}") for value, _words in SCORE_WORDS],
        validators=[InputRequired(_l("Please choose one of the five answers."))],
    )
    comment = TextAreaField(
        _l("Comment, in the citizen's own words"),
        validators=[Optional(), at_most(LONGEST_COMMENT)],
        render_kw={"rows": 3},
    )


class UnansweredForm(Form):
    """How a call of the sample ended without an answer."""

    outcome = RadioField(
        _l("How did the call end?"),
        choices=[
            SelectChoice(outcome.value, outcome.label)
            for outcome in SampleOutcome
            if outcome not in (SampleOutcome.RATED, SampleOutcome.RATED_MEANWHILE, SampleOutcome.EXPIRED)
        ],
        validators=[InputRequired(_l("Please say how the call ended."))],
    )
    note = TextAreaField(_l("Note"), validators=[Optional(), at_most(LONGEST_NOTE)], render_kw={"rows": 2})
