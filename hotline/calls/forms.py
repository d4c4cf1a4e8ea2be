"""The intake form: what an operator types while the citizen speaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional, ValidationError
from wtforms.widgets import HiddenInput

from hotline.catalogue.models import CategoryQuestion
from hotline.phone import PhoneKind, PhoneNumber, read_number
from hotline.tickets.actions import NewTicket
from hotline.tickets.models import LONGEST_CONTENT, CallerKind, Channel
from hotline.tickets.rules.businesses import read_tax_code
from hotline.web.forms import Form, at_most, number_or_nothing
from hotline.web.idempotency import new_key


def _is_no_number(number: PhoneNumber) -> bool:
    return number.kind is PhoneKind.UNKNOWN and number.e164 is None


class IntakeForm(Form):
    """A new report. `questions` are those of the category, which `calls.questions` adds as fields."""

    questions: Sequence[CategoryQuestion] = ()
    phone = StringField(_l("Telephone number"), validators=[Optional(), at_most(40)])
    caller_kind = RadioField(
        _l("Who is calling?"),
        choices=[SelectChoice(kind.value, kind.label) for kind in CallerKind],
        default=CallerKind.CITIZEN.value,
    )
    caller_name = StringField(_l("Name of the person"), validators=[Optional(), at_most(120)])
    business_name = StringField(_l("Name of the business"), validators=[at_most(200)])
    tax_code = StringField(_l("Tax code"), validators=[Optional(), at_most(40)])
    is_confidential = BooleanField(_l("Keep the person's details confidential"))
    content = TextAreaField(
        _l("What is reported?"),
        validators=[
            DataRequired(_l("Please write down what is reported.")),
            at_most(LONGEST_CONTENT),
        ],
        render_kw={"rows": 5},
    )
    category_id = SelectField(_l("Category"), coerce=number_or_nothing)
    area_id = SelectField(_l("Commune or ward"), coerce=number_or_nothing)
    address = StringField(_l("Where exactly?"), validators=[Optional(), at_most(300)])
    procedure_code = StringField(_l("Code of the procedure"), validators=[Optional(), at_most(40)])
    dossier_code = StringField(_l("Code of the dossier"), validators=[Optional(), at_most(40)])
    call_id = IntegerField(widget=HiddenInput(), validators=[Optional()])
    split_from = HiddenField(_l("First report of the call"), validators=[at_most(20)])
    main_code = StringField(_l("Code of the main case"), validators=[Optional(), at_most(20)])
    idempotency_key = HiddenField(default=new_key)

    def validate_phone(self, field: StringField) -> None:
        """Empty and withheld are fine; letters and half numbers are not."""
        if field.data and _is_no_number(read_number(field.data)):
            raise ValidationError(_("This is not a telephone number. Leave it empty when the caller withholds it."))

    def validate_business_name(self, field: StringField) -> None:
        """A business has a name."""
        if self.caller_kind.data == CallerKind.BUSINESS.value and not field.data:
            raise ValidationError(_("Please enter the name of the business."))

    def validate_tax_code(self, field: StringField) -> None:
        """Empty is fine; what is given is a code whose digits agree, and is kept in its one form."""
        code = read_tax_code(field.data or "")
        if field.data and code is None:
            raise ValidationError(
                _("This is not a tax code: 10 digits, 13 for a branch, or the 12 of a household business.")
            )
        field.data = code or ""

    def wish(
        self,
        received_at: datetime,
        *,
        replies: tuple[dict[str, str], ...] = (),
        suggested_category_id: int | None = None,
    ) -> NewTicket:
        """What the form asks for. `received_at` is the instant of the call (UTC)."""
        of_business = ("business_name", "tax_code")
        named = ("phone", "caller_name", *of_business, "address", "procedure_code", "dossier_code")
        plain: dict[str, Any] = {name: self[name].data or "" for name in named}
        return NewTicket(
            content=self.content.data,
            received_at=received_at,
            channel=Channel.PHONE,
            category_id=self.category_id.data,
            area_id=self.area_id.data,
            caller_kind=CallerKind(self.caller_kind.data),
            is_confidential=bool(self.is_confidential.data),
            intake_replies=replies,
            suggested_category_id=suggested_category_id,
            **plain,
        )


class NuisanceForm(Form):
    """A number from which people play tricks, and why it is on the list."""

    phone = StringField(_l("Telephone number"), validators=[DataRequired(_l("Please enter the number.")), at_most(40)])
    reason = StringField(_l("Reason"), validators=[DataRequired(_l("Please say why.")), at_most(200)])

    def validate_phone(self, field: StringField) -> None:
        """Only a whole number can be recognised when it calls again."""
        if read_number(field.data or "").e164 is None:
            raise ValidationError(_("This is not a whole telephone number."))

    @property
    def number(self) -> str:
        """The number in E.164, once the form is checked."""
        return read_number(self.phone.data or "").e164 or ""
