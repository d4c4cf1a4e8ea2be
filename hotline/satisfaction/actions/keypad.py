"""Rating by keys on a call: each entry kept once, understood once; the last one rates."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from hotline.catalogue.settings import province
from hotline.db import db, insert_once
from hotline.errors import Conflict, Gone, TooMany
from hotline.phone import read_number
from hotline.satisfaction import queries, rules
from hotline.satisfaction.actions.ratings import rate
from hotline.satisfaction.models import KeypadEntry, KeypadStep, Mode, Solved, Survey
from hotline.satisfaction.rules import keypad
from hotline.tickets.models import Ticket
from hotline.tickets.rules.codes import read_code
from hotline.web import limits

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Keyed:
    """One entry as the exchange tells it: `digits` may be empty (silence), `caller` is the number as it came."""

    call_sid: str
    step: str
    try_no: int
    digits: str
    caller: str


@dataclass(frozen=True)
class _Reading:
    """What an entry was taken for; the survey it is about; the limits that a wrong one counts against."""

    meaning: str
    survey_id: int | None = None
    wrong_for: tuple[str, ...] = ()


def key_in(keyed: Keyed, *, now: datetime) -> keypad.Place:
    """Take one entry; where the call stands then. One that was taken before, or was not asked for, changes nothing."""
    before = keypad.place(queries.entries_of(keyed.call_sid))
    if (before.ask, before.try_no) != (keyed.step, keyed.try_no):
        return before
    reading = _read(keyed, before, now)
    is_news = insert_once(
        KeypadEntry,
        call_sid=keyed.call_sid,
        step=KeypadStep(keyed.step),
        try_no=keyed.try_no,
        meaning=reading.meaning,
        survey_id=reading.survey_id,
        at=now,
    )
    if is_news:
        for subject in reading.wrong_for:
            limits.hit(subject, window_seconds=DAY_SECONDS, now=now)
    after = keypad.place(queries.entries_of(keyed.call_sid))
    return _rated(keyed, after, now) if is_news and after.score else after


def _read(keyed: Keyed, before: keypad.Place, now: datetime) -> _Reading:
    match keyed.step:
        case keypad.CODE:
            return _code(keyed, now)
        case keypad.FOLLOW_CODE:
            return _follow_code(keyed, before.code, now)
        case keypad.SOLVED:
            return _Reading(keypad.SOLVED_KEYS.get(keyed.digits, ""))
        case _:
            return _Reading(keyed.digits if keyed.digits in keypad.SCORE_KEYS else "")


def _code(keyed: Keyed, now: datetime) -> _Reading:
    """From the case's own number the code is enough. From another one nothing tells whether there is such a case."""
    code = read_code(keyed.digits)
    if code is None:
        return _Reading("")
    ticket, number = queries.ticket_of_code(code), read_number(keyed.caller).e164
    if ticket is None or number is None or number != ticket.phone_e164:
        return _Reading(keypad.ASKED + code)
    survey = queries.latest_survey(ticket)
    return _Reading(_hindrance(ticket, survey, now) or keypad.OWN + code, survey.id if survey else None)


def _follow_code(keyed: Keyed, code: str, now: datetime) -> _Reading:
    """Four digits can be guessed, so wrong ones are counted for the case and for the caller, by day."""
    # The case's row is the lock: guesses in many calls at once count one after the other.
    ticket = db.session.scalar(select(Ticket).where(Ticket.code == code).with_for_update(of=Ticket))
    number = read_number(keyed.caller).e164
    by_code, by_caller = f"keypad:{code}", f"keypad-from:{number or 'withheld'}"
    a_caller = keypad.WRONG_A_CALLER_A_DAY if number else keypad.WRONG_OF_WITHHELD_A_DAY
    try:
        limits.check(by_code, limit=keypad.WRONG_A_TICKET_A_DAY, window_seconds=DAY_SECONDS, now=now)
        limits.check(by_caller, limit=a_caller, window_seconds=DAY_SECONDS, now=now)
    except TooMany:
        return _Reading(keypad.End.LOCKED)
    if not keyed.digits:
        return _Reading("")  # silence is a try, but no guess
    if ticket is None or not hmac.compare_digest(keyed.digits.encode(), ticket.follow_code.encode()):
        return _Reading("", wrong_for=(by_code, by_caller))
    survey = queries.latest_survey(ticket)
    return _Reading(_hindrance(ticket, survey, now) or keypad.FITS, survey.id if survey else None)


def _hindrance(ticket: Ticket, survey: Survey | None, now: datetime) -> str:
    """Why this case cannot be rated now; empty when it can."""
    if survey is None:
        return keypad.End.NOT_YET
    if survey.rating is not None:
        if rules.may_edit(survey.rating.rated_at, now, province().edit_hours):
            return ""
        return keypad.End.NOT_YET if ticket.cycle > survey.cycle else keypad.End.RATED
    return "" if now < survey.expires_at else keypad.End.EXPIRED


def _rated(keyed: Keyed, after: keypad.Place, now: datetime) -> keypad.Place:
    entries = select(KeypadEntry.survey_id).where(
        KeypadEntry.call_sid == keyed.call_sid, KeypadEntry.survey_id.is_not(None)
    )
    survey = db.session.get_one(Survey, db.session.scalars(entries).one())
    try:
        rate(survey, solved=Solved(after.solved), score=after.score, mode=Mode.KEYPAD, now=now)
    except (Gone, Conflict) as error:  # its time ran out, or another way was faster, while the caller was asked
        ended = keypad.End.EXPIRED if isinstance(error, Gone) else keypad.End.RATED
        this = (KeypadEntry.call_sid == keyed.call_sid) & (KeypadEntry.step == KeypadStep.SCORE)
        db.session.execute(
            update(KeypadEntry).where(this, KeypadEntry.try_no == keyed.try_no).values(meaning=ended.value)
        )
        return keypad.place(queries.entries_of(keyed.call_sid))
    return after
