"""Loading what a province begins with: units, areas, categories, rules, policies and calendars."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.actions.areas import search_text_of
from hotline.catalogue.actions.knowledge import LONGEST, AnswerDraft, add_answer
from hotline.catalogue.actions.loading_answers import load_answering, load_authorities, load_templates
from hotline.catalogue.actions.loading_questions import load_questions
from hotline.catalogue.models import (
    AnswerKind,
    Area,
    AreaSuccession,
    Calendar,
    Category,
    CommonAnswer,
    Department,
    DepartmentSuccession,
    Level,
    Policy,
    Priority,
    RoutingRule,
)
from hotline.catalogue.rules.knowledge import REVIEWED_AFTER_DAYS
from hotline.db import db
from hotline.web.folding import fold, plain

SEED = Path(__file__).parent.parent / "seed"
REFORM = date(2025, 7, 1)
BEFORE = date(2022, 10, 1)
SWITCHBOARD = "TT1022"
UNCHANGED = "giữ nguyên"


def load_catalogue(*, by: Actor, now: datetime) -> None:
    """Load the units, areas, categories, rules, policies and calendar a province begins with.

    Does nothing when there are departments already: what the province changed is never overwritten.
    """
    if db.session.scalar(select(Department.id).limit(1)) is not None:
        return
    for calendar in ("calendar_vn.json", "calendar_always.json"):
        _load_calendar(calendar, now)
    areas = _load_areas()
    _load_departments(areas)
    _load_categories(now)
    load_questions(SEED)
    _load_policies(now)
    load_answering()
    _load_answers(by, now)
    audit.record("catalogue:load", by=by, now=now, object_kind="catalogue", object_id="seed")


def load_missing(*, by: Actor, now: datetime) -> dict[str, int]:
    """Load those parts of the seed that came with a later release and are empty here; how many rows of each.

    A part with a single row is the province's own and stays as it is. What proof categories ask for is not loaded: it
    would hold up answers that are being written.
    """
    loaded = {
        "authorities": load_authorities(),
        "answer templates": load_templates(),
        "questions": load_questions(SEED),
        "common answers": 0,
    }
    if db.session.scalar(select(CommonAnswer.id).limit(1)) is None:
        loaded["common answers"] = _load_answers(by, now)
    if any(loaded.values()):
        audit.record("catalogue:load_missing", by=by, now=now, object_kind="catalogue", object_id="seed", **loaded)
    return loaded


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _load_calendar(name: str, now: datetime) -> None:
    seed = json.loads((SEED / name).read_text(encoding="utf-8"))
    db.session.add(
        Calendar(
            code=seed["code"],
            name_vi=seed["name_vi"],
            name_en=seed["name_en"],
            definition=seed["definition"],
            day_names=seed["names"],
            made_at=now,
        )
    )


def _load_areas() -> dict[str, Area]:
    """The areas of today by code, with those they were made from."""
    old: dict[str, Area] = {}
    parents: dict[str, str] = {}
    for row in _rows("areas_until_2025.csv"):
        old[row["code"]] = Area(
            code=row["code"],
            name_vi=row["name_vi"],
            level=Level(row["level"]),
            search_text=search_text_of(row["name_vi"]),
            valid_from=BEFORE,
            valid_to=REFORM,
        )
        parents[row["code"]] = row["parent_code"]
    db.session.add_all(old.values())
    db.session.flush()
    for code, parent in parents.items():
        old[code].parent_id = old[parent].id if parent else None
    new: dict[str, Area] = {}
    province_id: int | None = None
    for row in _rows("areas.csv"):
        area = Area(
            code=row["code"],
            name_vi=row["name_vi"],
            level=Level(row["level"]),
            parent_id=province_id if row["parent_code"] else None,
            search_text=search_text_of(row["name_vi"], row["merged_from_vi"]),
            valid_from=REFORM,
        )
        db.session.add(area)
        db.session.flush()
        if not row["parent_code"]:
            province_id = area.id
        else:
            new[area.code] = area
            _succeed(area, row["merged_from_vi"], old, parents)
    return new


def _succeed(area: Area, merged: str, old: dict[str, Area], parents: dict[str, str]) -> None:
    """Note from which former communes `area` was made; a name that stands twice is told apart by its district."""
    communes = [item for item in old.values() if item.level is Level.COMMUNE]
    if merged == UNCHANGED:
        found = [item for item in communes if item.name_vi.partition(" ")[2] == area.name_vi.partition(" ")[2]]
    else:
        found = []
        parts = [re.fullmatch(r"(.+?)(?: \((.+)\))?", part.strip()) for part in merged.split(", ")]
        pairs = [(part[1], part[2] or "") for part in parts if part]
        plain_ones = [[c for c in communes if c.name_vi == name] for name, _ in pairs]
        home = {parents[found_[0].code] for found_ in plain_ones if len(found_) == 1}
        for (_name, district), candidates in zip(pairs, plain_ones, strict=True):
            if district:
                candidates = [c for c in candidates if old[parents[c.code]].name_vi.lower() == district.lower()]
            elif len(candidates) > 1:
                candidates = [c for c in candidates if parents[c.code] in home] or candidates
            found += candidates
    for item in found:
        db.session.add(AreaSuccession(predecessor_id=item.id, successor_id=area.id))


def _load_departments(areas: dict[str, Area]) -> None:
    old: dict[str, Department] = {}
    for row in _rows("departments_until_2025.csv"):
        old[row["code"]] = Department(
            code=row["code"],
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            sms_name=plain(row["name_vi"])[:25].strip(),
            level=Level(row["level"]),
            kind=row["kind"],
            valid_from=BEFORE,
            valid_to=REFORM,
        )
    db.session.add_all(old.values())
    db.session.flush()
    for row in _rows("departments.csv"):
        area = areas.get(row["code"].removeprefix("UBND-"))
        unit = Department(
            code=row["code"],
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            sms_name=row["sms_name"],
            level=Level(row["level"]),
            kind=row["kind"],
            area_id=area.id if area else None,
            is_switchboard=row["code"] == SWITCHBOARD,
            valid_from=date.fromisoformat(row["valid_from"]),
        )
        db.session.add(unit)
        db.session.flush()
        for code in row["succeeds"].split():
            db.session.add(DepartmentSuccession(predecessor_id=old[code].id, successor_id=unit.id))


def _load_categories(now: datetime) -> None:
    for position, row in enumerate(_rows("categories.csv"), start=1):
        category = Category(
            code=row["code"],
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            group_vi=row["group_vi"],
            group_en=row["group_en"],
            priority=Priority(row["priority"]),
            first_response_target=row["first_response"],
            resolve_target=row["resolve"],
            keywords_vi=row["keywords_vi"],
            live_transfer=row["live_transfer"],
            is_sensitive=row["sensitive"] == "yes",
            asks_procedure=row["procedure"] == "yes",
            search_text=fold(f"{row['code']} {row['name_vi']} {row['group_vi']} {row['keywords_vi']}"),
        )
        db.session.add(category)
        db.session.flush()
        of_the_area = row["department_code"] == "UBND-*"
        db.session.add(
            RoutingRule(
                code=f"R-{category.code}",
                made_at=now,
                position=position * 10,
                category_id=category.id,
                department_code=None if of_the_area else row["department_code"],
                to_area_committee=of_the_area,
            )
        )


def _load_policies(now: datetime) -> None:
    for row in json.loads((SEED / "policies.json").read_text(encoding="utf-8")):
        priority = row.pop("priority")
        db.session.add(Policy(**row, priority=Priority(priority) if priority else None, made_at=now))
    db.session.flush()


def _load_answers(by: Actor, now: datetime) -> int:
    """Answers about a category or unit that is not there are left out. Returns how many were loaded."""
    number = 0
    db.session.flush()
    categories = dict(db.session.execute(select(Category.code, Category.id)).tuples().all())
    standing = select(Department.code, Department.id).where(Department.valid_to.is_(None))
    units = dict(db.session.execute(standing).tuples().all())
    for row in _rows("common_answers.csv"):
        if row["category_code"] not in categories or row["unit_code"] not in units:
            continue
        number += 1
        texts: dict[str, Any] = {name: row[name] for name in LONGEST}
        draft = AnswerDraft(
            AnswerKind.QUESTION,
            **texts,
            category_id=categories[row["category_code"]],
            department_id=units[row["unit_code"]],
            review_on=now.date() + timedelta(days=REVIEWED_AFTER_DAYS),
        )
        add_answer(draft, by=by, now=now)
    return number
