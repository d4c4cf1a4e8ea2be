"""Looks at surveys and ratings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from hotline.actor import Actor
from hotline.catalogue.settings import province
from hotline.db import db
from hotline.errors import NotFound
from hotline.messages.models import Message
from hotline.messages.queries import ARRIVED
from hotline.satisfaction.models import Rating, Solved, Survey
from hotline.satisfaction.rules import LINK_PURPOSE, UNHAPPY_TO, may_rate
from hotline.tickets.models import Answer, Ticket
from hotline.tickets.queries import known_to
from hotline.web.paging import ROWS_A_PAGE, Page
from hotline.web.tokens import TOKEN_LENGTH, token_hash


def survey_of_token(token: str) -> Survey:
    """The survey a citizen's link names. Raises NotFound for an unknown, shortened or foreign token."""
    found = None
    if len(token) == TOKEN_LENGTH:
        found = db.session.scalar(
            select(Survey)
            .options(joinedload(Survey.ticket), joinedload(Survey.department), joinedload(Survey.rating))
            .where(Survey.token_hash == token_hash(token))
        )
    if found is None:
        raise NotFound(_l("This link is incomplete or mistyped. Please open it again from the text message."))
    return found


def published_answer(ticket_id: int, cycle: int) -> Answer | None:
    """What the citizen was answered in this cycle."""
    return db.session.scalar(
        select(Answer)
        .options(joinedload(Answer.authority))
        .where(Answer.ticket_id == ticket_id, Answer.cycle == cycle, Answer.published_at.is_not(None))
    )


def ratings_of_business(tax_code: str, actor: Actor) -> tuple[int, float | None]:
    """How many answers a company has rated, of those the actor may know to be its, and the mean score."""
    query = (
        select(func.count(Rating.id), func.avg(Rating.score))
        .join(Survey, Rating.survey_id == Survey.id)
        .join(Ticket, Survey.ticket_id == Ticket.id)
        .where(Ticket.tax_code == tax_code, Ticket.tax_code != "", known_to(actor))
    )
    count, mean = db.session.execute(query).one()
    return count, None if mean is None else float(mean)


def rateable_survey(ticket_id: int, now: datetime) -> Survey | None:
    """The survey of the case's last outcome, while its link takes a rating or a change of one."""
    last = select(Survey).options(joinedload(Survey.rating)).where(Survey.ticket_id == ticket_id)
    found = db.session.scalar(last.order_by(Survey.cycle.desc()).limit(1))
    if found is None or found.token_hash is None:
        return None
    rated_at = found.rating.rated_at if found.rating else None
    return found if may_rate(rated_at, found.expires_at, now, province().edit_hours) else None


def ratings(*, unhappy_only: bool, after: int | None) -> Page[Rating]:
    """Ratings, newest first; `after` is the id of the last row of the page before."""
    query = (
        select(Rating)
        .options(
            joinedload(Rating.survey).joinedload(Survey.ticket), joinedload(Rating.survey).joinedload(Survey.department)
        )
        .order_by(Rating.id.desc())
        .limit(ROWS_A_PAGE + 1)
    )
    if unhappy_only:
        query = query.where(or_(Rating.score <= UNHAPPY_TO, Rating.solved == Solved.NO))
    if after is not None:
        query = query.where(Rating.id < after)
    rows = db.session.scalars(query).all()
    more = str(rows[ROWS_A_PAGE - 1].id) if len(rows) > ROWS_A_PAGE else None
    return Page(rows[:ROWS_A_PAGE], more, after is None)


def surveys_of(ticket_id: int) -> Sequence[Survey]:
    """The surveys of a case, one a cycle, oldest first."""
    return db.session.scalars(
        select(Survey).options(joinedload(Survey.rating)).where(Survey.ticket_id == ticket_id).order_by(Survey.cycle)
    ).all()


def open_invitations(limit: int, now: datetime) -> Sequence[Message]:
    """Texts that arrived and whose link still takes a first rating that the figures will count, newest first."""
    waiting = select(Survey.id).where(Survey.cycle == 1, Survey.expires_at > now, ~Survey.rating.has())
    return db.session.scalars(
        select(Message)
        .where(Message.state.in_(ARRIVED), Message.link_purpose == LINK_PURPOSE, Message.link_id.in_(waiting))
        .order_by(Message.id.desc())
        .limit(limit)
    ).all()
