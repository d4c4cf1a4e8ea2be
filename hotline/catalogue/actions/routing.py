"""Versions of routing rules: each edit is a version of its own; the old one stays for the cases it sent (DESIGN 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue import queries
from hotline.catalogue.models import Area, Category, Hours, RoutingRule
from hotline.db import db
from hotline.errors import Invalid, NotFound
from hotline.web.folding import fold
from hotline.web.formats import local

STEP = 10
MOST_KEYWORDS = 30
SHORTEST_KEYWORD, LONGEST_KEYWORD = 2, 60


@dataclass(frozen=True)
class RuleDraft:
    """What a rule says, before it is a version. None, no keywords and `always` match everything."""

    category_id: int | None = None
    area_id: int | None = None
    caller_kind: str | None = None
    keywords: tuple[str, ...] = ()
    hours: Hours = Hours.ALWAYS
    department_code: str | None = None
    to_area_committee: bool = False

    @property
    def conditions(self) -> tuple[object, ...]:
        """What a case must be for this rule to decide."""
        words = frozenset(word.casefold() for word in self.keywords)
        return self.category_id, self.area_id, self.caller_kind, words, self.hours, self.to_area_committee


def draft_of(row: RoutingRule) -> RuleDraft:
    """What a version says."""
    values = {name: getattr(row, name) for name in RuleDraft.__dataclass_fields__}
    return RuleDraft(**{**values, "keywords": tuple(row.keywords)})


def unsaved(draft: RuleDraft, *, like: RoutingRule | None = None) -> RoutingRule:
    """A rule that says this and is stored nowhere, for previews."""
    return RoutingRule(id=like.id if like else 0, code=like.code if like else "", **_columns(draft))


def rule_named(rows: Sequence[RoutingRule], code: str) -> RoutingRule:
    """The rule of this code among `rows`. Raises NotFound."""
    found = next((row for row in rows if row.code == code), None)
    if found is None:
        raise NotFound(_l("There is no such rule."))
    return found


def moved(rows: Sequence[RoutingRule], code: str, *, past: str) -> list[RoutingRule]:
    """The rules in order when `code` has changed sides of `past`."""
    row, other = rule_named(rows, code), rule_named(rows, past)
    place = rows.index(other)
    rest = [one for one in rows if one is not row]
    return [*rest[:place], row, *rest[place:]]


def add_rule(draft: RuleDraft, place: int, *, edition: int | None, by: Actor, now: datetime) -> RoutingRule:
    """A rule that did not exist, asked at `place` (0: first). Raises Conflict and Invalid as `change_rule`."""
    rows = queries.rules_at(edition, locked=True)
    check_draft(draft, rows, now=now)
    row = _write(_fresh_code(), 1, draft, 0, None, by=by, now=now, deed="add_rule")
    _number([*rows[:place], row, *rows[place:]])
    return row


def change_rule(code: str, draft: RuleDraft, *, edition: int | None, by: Actor, now: datetime) -> RoutingRule:
    """The next version of a rule, for cases opened from now on.

    Raises Conflict when any rule changed since `edition`, Invalid, with the field, for what cannot be, and without a
    field when nothing would change.
    """
    rows = queries.rules_at(edition, locked=True)
    row = rule_named(rows, code)
    if draft_of(row) == draft:
        raise Invalid(_l("Nothing would change."))
    check_draft(draft, rows, code=code, now=now)
    return next_version(row, draft, position=row.position, by=by, now=now, deed="change_rule")


def move_rule(code: str, *, past: str, edition: int | None, by: Actor, now: datetime) -> RoutingRule:
    """Ask it on the other side of `past`. It gets a version; the others only change their numbers."""
    rows = queries.rules_at(edition, locked=True)
    row = rule_named(rows, code)
    order = moved(rows, code, past=past)
    if order == rows:
        raise Invalid(_l("Nothing would change."))
    places = rows.index(row) + 1, order.index(row) + 1
    new = next_version(row, draft_of(row), position=row.position, by=by, now=now, deed="move_rule", places=places)
    _number([new if one is row else one for one in order])
    return new


def retire_rule(code: str, *, edition: int | None, by: Actor, now: datetime) -> RoutingRule:
    """End a rule: its last version says so. What no rule decides is sorted by the switchboard."""
    row = rule_named(queries.rules_at(edition, locked=True), code)
    return next_version(row, draft_of(row), position=row.position, is_active=False, by=by, now=now, deed="retire_rule")


def check_draft(draft: RuleDraft, rows: Sequence[RoutingRule], *, code: str = "", now: datetime) -> None:
    """Raises Invalid with every field that cannot be right in rule `code`, or in a new one."""
    wrong: dict[str, Any] = {}
    category = db.session.get(Category, draft.category_id) if draft.category_id else None
    if draft.category_id is not None and (category is None or not category.is_active):
        wrong["category_id"] = _l("There is no such category. Please choose one from the list.")
    area = db.session.get(Area, draft.area_id) if draft.area_id else None
    if draft.area_id is not None and (area is None or not area.stands_on(local(now).date())):
        wrong["area_id"] = _l("There is no such area. Please choose one from the list.")
    if draft.to_area_committee == bool(draft.department_code):
        wrong["destination"] = _l("Please choose the unit that is responsible.")
    elif draft.department_code and queries.department_by_code(draft.department_code, local(now).date()) is None:
        wrong["destination"] = _l("There is no such unit today. Please choose one from the list.")
    if said := _wrong_keywords(draft.keywords):
        wrong["keywords"] = said
    if not wrong and any(draft_of(row).conditions == draft.conditions for row in rows if row.code != code):
        wrong["category_id"] = _l("Another rule has the same conditions; one of the two would never be asked.")
    if wrong:
        raise Invalid(fields=wrong)


def _wrong_keywords(keywords: tuple[str, ...]) -> Any:
    if len(keywords) > MOST_KEYWORDS:
        return _l("At most %(number)d keywords.", number=MOST_KEYWORDS)
    if any(not SHORTEST_KEYWORD <= len(fold(word)) <= LONGEST_KEYWORD for word in keywords):
        return _l("Each keyword has %(least)d to %(most)d letters.", least=SHORTEST_KEYWORD, most=LONGEST_KEYWORD)
    return None


def _number(rows: Sequence[RoutingRule]) -> None:
    for place, row in enumerate(rows, start=1):
        row.position = place * STEP
    db.session.flush()


def _fresh_code() -> str:
    number = (db.session.scalar(select(func.max(RoutingRule.id))) or 0) + 1
    return f"R-{number:04}"


def _columns(draft: RuleDraft) -> dict[str, Any]:
    return asdict(draft) | {"keywords": list(draft.keywords)}


def next_version(
    row: RoutingRule,
    draft: RuleDraft,
    *,
    position: int,
    is_active: bool = True,
    by: Actor,
    now: datetime,
    deed: str,
    places: tuple[int, int] | None = None,
) -> RoutingRule:
    """Write what a rule says from now on; `row`, which must be locked, is its version until now."""
    row.is_current = False
    db.session.flush()  # the database holds one version in force: the old one must go before the new one is written
    return _write(
        row.code, row.version + 1, draft, position, row, is_active=is_active, by=by, now=now, deed=deed, places=places
    )


def _write(
    code: str,
    version: int,
    draft: RuleDraft,
    position: int,
    before: RoutingRule | None,
    *,
    is_active: bool = True,
    by: Actor,
    now: datetime,
    deed: str,
    places: tuple[int, int] | None = None,
) -> RoutingRule:
    row = RoutingRule(
        code=code,
        version=version,
        is_current=True,
        is_active=is_active,
        position=position,
        made_at=now,
        **_columns(draft),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        f"catalogue:{deed}",
        by=by,
        now=now,
        object_kind="routing_rule",
        object_id=code,
        version=version,
        before=_columns(draft_of(before)) if before else None,
        after={**_columns(draft), "is_active": is_active},
        **({"place_before": places[0], "place": places[1]} if places else {}),
    )
    return row
