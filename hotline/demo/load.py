"""Loading the demonstration: reports of the last twelve months lived through the same actions that people use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select

from hotline.actor import SYSTEM, Actor
from hotline.calls import actions as calls
from hotline.catalogue.actions import load_catalogue
from hotline.catalogue.models import Area, Category, Department
from hotline.catalogue.queries import active_categories, current_areas
from hotline.db import db, transaction
from hotline.demo import words
from hotline.demo.people import Crew, settle_people
from hotline.messages.models import Message, MessageState
from hotline.satisfaction.actions import comment, make_survey, rate
from hotline.satisfaction.models import Solved
from hotline.tickets import actions
from hotline.tickets.jobs import close_settled, mark_breaches
from hotline.tickets.models import CallerKind, Channel, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Status
from hotline.web.formats import local

BATCH = 25
A_YEAR_DAYS = 365


def is_empty() -> bool:
    """Whether there is no report yet."""
    empty = db.session.scalar(select(Ticket.id).limit(1)) is None
    db.session.rollback()
    return empty


@dataclass(frozen=True)
class Stage:
    """What the loader draws from."""

    chance: Random
    now: datetime
    crew: Crew
    categories: list[Category]
    areas: list[Area]


def load_province(tickets: int, seed: int, now: datetime, *, told: Callable[[int], None]) -> dict[str, int]:
    """Load catalogue, people and `tickets` reports; how many stand in each state. `told` hears of progress."""
    chance = Random(seed)
    with transaction():
        load_catalogue(by=SYSTEM, now=now)
    with transaction():
        crew = settle_people(chance, now)
    categories = [category for category in active_categories() if category.code in words.REPORTS]
    stage = Stage(chance, now, crew, categories, list(current_areas(local(now).date())))
    moments = sorted(_moment(chance, now) for _ in range(tickets))
    for start in range(0, len(moments), BATCH):
        batch = moments[start : start + BATCH]
        with transaction():
            for received_at in batch:
                _live_through(stage, received_at)
        told(len(batch))
    mark_breaches(now)
    close_settled(now)
    with transaction():
        _send_old_texts(now)
        return {status.value: number for status, number in _by_status().items()}


def _moment(chance: Random, now: datetime) -> datetime:
    """An instant of the last year, by day rather than by night, more of them lately."""
    days = A_YEAR_DAYS * chance.random() ** 1.4
    there = local(now - timedelta(days=days)).replace(hour=chance.choice((7, 8, 8, 9, 9, 10, 13, 14, 15, 16, 19)))
    return min(there.replace(minute=chance.randrange(60), second=chance.randrange(60)), now - timedelta(minutes=20))


def _live_through(stage: Stage, received_at: datetime) -> None:
    """One report from the call to wherever its age and its luck have brought it."""
    chance, crew = stage.chance, stage.crew
    category, area = chance.choice(stage.categories), chance.choice(stage.areas)
    reports, answers = words.REPORTS[category.code]
    place, since = chance.choice(words.PLACES), chance.choice(words.SINCE)
    is_business = chance.random() < 0.12
    unsorted = chance.random() < 0.03
    wish = actions.NewTicket(
        content=f"{chance.choice(reports).format(place=place, since=since)} {chance.choice(words.CLOSING)}",
        received_at=received_at,
        channel=Channel.PHONE if chance.random() < 0.8 else Channel.WEB,
        category_id=None if unsorted else category.id,
        area_id=area.id,
        address=place,
        caller_kind=CallerKind.BUSINESS if is_business else CallerKind.CITIZEN,
        caller_name=f"{chance.choice(words.SURNAMES)} {chance.choice(words.GIVEN)}",
        business_name=chance.choice(words.BUSINESSES) if is_business else "",
        phone=_number(chance),
        is_confidential=chance.random() < 0.05,
    )
    opened_at = received_at + timedelta(minutes=3)
    ticket, _call = calls.log_call(wish, call_id=None, by=crew.operator, now=opened_at)
    if ticket.status is Status.TRIAGE:
        _sort_by_hand(stage, ticket, opened_at, answers[0].format(place=place))
        return
    due_at = ticket.due_at or opened_at
    length = due_at - opened_at
    luck = chance.random()
    share = 0.15 + 0.75 * chance.random() if luck > 0.07 else 1.05 + 0.6 * chance.random()
    answered_at = opened_at + length * share
    accepted_at = opened_at + min(timedelta(hours=2), length * 0.1) * chance.random()
    _work(stage, ticket, accepted_at, answered_at, chance.choice(answers).format(place=place))


def _number(chance: Random) -> str:
    luck = chance.random()
    if luck < 0.05:
        return ""
    if luck < 0.10:
        return f"0271{chance.randrange(3_000_000, 4_000_000)}"
    if luck < 0.55:
        return f"09{chance.randrange(10_000_000, 99_999_999)}"
    return f"03{chance.randrange(20_000_000, 99_999_999)}"


def _sort_by_hand(stage: Stage, ticket: Ticket, opened_at: datetime, body: str) -> None:
    at = opened_at + timedelta(minutes=10)
    luck = stage.chance.random()
    by = stage.crew.operator
    if at > stage.now or luck < 0.2:
        return
    if luck < 0.45:
        event = actions.settle(ticket, body=body, by=by, now=at)
    elif luck < 0.7:
        guidance = "Nội dung thuộc thẩm quyền của Tòa án nhân dân; mời Ông/Bà liên hệ Tòa án khu vực."
        event = actions.refuse(ticket, guidance=guidance, by=by, now=at)
    elif luck < 0.85:
        event = actions.refer(ticket, guidance="Đã chuyển Ngân hàng Nhà nước khu vực xem xét.", by=by, now=at)
    else:
        actions.withdraw(ticket, reason="Người phản ánh báo đã tự giải quyết.", by=by, now=at)
        return
    _survey(stage, event, at)


def _work(stage: Stage, ticket: Ticket, accepted_at: datetime, answered_at: datetime, body: str) -> None:
    chance, now = stage.chance, stage.now
    clerk, head = stage.crew.staff[ticket.department_id or 0], stage.crew.heads[ticket.department_id or 0]
    if accepted_at > now or (answered_at > now and chance.random() < 0.2):
        return
    if chance.random() < 0.03:
        others = [unit_id for unit_id in stage.crew.staff if unit_id != ticket.department_id]
        _return(ticket, others[0], clerk, accepted_at)
        return
    actions.accept(ticket, by=clerk, now=accepted_at)
    if chance.random() < 0.1:
        asked_at = accepted_at + timedelta(minutes=30)
        if asked_at > now:
            return
        actions.ask(ticket, question="Xin Ông/Bà cho biết địa điểm cụ thể hơn.", by=clerk, now=asked_at)
        back_at = asked_at + timedelta(hours=chance.randrange(2, 30))
        if back_at > now:
            return
        actions.resume(ticket, note="Người phản ánh đã bổ sung địa điểm qua điện thoại.", by=clerk, now=back_at)
        answered_at = max(answered_at, back_at + timedelta(hours=1))
    elif answered_at > now and chance.random() < 0.15:
        actions.hold(ticket, reason="Chờ vật tư thay thế.", by=clerk, now=accepted_at + timedelta(minutes=20))
        return
    if chance.random() < 0.08:
        actions.contact(ticket, summary="Hỏi khi nào giải quyết xong.", by=stage.crew.operator, now=accepted_at)
    if answered_at > now:
        return
    actions.answer(ticket, body=body, by=clerk, now=answered_at - timedelta(minutes=15))
    if now - answered_at < timedelta(days=2) and chance.random() < 0.2:
        return
    event = actions.approve(ticket, by=head, now=answered_at)
    _survey(stage, event, answered_at)
    if chance.random() < 0.02 and now - answered_at > timedelta(days=1):
        again_at = answered_at + timedelta(hours=20)
        actions.reopen(ticket, reason="Người phản ánh cho biết chưa khắc phục.", by=stage.crew.lead, now=again_at)
        if now - again_at > timedelta(days=3):
            actions.accept(ticket, by=clerk, now=again_at + timedelta(hours=1))
            actions.answer(ticket, body=body, by=clerk, now=again_at + timedelta(hours=5))
            done_at = again_at + timedelta(hours=6)
            _survey(stage, actions.approve(ticket, by=head, now=done_at), done_at)


def _return(ticket: Ticket, proposed_id: int, clerk: Actor, at: datetime) -> None:
    proposed = db.session.get_one(Department, proposed_id)
    actions.return_(ticket, proposed, reason="Không thuộc thẩm quyền của đơn vị.", by=clerk, now=at)


def _survey(stage: Stage, event: TicketEvent, at: datetime) -> None:
    chance = stage.chance
    survey = make_survey(event, now=at)
    rated_at = at + timedelta(hours=1 + 40 * chance.random())
    live_link = stage.now - at < timedelta(days=2)
    if survey.suppressed_as is not None or rated_at > stage.now or live_link or chance.random() > 0.42:
        return
    score = chance.choices((1, 2, 3, 4, 5), (4, 6, 12, 38, 40))[0]
    solved = Solved.YES if score >= 4 else Solved.PARTLY if score == 3 else Solved.NO
    rate(survey, solved=solved, score=score, mode="link", now=rated_at)
    said = chance.choice(words.HAPPY if score >= 3 else words.UNHAPPY)
    if said:
        comment(survey, text=said, now=rated_at)


def _send_old_texts(now: datetime) -> None:
    """What was queued in the past has long arrived; nothing of it may go out now."""
    for message in db.session.scalars(select(Message).where(Message.state == MessageState.NEW)):
        message.sent_at = message.made_at
        message.provider = "console"
        message.state = MessageState.SENT if now - message.made_at < timedelta(days=2) else MessageState.DELIVERED
        message.delivered_at = message.made_at if message.state is MessageState.DELIVERED else None
    db.session.flush()


def _by_status() -> Counter[Status]:
    rows = db.session.execute(select(Ticket.status, func.count()).group_by(Ticket.status)).tuples()
    return Counter(dict(rows.all()))
