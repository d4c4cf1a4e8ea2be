"""Routing rules in plain words: when, where to, and what an edit changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select

from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import RuleDraft
from hotline.catalogue.models import Area, Category, Hours, RoutingRule
from hotline.db import db
from hotline.tickets.models import CallerKind
from hotline.tickets.queries.planning import rule_of
from hotline.tickets.rules.routing import Condition, covers
from hotline.web.formats import local


@dataclass(frozen=True)
class Names:
    """What the ids and codes in rules are called; read once for many rules."""

    categories: dict[int, str]
    areas: dict[int, str]
    units: dict[str, str]

    def destination(self, rule: RoutingRule | RuleDraft) -> str:
        """Where the rule leads."""
        if rule.to_area_committee:
            return _("People's Committee of the area")
        code = rule.department_code or ""
        return self.units.get(code) or _("%(code)s (no longer stands)", code=code)

    def conditions(self, rule: RoutingRule | RuleDraft) -> list[str]:
        """When the rule decides, one part for each condition."""
        told = []
        if rule.area_id is not None:
            told.append(_("in %(area)s", area=self.areas.get(rule.area_id, str(rule.area_id))))
        if rule.caller_kind is not None:
            told.append(_("reported by: %(who)s", who=CallerKind(rule.caller_kind).label))
        if rule.keywords:
            told.append(_("with one of the words: %(words)s", words=", ".join(rule.keywords)))
        if rule.hours is not Hours.ALWAYS:
            told.append(str(rule.hours.label))
        return told

    def category(self, rule: RoutingRule | RuleDraft) -> str:
        """What the rule is about."""
        if rule.category_id is None:
            return _("Any category")
        return self.categories.get(rule.category_id, str(rule.category_id))

    def name(self, rule: RoutingRule | RuleDraft) -> str:
        """The rule in one line."""
        return f"{'; '.join([self.category(rule), *self.conditions(rule)])} → {self.destination(rule)}"


def names(now: datetime) -> Names:
    """The names as they are today."""
    today = local(now).date()
    units = [catalogue.switchboard(today), *catalogue.current_departments(today)]
    ends_later = or_(Area.valid_to.is_(None), Area.valid_to > today)
    return Names(
        {row.id: row.name for row in db.session.scalars(select(Category))},
        {row.id: row.name for row in db.session.scalars(select(Area).where(ends_later))},
        {unit.code: unit.name for unit in units},
    )


def rule_changes(before: RoutingRule | RuleDraft, after: RoutingRule | RuleDraft, known: Names) -> list[str]:
    """What a version says differently from the one before, field by field."""
    none = _("any")
    kinds: dict[str | None, str] = {None: none, **{kind.value: str(kind.label) for kind in CallerKind}}

    def parts(rule: RoutingRule | RuleDraft) -> dict[str, str]:
        return {
            _("Category"): known.category(rule),
            _("Commune or ward"): known.areas.get(rule.area_id, str(rule.area_id)) if rule.area_id else none,
            _("Who asks"): kinds[rule.caller_kind],
            _("Keywords"): ", ".join(rule.keywords) or "–",
            _("When"): str(rule.hours.label),
            _("Responsible unit"): known.destination(rule),
        }

    old, new = parts(before), parts(after)
    return [f"{label}: {old[label]} → {said}." for label, said in new.items() if said != old[label]]


def condition_words(condition: Condition) -> str:
    """Why a rule was passed over."""
    return {
        Condition.CATEGORY: _("another category"),
        Condition.AREA: _("another area, or none was given"),
        Condition.CALLER: _("another kind of caller"),
        Condition.KEYWORDS: _("none of its words stands in the text"),
        Condition.HOURS: _("the other hours"),
    }[condition]


def never_asked(rows: Sequence[RoutingRule]) -> dict[str, int]:
    """The rules that one before them leaves nothing: code → the place of that one, from 1."""
    rules = [rule_of(row) for row in rows]
    found: dict[str, int] = {}
    for place, rule in enumerate(rules):
        before = next((at for at, wide in enumerate(rules[:place]) if covers(wide, rule)), None)
        if before is not None:
            found[rows[place].code] = before + 1
    return found
