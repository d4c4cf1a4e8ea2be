"""Looks at the tasks about unhappy citizens."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from hotline.catalogue.queries import CHANGED_MEANWHILE
from hotline.db import db
from hotline.errors import Conflict, NotFound
from hotline.satisfaction.models import FollowUp, Survey
from hotline.web.paging import ROWS_A_PAGE, Page


def _shown() -> Select[FollowUp]:
    survey = joinedload(FollowUp.survey)
    return select(FollowUp).options(
        survey.joinedload(Survey.ticket),
        survey.joinedload(Survey.department),
        survey.joinedload(Survey.rating),
        joinedload(FollowUp.done_by),
        joinedload(FollowUp.new_ticket),
    )


def open_follow_ups(limit: int = 200) -> Sequence[FollowUp]:
    """What is still to be done, the most urgent first."""
    query = _shown().where(FollowUp.done_at.is_(None)).order_by(FollowUp.due_at, FollowUp.id)
    return db.session.scalars(query.limit(limit)).all()


def done_follow_ups(after: int | None) -> Page[FollowUp]:
    """What was done, the latest tasks first; `after` is the id of the last row of the page before."""
    query = _shown().where(FollowUp.done_at.is_not(None)).order_by(FollowUp.id.desc()).limit(ROWS_A_PAGE + 1)
    rows = db.session.scalars(query if after is None else query.where(FollowUp.id < after)).all()
    more = str(rows[ROWS_A_PAGE - 1].id) if len(rows) > ROWS_A_PAGE else None
    return Page(rows[:ROWS_A_PAGE], more, after is None)


def follow_up(follow_up_id: int) -> FollowUp:
    """One task with all its page shows. Raises NotFound."""
    found = db.session.scalar(_shown().where(FollowUp.id == follow_up_id))
    if found is None:
        raise NotFound(_l("There is no such task."))
    return found


def follow_up_for_change(follow_up_id: int, *, version: int) -> FollowUp:
    """The task, locked until the transaction ends. Raises NotFound, or Conflict when it is no longer at `version`."""
    found = db.session.scalar(select(FollowUp).where(FollowUp.id == follow_up_id).with_for_update())
    if found is None:
        raise NotFound(_l("There is no such task."))
    if found.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    return found


def follow_ups_of(ticket_id: int) -> Sequence[FollowUp]:
    """The tasks about a case, and the one that led to it, oldest first."""
    about = select(Survey.id).where(Survey.ticket_id == ticket_id)
    query = _shown().where(FollowUp.survey_id.in_(about) | (FollowUp.new_ticket_id == ticket_id))
    return db.session.scalars(query.order_by(FollowUp.id)).all()
