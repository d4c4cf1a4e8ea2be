"""A lived-in province, shuffled further: every state a text may have, every way of rating, some answers rated again."""

from datetime import UTC, datetime
from random import Random

from flask_migrate import upgrade
from sqlalchemy import func, select

from hotline.db import transaction
from hotline.demo.load import load_province
from hotline.messages.models import Message, MessageState
from hotline.satisfaction.actions import note_change
from hotline.satisfaction.models import Mode, Rating, Solved, Survey
from hotline.staff.models import User

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
ANSWERS = (Solved.YES, Solved.PARTLY, Solved.NO)
YEAR = "from=2025-12-01&to=2026-11-24"


def live(tickets, seed):
    """Load it into the empty database of the present application."""
    chance = Random(seed)
    upgrade()
    load_province(tickets, seed, NOW, told=lambda number: None)
    with transaction() as session:
        for message in session.scalars(select(Message).where(Message.link_purpose == "rate").order_by(Message.id)):
            message.state = chance.choice(list(MessageState))
            message.sent_at = message.sent_at or message.made_at
            if message.state in (MessageState.FAILED, MessageState.SUPPRESSED):
                message.error_code = chance.choice(("", "21211", "30006"))
                message.reason = chance.choice(("", "The number is not in service."))
        caller = session.scalar(select(func.min(User.id)))
        for rating in session.scalars(select(Rating).order_by(Rating.id)):
            rating.mode = chance.choice(list(Mode))
            rating.taken_by_id = caller if rating.mode is Mode.CALL_BACK else None
            rating.score, rating.solved = chance.randint(1, 5), chance.choice(ANSWERS)
            if rating.mode is Mode.REPLY and chance.random() < 0.5:
                rating.solved = Solved.UNSAID
            note_change(rating.survey)
        for survey in session.scalars(select(Survey).order_by(Survey.id)):
            if chance.random() < 0.4:
                survey.opened_at = survey.closed_at
            if not survey.rating and chance.random() < 0.1:  # by keypad, also without an invitation
                session.add(_keyed(survey, chance))
                note_change(survey)


def _keyed(survey, chance):
    solved, score = chance.choice(ANSWERS), chance.randint(1, 5)
    return Rating(
        survey_id=survey.id, solved=solved, score=score, first_solved=solved, first_score=score, mode=Mode.KEYPAD,
        receipt=f"keyed{survey.id}", rated_at=survey.closed_at,
    )  # fmt: skip
