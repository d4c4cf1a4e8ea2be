"""The call-back sample: drawn by the system, called in its order, nobody added, nobody left out without a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import audit
from hotline.actor import SYSTEM, Actor
from hotline.catalogue.settings import province
from hotline.db import db, insert_once
from hotline.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from hotline.messages.queries import is_opted_out
from hotline.satisfaction import queries
from hotline.satisfaction.actions.ratings import comment as add_comment
from hotline.satisfaction.actions.ratings import rate
from hotline.satisfaction.models import Mode, SampleCall, SampleDraw, SampleOutcome, Solved, Survey
from hotline.satisfaction.rules import sample
from hotline.staff.models import User
from hotline.web.formats import local

# What an operator may say of a call that was not answered with a rating; the rest is the system's to say.
CODED = (
    SampleOutcome.NO_ANSWER,
    SampleOutcome.REFUSED,
    SampleOutcome.WRONG_NUMBER,
    SampleOutcome.OUT_OF_SERVICE,
    SampleOutcome.NOT_ABLE,
)


def draw_sample(month_on: date, department_id: int | None, *, now: datetime) -> bool:
    """Draw one unit's sample of a month; False when that was done before.

    Who was drawn may be asked, and may answer, as long again as everybody could: the survey's end moves.
    """
    house, unit_key = province(), department_id or 0
    seed = sample.seed_of(current_app.config["HOTLINE"].secret_key, month_on, unit_key)
    ids = queries.population(month_on, department_id, now)
    drawn = sample.draw(seed, ids, house.sample_a_unit_a_month)
    values = {"department_id": department_id, "seed": seed, "population": len(ids), "planned": len(drawn)}
    if not insert_once(SampleDraw, month_on=month_on, unit_key=unit_key, drawn_at=now, **values):
        return False
    found = db.session.scalars(select(SampleDraw).filter_by(month_on=month_on, unit_key=unit_key)).one()
    until = now + timedelta(days=house.rating_days)
    for position, survey_id in enumerate(drawn, start=1):
        survey = db.session.get_one(Survey, survey_id)
        survey.expires_at = max(survey.expires_at, until)
        db.session.add(SampleCall(draw_id=found.id, position=position, survey_id=survey_id, next_try_at=now))
    audit.record(
        "sample:draw", by=SYSTEM, now=now, object_kind="sample_draw", object_id=found.id, month=f"{month_on:%Y-%m}",
        unit=unit_key, population=len(ids), planned=len(drawn),
    )  # fmt: skip
    db.session.flush()
    return True


def take_next(*, by: Actor, now: datetime) -> SampleCall | None:
    """The call whose turn it is, for this operator alone; the one already held before any other. None: none is due.

    Taking shows the number whole, so it is on record. Raises Forbidden outside the hours in which citizens are rung.
    """
    house = province()
    if not sample.may_call(local(now), house.texts_begin_hour, house.texts_end_hour):
        raise Forbidden(_l("Citizens are called between %(begin)d:00 and %(end)d:00 only.",
                           begin=house.texts_begin_hour, end=house.texts_end_hour))  # fmt: skip
    user_id = by.user_id or 0
    # The operator's own row is the lock: two clicks of one person take one call.
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update())
    held = queries.held_call(user_id)
    if held is not None and not settle(held, now=now):
        return held
    while (call := queries.next_call_for_change(user_id, now)) is not None:
        if settle(call, now=now):
            continue
        call.taken_by_id, call.taken_until = user_id, now + sample.LEASE
        audit.record("sample:take", by=by, now=now, object_kind="sample_call", object_id=call.id,
                     ticket=call.survey.ticket.code)  # fmt: skip
        db.session.flush()
        return call
    return None


def settle(call: SampleCall, *, now: datetime) -> bool:
    """Close a call that must not be made any more, with the reason; whether it was closed."""
    survey = call.survey
    if survey.rating is not None:
        outcome = SampleOutcome.RATED_MEANWHILE
    elif survey.expires_at <= now:
        outcome = SampleOutcome.EXPIRED
    elif is_opted_out(survey.to_number or ""):
        outcome = SampleOutcome.REFUSED
    else:
        return False
    _finish(call, outcome, by=SYSTEM, now=now)
    return True


def code_call(call_id: int, *, outcome: SampleOutcome, note: str, by: Actor, now: datetime) -> SampleCall:
    """Say how a call without an answer ended. Nobody there: tried again in another half-day, three times in all.

    Raises Invalid for an outcome that is not the operator's to say, Conflict when the call is not held by `by`.
    """
    if outcome not in CODED:
        raise Invalid(fields={"outcome": _l("Please say how the call ended.")})
    call = _held(call_id, by)
    call.note = note
    if outcome is SampleOutcome.NO_ANSWER:
        call.tries += 1
        if call.tries < sample.MOST_TRIES:
            call.next_try_at = sample.next_half_day(local(now), province().texts_begin_hour)
            call.taken_by_id = call.taken_until = None
            audit.record("sample:no-answer", by=by, now=now, object_kind="sample_call", object_id=call.id)
            db.session.flush()
            return call
    _finish(call, outcome, by=by, now=now)
    return call


def rate_call(call_id: int, *, solved: Solved, score: int, comment: str, by: Actor, now: datetime) -> SampleCall:
    """Take both answers of the citizen at the telephone. Raises Conflict when the call is not held by `by`."""
    call = _held(call_id, by)
    outcome = SampleOutcome.RATED
    try:
        if call.survey.rating is not None:
            raise Conflict(_l("This was rated by another way meanwhile."))
        rate(call.survey, solved=solved, score=score, mode=Mode.CALL_BACK, by=by, now=now)
        if comment:
            add_comment(call.survey, text=comment, now=now)
    except Gone:
        outcome = SampleOutcome.EXPIRED
    except Conflict:
        outcome = SampleOutcome.RATED_MEANWHILE
    _finish(call, outcome, by=by, now=now)
    return call


def _held(call_id: int, by: Actor) -> SampleCall:
    call = db.session.scalar(select(SampleCall).where(SampleCall.id == call_id).with_for_update(of=SampleCall))
    if call is None:
        raise NotFound(_l("There is no such call."))
    if call.done_at is not None or call.taken_by_id is None or call.taken_by_id != by.user_id:
        raise Conflict(_l("This call is finished or belongs to somebody else. Please take the next one."))
    return call


def _finish(call: SampleCall, outcome: SampleOutcome, *, by: Actor, now: datetime) -> None:
    call.outcome, call.done_at, call.done_by_id = outcome, now, by.user_id
    call.taken_by_id = call.taken_until = None
    audit.record("sample:finish", by=by, now=now, object_kind="sample_call", object_id=call.id, outcome=outcome.value)
    db.session.flush()
