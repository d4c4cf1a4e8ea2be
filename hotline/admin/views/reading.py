"""The knowledge base to be read by everybody at work; a unit sees what it owns and what it must look through."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from hotline import clock
from hotline.catalogue.queries import knowledge
from hotline.catalogue.rules.knowledge import is_review_due
from hotline.staff.current import actor
from hotline.web.access import signed_in
from hotline.web.formats import local

reading = Blueprint("answers", __name__, template_folder="../templates")
MOST_READ = 25


@reading.get("/answers")
@signed_in
def answers() -> str:
    """What fits the words; without words the notices, the unit's own answers, and what is asked most."""
    words, now = request.args.get("q", "")[:200].strip(), clock.now()
    today, unit_id = local(now).date(), actor().department_id
    mine = [(row, knowledge.standing_of(row, now)) for row in knowledge.answers_of_unit(unit_id)] if unit_id else []
    return render_template(
        "admin/reading.html",
        words=words,
        found=knowledge.search_answers(words, now, at_most=MOST_READ),
        notices=knowledge.notices_in_force(now),
        mine=mine,
        today=today,
        due=[row for row, stands in mine if is_review_due(row.review_on, stands, today)],
        often=knowledge.often_used(now),
    )


@reading.get("/answers/<answer_code>")
@signed_in
def answer(answer_code: str) -> str:
    """One entry as it is read out, and how it stands."""
    row, now = knowledge.answer_by_code(answer_code), clock.now()
    return render_template(
        "admin/reading_one.html", row=row, standing=knowledge.standing_of(row, now), today=local(now).date()
    )
