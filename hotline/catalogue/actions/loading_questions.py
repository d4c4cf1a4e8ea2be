"""Loading what a province begins with for the talk on the telephone: questions and scripts of some categories."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from hotline.catalogue.models import Category, CategoryQuestion, QuestionKind
from hotline.db import db

BETWEEN_CHOICES = "|"


def load_questions(seed: Path) -> int:
    """Add the questions and scripts in `seed` to the categories, which are loaded already. Returns how many questions.

    Nothing is added when there are questions or scripts: those are the province's own.
    """
    scripted = select(Category.id).where(Category.script_vi != "").limit(1)
    if any(db.session.scalar(one) is not None for one in (select(CategoryQuestion.id).limit(1), scripted)):
        return 0
    categories = {row.code: row for row in db.session.scalars(select(Category))}
    places: Counter[str] = Counter()
    with (seed / "questions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["category_code"]
            if code not in categories:
                continue
            places[code] += 1
            question = CategoryQuestion(
                category_id=categories[code].id,
                position=places[code],
                kind=QuestionKind(row["kind"]),
                choices=[choice for choice in row["choices"].split(BETWEEN_CHOICES) if choice],
                is_required=row["required"] == "yes",
                name_vi=row["name_vi"],
                name_en=row["name_en"],
            )
            db.session.add(question)
    with (seed / "scripts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if category := categories.get(row["category_code"]):
                category.script_vi, category.script_en = row["script_vi"], row["script_en"]
    db.session.flush()
    return places.total()
