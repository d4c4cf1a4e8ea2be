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
    if db.session.scalar(select(Authority.id).limit(1)) is not None:
        return
    for row in _rows("authorities.csv"):
        authority = Authority(**row)
        authority.search_text = directory_text(authority)
        db.session.add(authority)
    categories = {row.code: row for row in db.session.scalars(select(Category))}
    units = {row.code: row for row in db.session.scalars(select(Department).where(Department.valid_to.is_(None)))}
    for row in _rows("answer_templates.csv"):
        category, unit = categories.get(row.pop("category_code")), units.get(row.pop("department_code"))
        ids = {"category_id": category.id if category else None, "department_id": unit.id if unit else None}
        db.session.add(AnswerTemplate(**row, **ids))
    for row in _rows("evidence.csv"):
        if row["code"] in categories:
            categories[row["code"]].evidence = Evidence(row["evidence"])
    db.session.flush()


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
