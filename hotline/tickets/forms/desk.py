"""What the queue itself takes: a name for a list, and cases that were ticked together."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from hotline.errors import Invalid
from hotline.tickets.actions import MOST_AT_ONCE, Ticked
from hotline.web.forms import Form, at_most, number_or_nothing
from hotline.web.idempotency import new_key

_TICKED = re.compile(r"([0-9-]{6,16}):([0-9]{1,10})")


class NameForm(Form):
    """A name for a saved list, and the key that makes the saving single."""

    name = StringField(
        _l("Name of the list"), validators=[DataRequired(_l("Please give the list a name.")), at_most(60)]
    )
    back = HiddenField(validators=[at_most(4000)])
    idempotency_key = HiddenField(default=new_key)


class BulkForm(Form):
    """Cases with the versions that were seen, what is to be done with them, and the list to go back to."""

    ticked = SelectMultipleField(_l("Ticked reports"), validate_choice=False)
    assignee_id = SelectField(_l("Person"), coerce=number_or_nothing, validators=[Optional()], choices=[])
    note = TextAreaField(
        _l("Note, seen by staff only"), validators=[at_most(4000)], render_kw={"rows": 2, "maxlength": 4000}
    )
    back = HiddenField(validators=[at_most(4000)])
    idempotency_key = HiddenField(default=new_key)

    def cases(self) -> list[Ticked]:
        """What was ticked. Raises Invalid for nothing, too much, or what no page of ours sends."""
        sent = self.ticked.data or []
        found = [_TICKED.fullmatch(text) for text in sent]
        cases = [Ticked(one.group(1), int(one.group(2))) for one in found if one]
        if not sent:
            raise Invalid(fields={"ticked": _l("Please tick at least one report.")})
        if len(sent) > MOST_AT_ONCE:
            raise Invalid(fields={"ticked": _l("At most %(number)d reports at once.", number=MOST_AT_ONCE)})
        if len(cases) < len(sent):
            raise Invalid(fields={"ticked": _l("The list could not be read. Please open it again.")})
        return cases

    def person(self) -> int:
        """Who is to have them. Raises Invalid when nobody was chosen."""
        if self.assignee_id.data is None:
            raise Invalid(fields={"assignee_id": _l("Please choose a person.")})
        return int(self.assignee_id.data)

    def text(self) -> str:
        """The note. Raises Invalid when there is none."""
        if not self.note.data:
            raise Invalid(fields={"note": _l("Please fill this in.")})
        return str(self.note.data)
