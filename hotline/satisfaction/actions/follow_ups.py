"""Tasks about unhappy citizens: made by what they said, worked by a lead, ended with an outcome."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from hotline import audit
from hotline.actor import CITIZEN, Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.settings import province
from hotline.db import db, insert_once
from hotline.errors import Conflict, Invalid
from hotline.messages.rules.alerts import AlertKind
from hotline.satisfaction import rules
from hotline.satisfaction.models import FollowUp, FollowUpKind, FollowUpOutcome, Mode, Solved, Survey
from hotline.tickets import actions as tickets
from hotline.tickets.actions import alerting
from hotline.tickets.models import Ticket
from hotline.tickets.rules import guards

OFFICE = "VN-OFFICE"


def heard(survey: Survey, solved: Solved, score: int, now: datetime, *, has_page: bool = True) -> rules.Heard:
    """What was said and how the case stands, for the rules of the unhappy loop."""
    ticket = survey.ticket
    return rules.Heard(
        solved=solved.value,
        score=score,
        is_last_cycle=ticket.cycle == survey.cycle,
        may_reopen=guards.may_reopen(ticket.stopped_at, now),
        has_page=has_page,
    )


def make_follow_up(survey: Survey, solved: Solved, score: int, *, mode: Mode, now: datetime) -> bool:
    """The task that this answer asks for, once for each survey and kind; whether it is new. Leads are alerted.

    A later change of the rating to a better one leaves it: whoever was unhappy yesterday may well be called.
    """
    return _make(survey, heard(survey, solved, score, now, has_page=mode in (Mode.LINK, Mode.QR)), now)


def follow_wordless(survey: Survey, *, now: datetime) -> bool:
    """The task about somebody who said "not solved" and left without the words that reopen; whether it is new."""
    rating = survey.rating
    if rating is None:
        return False
    return _make(survey, heard(survey, rating.solved, rating.score, now, has_page=False), now)


def _make(survey: Survey, said: rules.Heard, now: datetime) -> bool:
    kind = rules.follow_up(said)
    if kind is None:
        return False
    ticket = survey.ticket
    # In office days also where the case itself is dealt with around the clock: leads ring citizens by day.
    due_at = catalogue.work_calendar(OFFICE)[1].deadline_days(now, province().call_back_working_days)
    news = insert_once(
        FollowUp, survey_id=survey.id, kind=FollowUpKind(kind), due_at=due_at, made_at=now, version=1, tries=0, note=""
    )
    if news:
        occasion = f"survey:{survey.id}:{kind}"
        alerting.tell(
            ticket, AlertKind.FOLLOW_UP, ("lead",), occasion=occasion, by=CITIZEN, now=now, due_at=due_at.isoformat()
        )
    return news


def note_try(task: FollowUp, *, note: str = "", by: Actor, now: datetime) -> None:
    """Called, not reached. Raises Conflict when the task is done."""
    _touch(task, "try", by=by, now=now)
    task.tries, task.tried_at = task.tries + 1, now
    if note:
        task.note = f"{task.note}\n{note}".strip()
    db.session.flush()


def finish(task: FollowUp, *, outcome: FollowUpOutcome, note: str, by: Actor, now: datetime) -> None:
    """The task is over. Raises Invalid when somebody is given up before three tries, Conflict when it was over."""
    if outcome is FollowUpOutcome.UNREACHABLE and not rules.may_give_up(task.tries):
        raise Invalid(
            fields={
                "outcome": _l("Please try at least %(number)d times at different hours.", number=rules.FEWEST_TRIES)
            }
        )
    _touch(task, "finish", by=by, now=now)
    _end(task, outcome, note, by=by, now=now)


def reopen_case(task: FollowUp, ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> None:
    """The talk showed that it is not solved: the case goes into another cycle, and the task is over.

    Raises Conflict when its time is over or another has reopened it already.
    """
    _touch(task, "reopen", by=by, now=now)
    tickets.reopen(ticket, reason=reason, by=by, now=now)
    _end(task, FollowUpOutcome.REOPENED, reason, by=by, now=now)


def open_new_case(task: FollowUp, *, content: str, by: Actor, now: datetime) -> Ticket:
    """What is left of an old case becomes a new one, linked to it through the task, which is over."""
    _touch(task, "open", by=by, now=now)
    old = task.survey.ticket
    wish = tickets.NewTicket(
        content=content,
        received_at=now,
        channel=old.channel,
        category_id=old.category_id if old.category and old.category.is_active else None,
        area_id=old.area_id,
        address=old.address,
        caller_kind=old.caller_kind,
        caller_name=old.caller_name,
        business_name=old.business_name,
        tax_code=old.tax_code,
        phone=old.phone_raw,
        is_confidential=old.is_confidential,
        procedure_code=old.procedure_code,
        dossier_code=old.dossier_code,
    )
    new = tickets.open_ticket(wish, by=by, now=now)
    db.session.flush()
    task.new_ticket = new
    _end(task, FollowUpOutcome.NEW_CASE, "", by=by, now=now)
    return new


def _touch(task: FollowUp, verb: str, *, by: Actor, now: datetime) -> None:
    if task.done_at is not None:
        raise Conflict(_l("This task is done already."))
    task.version += 1
    audit.record(f"follow-ups:{verb}", by=by, now=now, object_kind="ticket", object_id=task.survey.ticket.code)


def _end(task: FollowUp, outcome: FollowUpOutcome, note: str, *, by: Actor, now: datetime) -> None:
    task.outcome, task.done_at, task.done_by_id = outcome, now, by.user_id
    if note:
        task.note = f"{task.note}\n{note}".strip()
    db.session.flush()
