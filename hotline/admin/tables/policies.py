"""Policies as a table: a changed row is the policy's next version, for cases opened from now on.

Open cases keep their version: what re-planning them would do is looked at, and begun, on the policy's page only.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import select

from hotline.actor import Actor
from hotline.admin.tables.frame import Column, Table, Texts, read_code, read_number, read_yes, refuse_long, yes_no
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import add_policy, change_policy
from hotline.catalogue.actions.policies import TARGETS, PolicyDraft, draft_of
from hotline.catalogue.models import Category, Policy, Priority
from hotline.catalogue.rules import APPROVERS
from hotline.db import db
from hotline.errors import Invalid
from hotline.tickets.models import CallerKind, Channel

SHARES = ("switchboard_share", "unit_share", "approval_share")
ONE = {"category_id": "category_code"}


def _texts(row: Policy) -> dict[str, str]:
    category = db.session.get(Category, row.category_id) if row.category_id else None
    return {
        "code": row.code,
        "position": str(row.position),
        "name_vi": row.name_vi,
        "name_en": row.name_en,
        "calendar_code": row.calendar_code,
        **{name: getattr(row, name) or "" for name in TARGETS},
        "category_code": category.code if category else "",
        "priority": row.priority.value if row.priority else "",
        "channel": row.channel or "",
        "caller_kind": row.caller_kind or "",
        **{name: str(getattr(row, name)) for name in SHARES},
        "is_round_the_clock": yes_no(row.is_round_the_clock),
        "extension_approvers": " | ".join(row.extension_approvers),
    }


def _draft(texts: Texts, like: Policy) -> PolicyDraft:
    """What the line says; steps of reminding are the policy's own, those of a new one begin as the last one's."""
    refuse_long(texts, {"name_vi": 200, "name_en": 200})
    category = db.session.scalar(select(Category).where(Category.code == texts["category_code"]))
    if texts["category_code"] and category is None:
        raise Invalid(fields={"category_code": _l("No category has this code.")})
    return PolicyDraft(
        **{name: texts[name] for name in ("name_vi", "name_en", "calendar_code")},
        acceptance_target=texts["acceptance_target"],
        next_response_target=texts["next_response_target"],
        first_response_target=texts["first_response_target"] or None,
        resolve_target=texts["resolve_target"] or None,
        category_id=category.id if category else None,
        priority=read_code(texts, "priority", Priority) if texts["priority"] else None,
        channel=read_code(texts, "channel", Channel).value if texts["channel"] else None,
        caller_kind=read_code(texts, "caller_kind", CallerKind).value if texts["caller_kind"] else None,
        thresholds=like.thresholds,
        is_round_the_clock=read_yes(texts, "is_round_the_clock"),
        switchboard_share=read_number(texts, "switchboard_share"),
        unit_share=read_number(texts, "unit_share"),
        approval_share=read_number(texts, "approval_share"),
        extension_approvers=[word.strip() for word in texts["extension_approvers"].split("|") if word.strip()],
    )


def _add(texts: Texts, by: Actor, now: datetime) -> Policy:
    try:
        return add_policy(texts["code"], _draft(texts, catalogue.policies()[-1]), by=by, now=now)
    except Invalid as error:
        raise _by_column(error) from error


def _change(row: Policy, texts: Texts, by: Actor, now: datetime) -> Policy | None:
    draft = _draft(texts, row)
    if draft == draft_of(row):
        return None
    try:
        return change_policy(row.code, draft, by=by, now=now)
    except Invalid as error:
        raise _by_column(error) from error


def _by_column(error: Invalid) -> Invalid:
    return Invalid(error.message, fields={ONE.get(name, name): said for name, said in error.fields.items()})


TARGET = _l("8wh working hours, 24h hours, 5wd working days")
OF_CATEGORY = _l("empty: as the category says")

POLICIES = Table(
    "policies",
    _l("Policies"),
    ("code",),
    (
        Column("code", _lp("catalogue", "Code"), is_needed=True),
        Column("position", _l("Order"), _l("moved on the page of the policies"), is_told=True),
        Column("name_vi", _l("Name in Vietnamese"), is_needed=True),
        Column("name_en", _l("Name in English"), is_needed=True),
        Column("calendar_code", _l("Working calendar"), is_needed=True),
        Column("acceptance_target", _l("Acceptance"), TARGET, is_needed=True),
        Column("first_response_target", _l("First response"), OF_CATEGORY),
        Column("next_response_target", _l("Reply to a later question"), TARGET, is_needed=True),
        Column("resolve_target", _l("Answer"), OF_CATEGORY),
        Column("category_code", _l("Category"), _l("empty: every category")),
        Column("priority", _l("Priority"), ", ".join(Priority)),
        Column("channel", _l("Channel"), ", ".join(Channel)),
        Column("caller_kind", _l("Who asks"), ", ".join(CallerKind)),
        Column("switchboard_share", _l("Switchboard, %"), "", is_needed=True),
        Column("unit_share", _l("Unit, %"), "", is_needed=True),
        Column("approval_share", _l("Approval, %"), "", is_needed=True),
        Column(
            "is_round_the_clock",
            _l("People are told at any hour, also at night and on days off"),
            "yes, no",
            is_yes_no=True,
        ),
        Column("extension_approvers", _l("Extensions are decided by"), " | ".join(APPROVERS), is_needed=True),
    ),
    catalogue.policies,
    _texts,
    _add,
    _change,
    _l(
        "Each changed row is the next version of its policy, for cases opened from now on. Open cases keep theirs; to"
        " plan them anew, and for steps of reminding, go to the policy's page."
    ),
    most=60,
)
