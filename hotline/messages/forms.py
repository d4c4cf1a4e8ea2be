"""Forms of the person's own account: how to be told, where a text arrives, who stands in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from hotline.messages.rules.alerts import AlertKind, Ways
from hotline.web.forms import Form, at_most, chosen_from
from hotline.web.row_ids import LARGEST_ID


class ReadAllForm(Form):
    """Up to which alert the list was seen."""

    up_to = IntegerField(validators=[InputRequired(), NumberRange(0, LARGEST_ID)])


class MobileForm(Form):
    """The number that gets texts about work."""

    mobile = StringField(_l("Mobile number"), validators=[Optional(), at_most(40)])


class AwayForm(Form):
    """From when to when, and who stands in."""

    substitute_id = chosen_from(_l("Who stands in for you?"), _l("Please choose who stands in."))
    away_from_on = DateField(_l("First day away"), validators=[InputRequired(_l("Please choose a day."))])
    away_until_on = DateField(_l("Last day away"), validators=[InputRequired(_l("Please choose a day."))])


class WaysForm(Form):
    """E-mail and text for each kind of alert; its boxes are called `breached_email`, `breached_text` and so on."""

    def wishes(self) -> dict[AlertKind, Ways]:
        """What was ticked."""
        return {kind: Ways(self._is_ticked(kind, "email"), self._is_ticked(kind, "text")) for kind in AlertKind}

    def boxes(self, kind: AlertKind) -> tuple[BooleanField, BooleanField | None]:
        """The boxes of one kind; what is never urgent has none for texts."""
        return self[f"{kind}_email"], self[f"{kind}_text"] if kind.is_about_a_case else None

    def _is_ticked(self, kind: AlertKind, way: str) -> bool:
        name = f"{kind}_{way}"
        return name in self and bool(self[name].data)

    @classmethod
    def showing(cls, wishes: Mapping[AlertKind, Ways]) -> WaysForm:
        """The form as it stands now."""
        ticked: dict[str, Any] = {f"{kind}_email": ways.by_email for kind, ways in wishes.items()}
        ticked |= {f"{kind}_text": ways.by_text for kind, ways in wishes.items()}
        return cls(formdata=None, **ticked)


for _kind in AlertKind:
    setattr(WaysForm, f"{_kind}_email", BooleanField(_l("E-mail")))
    if _kind.is_about_a_case:
        setattr(WaysForm, f"{_kind}_text", BooleanField(_l("Text message")))
