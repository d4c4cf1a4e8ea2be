"""What the catalogue page lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Calendar, RoutingRule


def rules_by_category() -> dict[int, RoutingRule]:
    """The first rule of each category."""
    found: dict[int, RoutingRule] = {}
    for rule in catalogue.routing_rules():
        if rule.category_id is not None:
            found.setdefault(rule.category_id, rule)
    return found


def days_of(calendar: Calendar, year: int) -> Sequence[tuple[date, str, bool]]:
    """The special days of a year: date, key of its name, whether it is worked."""
    days = [(text, False) for text in calendar.definition.get("holidays", [])]
    days += [(text, True) for text in calendar.definition.get("extra_working_days", {})]
    return sorted((date.fromisoformat(text), text, worked) for text, worked in days if text.startswith(str(year)))
