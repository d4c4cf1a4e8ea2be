"""How reports of the demonstration come in: rules for particular cases, proposals while typing, answered questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from hotline.actor import SYSTEM
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import RuleDraft, add_rule
from hotline.catalogue.actions.routing import draft_of, unsaved
from hotline.catalogue.models import Category, CategoryQuestion, Hours, QuestionKind
from hotline.tickets.actions import NewTicket
from hotline.tickets.models import Channel
from hotline.tickets.queries.planning import rule_of
from hotline.tickets.queries.proposals import lexicon_of
from hotline.tickets.rules.routing import place_among
from hotline.tickets.rules.suggesting import Lexicon, suggest
from hotline.web.formats import day

ANSWERED_SHARE = 0.8
# What is particular: category, its words, its hours, and the unit; no unit means the committee of the area.
PARTICULAR: tuple[tuple[str, tuple[str, ...], Hours, str | None], ...] = (
    ("GT-01", ("hẻm", "tổ dân phố", "đường nội bộ", "khu dân cư"), Hours.ALWAYS, None),
    ("MT-02", ("trại heo", "trại lợn", "trại gà", "chăn nuôi"), Hours.ALWAYS, None),
    ("MT-04", (), Hours.OUTSIDE, "CAT"),
    ("AN-03", ("cháy rừng", "rẫy", "nương"), Hours.ALWAYS, "CCKL"),
)
SAID = ("Phía trước nhà.", "Không rõ.", "Người dân sẽ cung cấp thêm.")


def add_particular_rules(now: datetime) -> None:
    """Rules that stand before the general ones of their category, since before the first report."""
    categories = {row.code: row.id for row in catalogue.active_categories()}
    long_ago = now - timedelta(days=400)
    for code, words, hours, unit in PARTICULAR:
        draft = RuleDraft(
            category_id=categories[code],
            keywords=words,
            hours=hours,
            department_code=unit,
            to_area_committee=unit is None,
        )
        rows = catalogue.routing_rules()
        if any(draft_of(row).conditions == draft.conditions for row in rows):
            continue  # a load that was cut short had come this far
        place = place_among([rule_of(row) for row in rows], rule_of(unsaved(draft)))
        add_rule(draft, place, edition=catalogue.edition_of_rules(), by=SYSTEM, now=long_ago)


@dataclass(frozen=True)
class Intake:
    """What the console adds to a report: the first proposal, and the answers to the questions of the category."""

    lexicon: Lexicon
    questions: dict[int, Sequence[CategoryQuestion]]

    def completed(self, wish: NewTicket) -> NewTicket:
        """The report as it comes from the console; what came by other ways stays as it is. Draws no lots of others."""
        if wish.channel is not Channel.PHONE:
            return wish
        proposed = suggest(self.lexicon, wish.content)
        chance = Random(f"{wish.phone} {wish.content}")
        asked = self.questions.get(wish.category_id or 0, ())
        replies = [(question, _said(question, chance, wish.received_at)) for question in asked]
        return replace(
            wish,
            suggested_category_id=proposed[0].category_id if proposed else None,
            intake_replies=tuple(
                {"question": question.name_vi, "reply": said}
                for question, said in replies
                if question.is_required or chance.random() < ANSWERED_SHARE
            ),
        )


def intake(categories: Sequence[Category]) -> Intake:
    """The console of the demonstration."""
    questions = {row.id: catalogue.questions_of(row.id) for row in categories}
    return Intake(lexicon_of(catalogue.active_categories()), questions)


def _said(question: CategoryQuestion, chance: Random, at: datetime) -> str:
    if question.kind is QuestionKind.CHOICE:
        return chance.choice(question.choices)
    if question.kind is QuestionKind.YES_NO:
        return chance.choice(("có", "không"))
    if question.kind is QuestionKind.NUMBER:
        return str(chance.randrange(1, 8))
    if question.kind is QuestionKind.DATE:
        return day(at - timedelta(days=chance.randrange(1, 9)))
    return chance.choice(SAID)
