"""Changes of the catalogue that change what cases are found by: the verb, and the mark for the job that files them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from hotline.actor import Actor
from hotline.catalogue.actions import areas as area_verbs
from hotline.catalogue.actions import categories as category_verbs
from hotline.catalogue.models import Area, AreaSuccession, Category
from hotline.tickets.actions.searching import mark_to_file_again
from hotline.tickets.models import Ticket

FILED_OF_CATEGORY = ("name_vi", "group_vi", "is_sensitive")


def add_area(draft: area_verbs.AreaDraft, *, by: Actor, now: datetime) -> Area:
    """The verb; cases in what the area is made from are found by its name, too."""
    made = area_verbs.add_area(draft, by=by, now=now)
    _mark(one.id for one in draft.made_from)
    return made


def rename_area(area: Area, name_vi: str, *, by: Actor, now: datetime) -> bool:
    """The verb; cases in the area and in what it was made from are found by the new spelling."""
    changed = area_verbs.rename_area(area, name_vi, by=by, now=now)
    if changed:
        _mark([area.id])
    return changed


def retire_area(area: Area, on: date, successors: Sequence[Area], *, by: Actor, now: datetime) -> None:
    """The verb; old cases are found by the new names, new ones by the old name."""
    area_verbs.retire_area(area, on, successors, by=by, now=now)
    _mark([area.id, *(one.id for one in successors)])


def change_category(row: Category, draft: category_verbs.CategoryDraft, *, by: Actor, now: datetime) -> bool:
    """The verb; its cases are found by its new names, and by who reported only while it is not sensitive."""
    before = _filed_of(row)
    changed = category_verbs.change_category(row, draft, by=by, now=now)
    if _filed_of(row) != before:
        mark_to_file_again(Ticket.category_id == row.id)
    return changed


def _filed_of(row: Category) -> list[Any]:
    return [getattr(row, name) for name in FILED_OF_CATEGORY]


def _mark(area_ids: Iterable[int]) -> None:
    """Mark the cases in these areas and in all that became part of them."""
    here = select(Area.id.label("id")).where(Area.id.in_(list(area_ids))).cte(recursive=True)
    before = select(AreaSuccession.predecessor_id).join(here, AreaSuccession.successor_id == here.c.id)
    mark_to_file_again(Ticket.area_id.in_(select(here.union(before).c.id)))
