"""Units and areas as tables."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import or_, select

from hotline import clock
from hotline.actor import Actor
from hotline.admin.refiling import add_area, rename_area
from hotline.admin.tables.frame import Column, Table, Texts, read_code, read_day
from hotline.catalogue.actions import UnitDraft, add_unit, change_unit
from hotline.catalogue.actions.areas import AreaDraft
from hotline.catalogue.actions.units import KINDS
from hotline.catalogue.models import Area, Department, Level
from hotline.db import db
from hotline.errors import Invalid
from hotline.web.formats import local

DATES = _l("2026-11-25 or 25/11/2026")


def area_with_code(texts: Texts, name: str) -> Area | None:
    """The area that stands today and has this code; None for an empty cell. Raises Invalid."""
    code, today = texts.get(name, ""), local(clock.now()).date()
    if not code:
        return None
    ends = or_(Area.valid_to.is_(None), Area.valid_to > today)
    found = db.session.scalar(select(Area).where(Area.code == code, Area.valid_from <= today, ends))
    if found is None:
        raise Invalid(fields={name: _l("No area has this code today.")})
    return found


def _unit_texts(row: Department) -> dict[str, str]:
    return {
        "code": row.code,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
        "name_vi": row.name_vi,
        "name_en": row.name_en,
        "sms_name": row.sms_name,
        "level": row.level.value,
        "kind": row.kind,
        "area_code": row.area.code if row.area else "",
        "duty_number": row.duty_number,
    }


def _unit_draft(texts: Texts) -> UnitDraft:
    area = area_with_code(texts, "area_code")
    same = {name: texts[name] for name in ("name_vi", "name_en", "sms_name", "kind", "duty_number")}
    return UnitDraft(**same, level=read_code(texts, "level", Level), area_id=area.id if area else None)


def _add_unit(texts: Texts, by: Actor, now: datetime) -> Department:
    unit = add_unit(texts["code"], _unit_draft(texts), read_day(texts, "valid_from"), by=by, now=now)
    db.session.refresh(unit)
    return unit


def _change_unit(row: Department, texts: Texts, by: Actor, now: datetime) -> Department | None:
    changed = change_unit(row, _unit_draft(texts), by=by, now=now)
    db.session.expire(row, ["area"])
    return row if changed else None


UNITS = Table(
    "units",
    _l("Units"),
    ("code", "valid_from"),
    (
        Column("code", _lp("catalogue", "Code"), is_needed=True),
        Column("valid_from", _l("Stands from"), DATES, is_needed=True, is_date=True),
        Column("valid_to", _l("Stands until"), _l("by a reorganisation"), is_told=True, is_date=True),
        Column("name_vi", _l("Name in Vietnamese"), is_needed=True),
        Column("name_en", _l("Name in English")),
        Column("sms_name", _l("Name in texts"), _l("at most 25 characters, without diacritics"), is_needed=True),
        Column("level", _l("Level"), ", ".join(Level), is_needed=True),
        Column("kind", _l("Kind of unit"), ", ".join(KINDS), is_needed=True),
        Column("area_code", _l("Area"), _l("code of an area of today")),
        Column("duty_number", _l("Duty number")),
    ),
    lambda: db.session.scalars(select(Department).order_by(Department.valid_from, Department.id)),
    _unit_texts,
    _add_unit,
    _change_unit,
    _l("A row is found by its code and the day from which it stands. Ends and mergers are decided on the unit's page."),
    most=300,
)


def _area_texts(row: Area) -> dict[str, str]:
    parent = db.session.get(Area, row.parent_id) if row.parent_id else None
    return {
        "code": row.code,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
        "name_vi": row.name_vi,
        "level": row.level.value,
        "parent_code": parent.code if parent else "",
    }


def _add_area(texts: Texts, by: Actor, now: datetime) -> Area:
    parent = area_with_code(texts, "parent_code")
    draft = AreaDraft(
        texts["code"], texts["name_vi"], read_code(texts, "level", Level), read_day(texts, "valid_from"),
        parent.id if parent else None,
    )  # fmt: skip
    return add_area(draft, by=by, now=now)


def _change_area(row: Area, texts: Texts, by: Actor, now: datetime) -> Area | None:
    before = _area_texts(row)
    for name in ("level", "parent_code"):
        if texts[name] != before[name]:
            raise Invalid(fields={name: _l("Only the spelling of the name is mended; for the rest add a new area.")})
    return row if rename_area(row, texts["name_vi"], by=by, now=now) else None


AREAS = Table(
    "areas",
    _l("Areas"),
    ("code", "valid_from"),
    (
        Column("code", _lp("catalogue", "Code"), is_needed=True),
        Column("valid_from", _l("Stands from"), DATES, is_needed=True, is_date=True),
        Column("valid_to", _l("Stands until"), _l("decided on the area's page"), is_told=True, is_date=True),
        Column("name_vi", _lp("catalogue", "Name"), is_needed=True),
        Column("level", _l("Level"), ", ".join(Level), is_needed=True),
        Column("parent_code", _l("Part of"), _l("code of an area of today")),
    ),
    lambda: db.session.scalars(select(Area).order_by(Area.valid_from, Area.id)),
    _area_texts,
    _add_area,
    _change_area,
    _l("Codes are used again, so a row is found by its code and the day from which it stands."),
    most=250,
)
