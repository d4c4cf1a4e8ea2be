"""Loading what helps to answer: templates, the directory of who else is responsible, what proof categories ask for."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from hotline.catalogue.actions.answering import directory_text
from hotline.catalogue.models import AnswerTemplate, Authority, Category, Department, Evidence
from hotline.db import db

SEED = Path(__file__).parent.parent / "seed"


def load_answering() -> None:
    """Load templates, directory and asked proof, once categories and units are there. What there is stays as it is."""
    if load_authorities():
        load_templates()
        categories = {row.code: row for row in db.session.scalars(select(Category))}
        for row in _rows("evidence.csv"):
            if row["code"] in categories:
                categories[row["code"]].evidence = Evidence(row["evidence"])
        db.session.flush()


def load_authorities() -> int:
    """Load the directory when there is none. Returns how many entries."""
    if db.session.scalar(select(Authority.id).limit(1)) is not None:
        return 0
    rows = list(_rows("authorities.csv"))
    for row in rows:
        authority = Authority(**row)
        authority.search_text = directory_text(authority)
        db.session.add(authority)
    db.session.flush()
    return len(rows)


def load_templates() -> int:
    """Load the templates when there are none; for a category or unit that is not there none. Returns how many."""
    if db.session.scalar(select(AnswerTemplate.id).limit(1)) is not None:
        return 0
    categories = {row.code: row for row in db.session.scalars(select(Category))}
    units = {row.code: row for row in db.session.scalars(select(Department).where(Department.valid_to.is_(None)))}
    number = 0
    for row in _rows("answer_templates.csv"):
        wanted = row.pop("category_code"), row.pop("department_code")
        category, unit = categories.get(wanted[0]), units.get(wanted[1])
        if (wanted[0] and category is None) or (wanted[1] and unit is None):
            continue
        number += 1
        ids = {"category_id": category.id if category else None, "department_id": unit.id if unit else None}
        db.session.add(AnswerTemplate(**row, **ids))
    db.session.flush()
    return number


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
