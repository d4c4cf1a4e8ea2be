"""Routing rules as a table: a changed row is the rule's next version. The order is decided on the page of the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import select

from hotline.actor import Actor
from hotline.admin.rule_words import never_asked
from hotline.admin.tables.frame import Column, Table, Texts, read_code
from hotline.admin.tables.units import area_with_code
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions.routing import RuleDraft, add_rule, change_rule, draft_of, unsaved
from hotline.catalogue.models import Category, Hours, RoutingRule
from hotline.db import db
from hotline.errors import Invalid
from hotline.tickets.models import CallerKind
from hotline.tickets.queries.planning import rule_of
from hotline.tickets.queries.rerouting import compare
from hotline.tickets.rules.routing import place_among

COMMITTEE = "UBND"
PLACES = {"category_id": "category_code", "area_id": "area_code", "destination": "unit_code"}


def _texts(row: RoutingRule) -> dict[str, str]:
    return {
        "code": row.code,
        "position": str(row.position),
        "category_code": row.category.code if row.category else "",
        "area_code": row.area.code if row.area else "",
        "caller_kind": row.caller_kind or "",
        "keywords": " | ".join(row.keywords),
        "hours": row.hours.value,
        "unit_code": COMMITTEE if row.to_area_committee else row.department_code or "",
    }


def _draft(texts: Texts) -> RuleDraft:
    category = db.session.scalar(select(Category).where(Category.code == texts["category_code"]))
    if texts["category_code"] and category is None:
        raise Invalid(fields={"category_code": _l("No category has this code.")})
    area, is_committee = area_with_code(texts, "area_code"), texts["unit_code"] == COMMITTEE
    return RuleDraft(
        category_id=category.id if category else None,
        area_id=area.id if area else None,
        caller_kind=read_code(texts, "caller_kind", CallerKind).value if texts["caller_kind"] else None,
        keywords=tuple(word.strip() for word in texts["keywords"].split("|") if word.strip()),
        hours=read_code(dict(texts) | {"hours": texts["hours"] or Hours.ALWAYS.value}, "hours", Hours),
        department_code=None if is_committee else texts["unit_code"] or None,
        to_area_committee=is_committee,
    )


def _add(texts: Texts, by: Actor, now: datetime) -> RoutingRule:
    if texts["code"]:
        raise Invalid(fields={"code": _l("No rule has this code; a new rule gets its own.")})
    draft = _draft(texts)
    place = place_among([rule_of(row) for row in catalogue.routing_rules()], rule_of(unsaved(draft)))
    try:
        return add_rule(draft, place, edition=catalogue.edition_of_rules(), by=by, now=now)
    except Invalid as error:
        raise _by_column(error) from error


def _change(row: RoutingRule, texts: Texts, by: Actor, now: datetime) -> RoutingRule | None:
    draft = _draft(texts)
    if draft == draft_of(row):
        return None
    try:
        return change_rule(row.code, draft, edition=catalogue.edition_of_rules(), by=by, now=now)
    except Invalid as error:
        raise _by_column(error) from error


def _by_column(error: Invalid) -> Invalid:
    return Invalid(error.message, fields={PLACES.get(name, name): said for name, said in error.fields.items()})


def _watch(now: datetime) -> Callable[[], list[str]]:
    """What the rules of a file would have done to the last cases, and which of them are never asked."""
    before = [unsaved(draft_of(row), like=row) for row in catalogue.routing_rules()]

    def told() -> list[str]:
        after = catalogue.routing_rules()
        seen, none = compare(before, after, now), _("the switchboard sorts it")
        said = [_("Of the last %(cases)d cases %(moved)d would go elsewhere.", cases=seen.cases, moved=seen.moved)]
        said += [
            f"{one.before.name if one.before else none} → {one.after.name if one.after else none}: {len(one.codes)}"
            for one in seen.changes
        ]
        were = never_asked(before)
        said += [
            _(
                "Rule %(code)s would never be asked: number %(place)d before it leaves it nothing.",
                code=code,
                place=place,
            )
            for code, place in never_asked(after).items()
            if code not in were
        ]
        return said

    return told


RULES = Table(
    "rules",
    _l("Routing rules"),
    ("code",),
    (
        Column(
            "code",
            _lp("catalogue", "Code"),
            _l("empty for a new rule; it is asked before any rule that covers it"),
        ),
        Column("position", _l("Order"), _l("moved on the page of the rules"), is_told=True),
        Column("category_code", _l("Category"), _l("empty: every category")),
        Column("area_code", _l("Area"), _l("code of an area of today")),
        Column("caller_kind", _l("Who asks"), ", ".join(CallerKind)),
        Column("keywords", _l("Words people use"), _l("with | between them")),
        Column("hours", _l("When"), ", ".join(Hours)),
        Column(
            "unit_code", _l("Goes to"), _l("code of a unit of today; UBND: the committee of the area"), is_needed=True
        ),
    ),
    catalogue.routing_rules,
    _texts,
    _add,
    _change,
    _l("Each changed row is the next version of its rule, for cases opened from now on."),
    most=60,
    watch=_watch,
)
