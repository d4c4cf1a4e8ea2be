"""The form of a policy: for which cases, what it promises, who is told when."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from wtforms import BooleanField, FieldList, FormField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from hotline.admin.forms.editing import EditForm, TargetField
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import PolicyDraft
from hotline.catalogue.models import Policy, Priority
from hotline.staff.permissions import Role
from hotline.tickets.models import CallerKind, Channel, ClockKind
from hotline.tickets.rules.thresholds import AUDIENCES, BREACH, read_steps
from hotline.web.forms import OurWords, at_most, number_or_nothing, tidy

MOST_THRESHOLDS = 40
AUDIENCE_WORDS = {
    "assignee": _l("the person working on it"),
    "head": Role.HEAD.label,
    "lead": Role.LEAD.label,
    "leader": Role.LEADER.label,
}


class ThresholdForm(PlainForm):
    """One row: on which clock, at which moment, who is told."""

    class Meta:
        """WTForms options."""

        def get_translations(self, _form: Any) -> OurWords:
            """Say what WTForms says in our words."""
            return OurWords()

    clock = SelectField(_l("Promise"), choices=lambda: [(kind.value, kind.label) for kind in ClockKind])
    at = StringField(_l("When"), filters=[tidy], validators=[at_most(8)])
    alerts = SelectMultipleField(
        _l("Who is told"),
        choices=lambda: [(name, AUDIENCE_WORDS[name]) for name in AUDIENCES],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    @property
    def row(self) -> dict[str, Any]:
        """The threshold as policies keep it."""
        return {"clock": self.clock.data, "at": self.at.data or "", "alerts": list(self.alerts.data or [])}


def _condition(label: Any, kinds: Any) -> SelectField:
    return SelectField(
        label,
        coerce=lambda value: value or None,
        choices=lambda: [SelectChoice("", _("any")), *(SelectChoice(kind.value, kind.label) for kind in kinds)],
    )


def _share(label: Any) -> IntegerField:
    return IntegerField(
        label,
        validators=[
            InputRequired(_l("Please fill this in.")),
            NumberRange(0, 100, message=_l("Between %(min)d and %(max)d.")),
        ],
        render_kw={"min": 0, "max": 100},
    )


def _approver(label: Any, *, is_first: bool = False) -> SelectField:
    def choices() -> list[SelectChoice]:
        nobody = [] if is_first else [SelectChoice("", _("no further extension"))]
        return [*nobody, *(SelectChoice(role.value, role.label) for role in (Role.HEAD, Role.LEAD))]

    return SelectField(label, choices=choices)


class PolicyForm(EditForm):
    """All that a policy says."""

    place_of_week = "name_vi"
    name_vi = StringField(_l("Name in Vietnamese"), validators=[DataRequired(_l("Please fill this in.")), at_most(200)])
    name_en = StringField(_l("Name in English"), validators=[DataRequired(_l("Please fill this in.")), at_most(200)])
    category_id = SelectField(_l("Category"), coerce=number_or_nothing)
    priority = _condition(_l("Priority"), Priority)
    channel = _condition(_l("Channel"), Channel)
    caller_kind = _condition(_l("Who asks"), CallerKind)
    calendar_code = SelectField(_l("Working calendar"))
    acceptance_target = TargetField(_l("Acceptance"))
    first_response_target = TargetField(_l("First response"), may_be_empty=True)
    next_response_target = TargetField(_l("Reply to a later question"))
    resolve_target = TargetField(_l("Answer"), may_be_empty=True)
    is_round_the_clock = BooleanField(_l("People are told at any hour, also at night and on days off"))
    switchboard_share = _share(_l("Switchboard, %"))
    unit_share = _share(_l("Unit, %"))
    approval_share = _share(_l("Approval, %"))
    approver_1 = _approver(_l("First extension"), is_first=True)
    approver_2 = _approver(_l("Second extension"))
    approver_3 = _approver(_l("Third extension"))
    thresholds = FieldList(FormField(ThresholdForm), max_entries=MOST_THRESHOLDS)
    apply_to_open = BooleanField(_l("Also for cases that are open now"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category_id.choices = [
            SelectChoice("", _("any")),
            *(SelectChoice(str(row.id), f"{row.code} {row.name}") for row in catalogue.active_categories()),
        ]
        self.calendar_code.choices = [(row.code, row.name) for row in catalogue.current_calendars()]

    def __contains__(self, name: object) -> bool:
        """The fields of the rows are the form's own, too: a complaint finds them by name."""
        return super().__contains__(name) or name in self._of_rows()

    def __getitem__(self, name: str) -> Any:
        return self._of_rows().get(name) or super().__getitem__(name)

    def _of_rows(self) -> dict[str, Any]:
        return {field.name: field for entry in self.thresholds for field in entry.form}

    def place(self, name: str) -> str:
        """The approvers are three fields; their first says what is wrong."""
        return "approver_1" if name == "extension_approvers" else super().place(name)

    def validate_thresholds(self, field: FieldList) -> None:
        """Each row can be meant, none stands twice, and a promise with rows also has its own end among them."""
        seen: dict[str, set[str]] = {}
        for entry in field:
            row = entry.form.row
            try:
                read_steps([row])
            except ValueError:
                entry.form.at.errors = [_("Written like 75%, -1wd, +4wh, +2h or +15m; at most 1,000 %.")]
                continue
            if row["at"] in seen.setdefault(row["clock"], set()):
                entry.form.at.errors = [_("This moment stands there twice.")]
            seen[row["clock"]].add(row["at"])
        for entry in field:
            if BREACH not in seen.get(entry.form.clock.data or "", {BREACH}) and not entry.form.at.errors:
                entry.form.at.errors = [_("This promise needs a row at 100%, its deadline.")]

    def validate(self, extra_validators: Any = None) -> bool:
        """What a row complains about counts, too."""
        return bool(super().validate(extra_validators)) and not any(entry.form.at.errors for entry in self.thresholds)

    @property
    def errors(self) -> dict[str, Any]:
        """Those of the rows under the rows' own names."""
        found = {name: said for name, said in super().errors.items() if name != "thresholds"}
        for entry in self.thresholds:
            found |= {field.name: field.errors for field in entry.form if field.errors}
        return found

    @property
    def draft(self) -> PolicyDraft:
        """What the form says."""
        approvers = [field.data for field in (self.approver_1, self.approver_2, self.approver_3) if field.data]
        same = ("name_vi", "name_en", "calendar_code", "first_response_target", "resolve_target", "category_id")
        shares = ("switchboard_share", "unit_share", "approval_share")
        return PolicyDraft(
            **{name: self[name].data for name in (*same, *shares, "channel", "caller_kind", "is_round_the_clock")},
            acceptance_target=self.acceptance_target.data or "",
            next_response_target=self.next_response_target.data or "",
            priority=Priority(self.priority.data) if self.priority.data else None,
            thresholds=[entry.form.row for entry in self.thresholds],
            extension_approvers=approvers,
        )


class NewPolicyForm(PolicyForm):
    """A policy that does not exist yet."""

    code = StringField(_lp("catalogue", "Code"), validators=[DataRequired(_l("Please fill this in.")), at_most(32)])


class RetireForm(EditForm):
    """Nothing to fill in: it is looked at, then done."""

    place_of_week = "version"


class MoveForm(EditForm):
    """One place earlier or later."""

    place_of_week = "version"
    way = SelectField(choices=[("up", "up"), ("down", "down")])


def policy_values(row: Policy) -> dict[str, Any]:
    """What a fresh PolicyForm says about a policy as it stands."""
    names = [name for name in PolicyDraft.__dataclass_fields__ if name not in ("extension_approvers", "thresholds")]
    approvers = {f"approver_{number}": role for number, role in enumerate(row.extension_approvers, start=1)}
    return {**{name: getattr(row, name) for name in names}, **approvers, "thresholds": row.thresholds}
