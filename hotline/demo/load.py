"""Loading the demonstration: reports of the last twelve months lived through the same actions that people use."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotline.actor import SYSTEM
from hotline.audit import AuditEntry
from hotline.calls.models import Call
from hotline.catalogue.actions import load_catalogue
from hotline.catalogue.models import Department
from hotline.catalogue.queries import active_categories, current_areas, current_departments, work_calendar
from hotline.catalogue.settings import province
from hotline.db import Base, db, transaction
from hotline.demo import words
from hotline.demo.businesses import business_that_calls
from hotline.demo.drafts import leave_drafts
from hotline.demo.incidents import REPORTS, share_some_work
from hotline.demo.intake import add_particular_rules, intake
from hotline.demo.knowledge import fill_knowledge_base
from hotline.demo.life import Caller, Life, Stage, Temper
from hotline.demo.past_calls import Telephone
from hotline.demo.past_texts import let_texts_arrive
from hotline.demo.people import Crew, settle_people
from hotline.demo.unit_desk import furnish_desks
from hotline.messages.actions import load_wordings
from hotline.messages.models import Alert, Message
from hotline.satisfaction.actions import comment, finish, make_survey, note_try, rate, remind
from hotline.satisfaction.jobs import seal_months
from hotline.satisfaction.models import FollowUp, FollowUpOutcome, Mode, Reason, Solved, Survey
from hotline.satisfaction.rules import FEWEST_TRIES
from hotline.tickets.models import Answer, Clock, Leg, Pause, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Status
from hotline.web.formats import local

NUMBERED = (Ticket, TicketEvent, Clock, Leg, Pause, Answer, Call, AuditEntry)
BATCH = 100
A_YEAR_DAYS = 365
RESTING = (
    Status.TRIAGE,
    Status.RETURNED,
    Status.WAITING_CITIZEN,
    Status.ON_HOLD,
    Status.AWAITING_APPROVAL,
    Status.REOPENED,
    Status.REFUSED,
    Status.REFERRED_OUT,
)
LATELY = (timedelta(days=1), timedelta(days=5))
OLD_ENOUGH = timedelta(minutes=20)
SHARES_OF_LATE = (0.01, 0.02, 0.04, 0.06, 0.12)
LINKS_LEFT_OPEN = timedelta(days=4)
UNHAPPY_SINCE = (timedelta(hours=2), timedelta(hours=7), timedelta(days=1), timedelta(days=5))
LOST_CALLS_SHARE = 0.18
BUSINESS_SHARE = 0.1
FEWEST_WITH_SHARED = 20
HOURS = (6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 11, 13, 13, 14, 14, 15, 15, 16, 16, 17, 19, 20, 22)


def is_empty() -> bool:
    """Whether there is no report yet."""
    empty = db.session.scalar(select(Ticket.id).limit(1)) is None
    db.session.rollback()
    return empty


def load_province(tickets: int, seed: int, now: datetime, *, told: Callable[[int], None]) -> dict[str, int]:
    """Load catalogue, people and `tickets` reports; how many stand in each state. `told` hears of progress.

    The same seed and the same `now` give the same province.
    """
    chance = Random(seed)
    with transaction():
        load_catalogue(by=SYSTEM, now=now)
        load_wordings(by=SYSTEM, now=now)
        add_particular_rules(now)
    with transaction():
        units = list(current_departments(local(now).date()))
        for number, unit in enumerate(units):
            unit.duty_number = f"+842713{880_000 + number}"
        stage = _stage(chance, now, units, settle_people(chance, units, now), callers=max(20, tickets // 2))
    shared = REPORTS if tickets >= FEWEST_WITH_SHARED else 0
    moments = _moments(chance, tickets - shared, now)
    for start in range(0, len(moments), BATCH):
        batch = moments[start : start + BATCH]
        with _uncollected(), transaction() as session, session.no_autoflush:  # a batch is written at once
            lives = [Life(stage, received_at, stays) for received_at, stays in batch]
            for life in lives:
                life.live()
                if chance.random() < LOST_CALLS_SHARE:
                    stage.telephone.lost(chance.choice(stage.callers).number, _moment(chance, now))
            _number_rows(session)
            session.flush()
            closings = [event for life in lives for event in life.closings]
            for event in sorted(closings, key=lambda event: event.at):
                _ask_and_hear(stage, event)
        told(len(batch))
    with transaction():
        if shared:
            share_some_work(stage)
        _leave_some_unhappy(stage)
        fill_knowledge_base(seed, stage.crew.operators, stage.crew.lead, now)
        leave_drafts(stage.crew, now)
        furnish_desks(stage.crew, now)
        let_texts_arrive(Message.made_at <= now)
        _let_alerts_be_read(now)
        counted = {status.value: number for status, number in _by_status().items()}
    seal_months(now)
    return counted


@contextmanager
def _uncollected() -> Iterator[None]:
    """Thousands of linked rows live until their batch is written: looking for garbage among them costs a tenth."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _moments(chance: Random, tickets: int, now: datetime) -> list[tuple[datetime, Status | None]]:
    """When each report comes in, in order; those of the last days that come to rest in a state, so each has some."""
    of_each = min(5, tickets // 100)
    resting = [(now - LATELY[0] - (LATELY[1] - LATELY[0]) * chance.random(), state) for state in RESTING * of_each]
    lived = [(_moment(chance, now), None) for _ in range(tickets - len(resting))]
    return sorted([*lived, *resting], key=lambda moment: moment[0])


def _number_rows(session: Session) -> None:
    """Give new rows their ids on SQLite, which otherwise hands them out in one statement a row. Takes half the time."""
    if db.engine.dialect.name != "sqlite":
        return
    last: dict[type[Base], int] = {}
    for row in session.new:
        table = type(row)
        if isinstance(row, NUMBERED):
            if table not in last:
                last[table] = session.scalar(select(func.max(table.id))) or 0
            last[table] += 1
            row.id = last[table]


def _stage(chance: Random, now: datetime, units: list[Department], crew: Crew, *, callers: int) -> Stage:
    return Stage(
        chance=chance,
        now=now,
        work=work_calendar("VN-OFFICE")[1],
        crew=crew,
        telephone=Telephone(chance, province().phone),
        categories=[category for category in active_categories() if category.code in words.REPORTS],
        areas=list(current_areas(local(now).date())),
        units=units,
        callers=[_caller(chance) for _ in range(callers)],
        tempers={unit.id: Temper(chance.choice(SHARES_OF_LATE), chance.gauss(0, 0.35)) for unit in units},
        intake=intake(active_categories()),
    )


def _caller(chance: Random) -> Caller:
    luck = chance.random()
    if luck < 0.04:
        number = ""
    elif luck < 0.09:
        number = f"0271{chance.randrange(3_000_000, 4_000_000)}"
    elif luck < 0.55:
        number = f"09{chance.randrange(10_000_000, 99_999_999)}"
    else:
        number = f"03{chance.randrange(20_000_000, 99_999_999)}"
    name = f"{chance.choice(words.SURNAMES)} {chance.choice(words.GIVEN)}"
    if chance.random() >= BUSINESS_SHARE:
        return Caller(name, number, "", "")
    # A chance of its own: who calls does not decide how everybody's life goes on.
    return Caller(name, number, *business_that_calls(Random(f"{chance.choice('abcd')} {name}")))


def _moment(chance: Random, now: datetime) -> datetime:
    """An instant of the last year, by day rather than by night, rarer on Sundays, more of them lately."""
    while True:
        there = local(now - timedelta(days=A_YEAR_DAYS * chance.random() ** 1.25))
        there = there.replace(hour=chance.choice(HOURS), minute=chance.randrange(60), second=chance.randrange(60))
        if there <= now - OLD_ENOUGH and (there.weekday() < 5 or chance.random() < 0.35):
            return there


def _ask_and_hear(stage: Stage, event: TicketEvent) -> None:
    """The survey of a closing, the reminder, and what the citizen said, if anything."""
    chance = stage.chance
    survey = make_survey(event, now=min(event.at + timedelta(seconds=30), stage.now))
    rated_at = event.at + timedelta(hours=min(300.0, 0.1 + chance.lognormvariate(1.2, 1.4)))
    left_open = stage.now - event.at < LINKS_LEFT_OPEN and chance.random() < 0.6
    is_silent = survey.suppressed_as is not None or rated_at > stage.now or left_open or chance.random() > 0.38
    if survey.remind_at is not None and survey.remind_at <= stage.now and (is_silent or rated_at > survey.remind_at):
        let_texts_arrive(Message.link_id == survey.id)  # the invitation, and then the reminder
        remind(survey, now=survey.remind_at)
        let_texts_arrive(Message.link_id == survey.id)
    if is_silent:
        return
    survey.opened_at = rated_at - timedelta(minutes=chance.uniform(0.3, 4))
    score = _score(stage, event.ticket)
    solved = (
        Solved.YES
        if score >= 4
        else Solved.PARTLY
        if score == 3
        else chance.choice((Solved.NO, Solved.PARTLY, Solved.YES))
    )
    mode = Mode.LINK if chance.random() < 0.93 else Mode.QR
    rate(survey, solved=solved, score=score, mode=mode, now=rated_at)
    said = chance.choice(words.HAPPY if score >= 3 else words.UNHAPPY)
    reasons = [] if score >= 4 else chance.sample(list(Reason), k=chance.choice((0, 1, 1, 2)))
    if said or reasons:
        comment(survey, text=said, reasons=reasons, now=rated_at)
    _follow_up(stage, survey.id)


def _follow_up(stage: Stage, survey_id: int) -> None:
    """The lead's call about an unhappy rating; a few of the last days are still to be made."""
    chance, lead = stage.chance, stage.crew.lead
    for task in db.session.scalars(select(FollowUp).where(FollowUp.survey_id == survey_id)):
        called_at = stage.work.deadline(task.made_at, int(chance.uniform(0.5, 9) * 3600)) or stage.now
        if called_at > stage.now or (stage.now - task.made_at < LINKS_LEFT_OPEN and chance.random() < 0.3):
            continue
        outcome, note = chance.choice(words.CALLED_BACK)
        for _time in range(FEWEST_TRIES if outcome == FollowUpOutcome.UNREACHABLE else chance.choice((0, 0, 1))):
            note_try(task, by=lead, now=called_at)
        finish(task, outcome=FollowUpOutcome(outcome), note=note, by=lead, now=called_at)


def _leave_some_unhappy(stage: Stage) -> None:
    """A few citizens whom the lead has still to call, one of them since yesterday at the latest."""
    week = (Survey.closed_at > stage.now - timedelta(days=9), Survey.closed_at < stage.now - UNHAPPY_SINCE[-1])
    silent = (Survey.cycle == 1, Survey.suppressed_as.is_(None), ~Survey.rating.has(), Survey.ticket.has(cycle=1))
    newest = select(Survey).where(*week, *silent).order_by(Survey.id.desc()).limit(len(UNHAPPY_SINCE))
    for survey, ago in zip(db.session.scalars(newest).all(), UNHAPPY_SINCE, strict=False):
        solved = stage.chance.choice((Solved.YES, Solved.PARTLY))
        rate(survey, solved=solved, score=stage.chance.choice((1, 2)), mode=Mode.LINK, now=stage.now - ago)
        said = stage.chance.choice(words.UNHAPPY)
        comment(survey, text=said, reasons=[stage.chance.choice(list(Reason))], now=stage.now - ago)


def _score(stage: Stage, ticket: Ticket) -> int:
    """Mostly satisfied; less so after a late answer, or where the unit writes coldly."""
    temper = stage.tempers.get(ticket.department_id or 0)
    mood = stage.chance.gauss(4.3, 1.05) + (temper.liked if temper else 0.2) - (1.1 if ticket.is_late else 0)
    return max(1, min(5, round(mood)))


def _let_alerts_be_read(now: datetime) -> None:
    """What colleagues were told in the past they have read, but for the last day's; none of it leaves as e-mail."""
    db.session.execute(update(Alert).where(Alert.made_at < now - timedelta(days=1)).values(read_at=Alert.made_at))
    db.session.execute(update(Alert).values(wants_email=False, wants_text=False))


def _by_status() -> Counter:
    rows = db.session.execute(select(Ticket.status, func.count()).group_by(Ticket.status)).tuples()
    return Counter(dict(rows.all()))
