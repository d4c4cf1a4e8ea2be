"""Which unit is responsible, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One routing rule. An empty condition matches everything; `to_area_committee` means that of the area."""

    id: int
    category_id: int | None = None
    area_id: int | None = None
    department_code: str | None = None
    to_area_committee: bool = False


@dataclass(frozen=True)
class Decision:
    """The rule that decided and the code of the unit it names."""

    rule: Rule
    department_code: str


def route(
    rules: Iterable[Rule], *, category_id: int | None, area_id: int | None, area_code: str | None
) -> Decision | None:
    """The first rule in order whose conditions all match; None means the switchboard's triage, never nowhere.

    A rule for the area's committee does not match a ticket without an area.
    """
    if category_id is None:
        return None
    for rule in rules:
        if rule.category_id not in (None, category_id) or rule.area_id not in (None, area_id):
            continue
        if rule.to_area_committee:
            if area_code:
                return Decision(rule, f"UBND-{area_code}")
        elif rule.department_code:
            return Decision(rule, rule.department_code)
    return None
