"""What narrows a list: read from an address, refused with a sentence where it says nothing, and written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Area, Category, Department, Priority
from hotline.db import db
from hotline.errors import Invalid
from hotline.tickets.models import CallerKind, Channel, Ticket
from hotline.tickets.queries.searching import matches
from hotline.web.formats import local
from hotline.web.row_ids import row_id

LONGEST_WORDS = 200
HELD_DAYS = (1, 3, 5, 10)
Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; nothing at all narrows nothing.

    `held_days`: the present hands have had it longer than that. The fields are named in an address as in `NAMES`.
    """

    words: str = ""
    category: Category | None = None
    area: Area | None = None
    channel: Channel | None = None
    priority: Priority | None = None
    caller_kind: CallerKind | None = None
    unit: Department | None = None
    held_days: int | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, field) for field in NAMES)

    def args(self) -> dict[str, str]:
        """The arguments of an address that say the same."""
        found = {name: _written(getattr(self, field)) for field, name in NAMES.items()}
        return {name: value for name, value in found.items() if value}

    def without(self, field: str) -> Filters:
        """The same without one of them."""
        less: dict[str, Any] = {field: "" if field == "words" else None}
        return replace(self, **less)

    def conditions(self, actor: Actor, now: datetime) -> list[ColumnElement[bool]]:
        """The conditions on tickets."""
        found: list[ColumnElement[bool]] = [matches(self.words, actor)] if self.words else []
        same: tuple[tuple[Any, Any], ...] = (
            (Ticket.category_id, self.category.id if self.category else None),
            (Ticket.area_id, self.area.id if self.area else None),
            (Ticket.channel, self.channel),
            (Ticket.priority, self.priority),
            (Ticket.caller_kind, self.caller_kind),
        )
        found += [column == value for column, value in same if value is not None]
        if self.unit is not None:
            # A list that was kept, or a case that was closed, may know the unit as it was before a reorganisation.
            today_ids = catalogue.structure_on(local(now).date())
            of_it = [unit_id for unit_id, today_id in today_ids.items() if today_id == today_ids[self.unit.id]]
            found.append(Ticket.department_id.in_(of_it))
        if self.held_days is not None:
            found.append(Ticket.held_since_at < now - timedelta(days=self.held_days))
        return found


# Field -> its name in an address.
NAMES = {
    "words": "q",
    "category": "category",
    "area": "area",
    "channel": "channel",
    "priority": "priority",
    "caller_kind": "caller",
    "unit": "unit",
    "held_days": "held",
}


def read_filters(args: Mapping[str, str], actor: Actor) -> Filters:
    """The filters of an address; empty ones are none. Raises Invalid for a value that means nothing here."""
    if args.get("unit") and actor.department_id is not None:
        raise Invalid(fields={"unit": _l("You see the reports of your own unit only.")})
    return Filters(
        words=args.get("q", "").strip()[:LONGEST_WORDS],
        category=_row(Category, args, "category", _l("There is no such category. Please choose one from the list.")),
        area=_row(Area, args, "area", _l("There is no such area. Please choose one from the list.")),
        channel=_code(Channel, args, "channel", _l("There is no such channel. Please choose one from the list.")),
        priority=_code(Priority, args, "priority", _l("There is no such priority. Please choose one from the list.")),
        caller_kind=_code(CallerKind, args, "caller", _l("There is no such kind of caller. Please choose one.")),
        unit=_row(Department, args, "unit", _l("There is no such unit.")),
        held_days=_days(args),
    )


def _row(table: type[Any], args: Mapping[str, str], name: str, wrong: Any) -> Any:
    value = args.get(name, "")
    if not value:
        return None
    try:
        found = db.session.get(table, row_id(value))
    except ValueError:
        found = None
    if found is None:
        raise Invalid(fields={name: wrong})
    return found


def _code(codes: type[Code], args: Mapping[str, str], name: str, wrong: Any) -> Code | None:
    value = args.get(name, "")
    try:
        return codes(value) if value else None
    except ValueError as error:
        raise Invalid(fields={name: wrong}) from error


def _days(args: Mapping[str, str]) -> int | None:
    value = args.get("held", "")
    if value and value not in map(str, HELD_DAYS):
        raise Invalid(fields={"held": _l("Please choose a number of days from the list.")})
    return int(value) if value else None


def _written(value: Any) -> str:
    if value is None:
        return ""
    return str(getattr(value, "id", value))
