"""Which unit is responsible: the first rule in order whose conditions all match, and which conditions those were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from hotline.tickets.rules.phrases import Text, key_of

ALWAYS, OFFICE, OUTSIDE = "always", "office", "outside"


class Condition(StrEnum):
    """What a rule may ask of a case."""

    CATEGORY = "category"
    AREA = "area"
    CALLER = "caller"
    KEYWORDS = "keywords"
    HOURS = "hours"


@dataclass(frozen=True)
class Rule:
    """One routing rule. An empty condition matches everything; `to_area_committee` means that of the area.

    `keywords` are as people write them; one of them must stand in the text.
    """

    id: int
    category_id: int | None = None
    area_id: int | None = None
    caller_kind: str | None = None
    keywords: tuple[str, ...] = ()
    hours: str = ALWAYS
    department_code: str | None = None
    to_area_committee: bool = False


@dataclass(frozen=True)
class Facts:
    """What rules are asked about: the case as it was reported."""

    category_id: int | None = None
    area_id: int | None = None
    area_code: str | None = None
    caller_kind: str = ""
    content: str = ""
    is_office_time: bool = True

    @cached_property
    def text(self) -> Text:
        """The content in words, read only when a rule asks for keywords."""
        return Text(self.content)


@dataclass(frozen=True)
class Decision:
    """The rule that decided, the code of the unit it names, and why: what matched, and the word as it stood there."""

    rule: Rule
    department_code: str
    matched: tuple[Condition, ...] = ()
    word: str | None = None


def asked_by(rule: Rule) -> tuple[Condition, ...]:
    """The conditions that a rule has. A rule for the area's committee asks for an area."""
    asked = {
        Condition.CATEGORY: rule.category_id is not None,
        Condition.AREA: rule.area_id is not None or rule.to_area_committee,
        Condition.CALLER: rule.caller_kind is not None,
        Condition.KEYWORDS: bool(rule.keywords),
        Condition.HOURS: rule.hours != ALWAYS,
    }
    return tuple(condition for condition, is_asked in asked.items() if is_asked)


def word_for(rule: Rule, facts: Facts) -> str | None:
    """The first keyword of the rule that stands in the text, as it stands there."""
    found = (facts.text.finds(keyword) for keyword in rule.keywords)
    return next((word for word in found if word is not None), None)


def missed(rule: Rule, facts: Facts) -> tuple[Condition, ...]:
    """The conditions of `rule` that the case does not meet; none: it would decide."""
    has_an_area = bool(facts.area_code) or not rule.to_area_committee
    met = {
        Condition.CATEGORY: rule.category_id in (None, facts.category_id),
        Condition.AREA: rule.area_id in (None, facts.area_id) and has_an_area,
        Condition.CALLER: rule.caller_kind in (None, facts.caller_kind),
        Condition.HOURS: rule.hours == ALWAYS or (rule.hours == OFFICE) == facts.is_office_time,
    }
    failed = tuple(condition for condition, is_met in met.items() if not is_met)
    if not rule.keywords or word_for(rule, facts) is not None:
        return failed
    return (*failed, Condition.KEYWORDS)


def route(rules: Iterable[Rule], facts: Facts) -> Decision | None:
    """The first rule in order whose conditions all match; None means the switchboard's triage, never nowhere.

    Without a category nothing decides: the switchboard sorts it first.
    """
    if facts.category_id is None:
        return None
    for rule in rules:
        if rule.category_id not in (None, facts.category_id) or missed(rule, facts):
            continue
        code = f"UBND-{facts.area_code}" if rule.to_area_committee else rule.department_code
        if code:
            return Decision(rule, code, asked_by(rule), word_for(rule, facts))
    return None


def covers(wide: Rule, narrow: Rule) -> bool:
    """Whether every case of `narrow` is also one of `wide`, so that `narrow` behind it is never asked."""
    if wide.to_area_committee and narrow.area_id is None and not narrow.to_area_committee:
        return False
    few, many = {key_of(word) for word in narrow.keywords}, {key_of(word) for word in wide.keywords}
    return (
        wide.category_id in (None, narrow.category_id)
        and wide.area_id in (None, narrow.area_id)
        and wide.caller_kind in (None, narrow.caller_kind)
        and wide.hours in (ALWAYS, narrow.hours)
        and (not many or (bool(few) and few <= many))
    )


def place_among(rules: list[Rule], new: Rule) -> int:
    """Where a new rule is asked: before the first that would leave it nothing, else last."""
    return next((place for place, rule in enumerate(rules) if covers(rule, new)), len(rules))
