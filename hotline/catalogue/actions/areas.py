"""Verbs on areas: codes are reused, so an area is only ever mended in its spelling, ended, and followed by others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.models import Area, AreaSuccession, Level
from hotline.db import db
from hotline.errors import Conflict, Invalid
from hotline.web.folding import fold

SHORTENED = {"Phường": "P.", "Xã": "X.", "Thị trấn": "TT.", "Thị xã": "TX.", "Thành phố": "TP.", "Huyện": "H."}
SAME_NAME = 0.75  # how alike two spellings of one name are at least


@dataclass(frozen=True)
class AreaDraft:
    """An area that begins on a day, and what it is made from."""

    code: str
    name_vi: str
    level: Level
    valid_from: date
    parent_id: int | None = None
    made_from: tuple[Area, ...] = ()


def search_text_of(name: str, also: str = "") -> str:
    """What an area is found by: its name, the name with its kind shortened, and the names it was made from."""
    kind = next((kind for kind in SHORTENED if name.startswith(kind)), "")
    short = name.replace(kind, SHORTENED[kind], 1) if kind else ""
    return fold(f"{name} {short} {also}")[:500]


def add_area(draft: AreaDraft, *, by: Actor, now: datetime) -> Area:
    """An area from a day on; those it is made from end that day, unless they ended before. Raises Invalid."""
    wrong: dict[str, Any] = {}
    if not draft.code.isalnum() or not draft.code.isascii() or len(draft.code) > 16:
        wrong["code"] = _l("Up to 16 digits or letters, as in the official list.")
    if not draft.name_vi.strip():
        wrong["name_vi"] = _l("Please fill this in.")
    if any(draft.valid_from <= one.valid_from for one in draft.made_from if one.valid_to is None):
        wrong["valid_from"] = _l("The day must come after the day on which the areas it is made from began.")
    if wrong:
        raise Invalid(fields=wrong)
    for one in draft.made_from:
        if one.valid_to is None:
            _end(one, draft.valid_from, by=by, now=now)
    db.session.flush()
    ends = or_(Area.valid_to.is_(None), Area.valid_to > draft.valid_from)
    if db.session.scalar(select(Area.id).where(Area.code == draft.code, ends).limit(1)) is not None:
        raise Invalid(fields={"code": _l("An area with this code stands on that day.")})
    area = Area(
        code=draft.code, name_vi=draft.name_vi, level=draft.level, parent_id=draft.parent_id,
        search_text=search_text_of(draft.name_vi, ", ".join(one.name_vi for one in draft.made_from)),
        valid_from=draft.valid_from,
    )  # fmt: skip
    db.session.add(area)
    db.session.flush()
    for one in draft.made_from:
        db.session.add(AreaSuccession(predecessor_id=one.id, successor_id=area.id))
    after = audit.facts_of(area, ("code", "name_vi", "level", "parent_id", "valid_from"))
    after["made_from"] = [one.name_vi for one in draft.made_from]
    audit.record("catalogue:add-area", by=by, now=now, object_kind="area", object_id=area.id, after=after)
    db.session.flush()
    return area


def rename_area(area: Area, name_vi: str, *, by: Actor, now: datetime) -> bool:
    """Mend the spelling of a name; whether it changed. Raises Invalid for what is another name."""
    if not name_vi.strip():
        raise Invalid(fields={"name_vi": _l("Please fill this in.")})
    old, new = fold(area.name_vi), fold(name_vi)
    if SequenceMatcher(None, old, new).ratio() < SAME_NAME:
        sentence = _l("This is another name, not another spelling: add the new area from a day on, made from this one.")
        raise Invalid(fields={"name_vi": sentence})
    text = area.search_text.replace(old, new, 1) if old else area.search_text
    changes = audit.set_fields(area, {"name_vi": name_vi})
    if changes:
        area.search_text = f"{text} {search_text_of(name_vi)}"[:500] if new not in text else text
        area.version += 1
        db.session.flush()
        audit.record("catalogue:change-area", by=by, now=now, object_kind="area", object_id=area.id, **changes)
    return bool(changes)


def retire_area(area: Area, on: date, successors: Sequence[Area], *, by: Actor, now: datetime) -> None:
    """From `on` it is no more; old names find the successors. Raises Invalid, or Conflict when it ended already."""
    if area.valid_to is not None:
        raise Conflict(_l("The end of this area is settled already."))
    if on <= area.valid_from:
        raise Invalid(fields={"on": _l("The day must come after the day on which the area began.")})
    if any(one.id == area.id or one.valid_to is not None for one in successors):
        raise Invalid(fields={"successors": _l("An area that stands after that day, and another than this one.")})
    _end(area, on, by=by, now=now)
    for one in successors:
        db.session.add(AreaSuccession(predecessor_id=area.id, successor_id=one.id))
        one.search_text = f"{one.search_text} {search_text_of(area.name_vi)}"[:500]
        audit.record(
            "catalogue:succeed", by=by, now=now, object_kind="area", object_id=one.id, predecessor=area.name_vi,
            on=on.isoformat(),
        )  # fmt: skip
    db.session.flush()


def _end(area: Area, on: date, *, by: Actor, now: datetime) -> None:
    changes = audit.set_fields(area, {"valid_to": on})
    area.version += 1
    audit.record("catalogue:end-area", by=by, now=now, object_kind="area", object_id=area.id, **changes)
