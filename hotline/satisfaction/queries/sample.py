"""Looks at the call-back sample: who could be drawn, whose turn it is, how far each unit's draw is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from hotline.calls.models import NuisanceNumber
from hotline.catalogue.models import Category
from hotline.catalogue.settings import province
from hotline.db import db
from hotline.messages.models import OptOut
from hotline.phone import PhoneKind
from hotline.satisfaction.models import SampleCall, SampleDraw, SampleOutcome, Suppression, Survey
from hotline.satisfaction.models.sums import FIRST_CYCLE
from hotline.satisfaction.rules import months, sample
from hotline.staff.models import User
from hotline.tickets.models import Ticket, TicketEvent
from hotline.web.formats import province_zone

DRAWS_SHOWN = 200


def closed_in(month_on: date) -> ColumnElement[bool]:
    """First closings within a local month, given by its first day."""
    begin, end = months.borders(month_on, province_zone())
    return and_(Survey.cycle == FIRST_CYCLE, Survey.closed_at >= begin, Survey.closed_at < end)


def units_to_draw(month_on: date) -> list[int | None]:
    """The units that closed a case in that month and are not drawn yet; None is the switchboard."""
    key = func.coalesce(Survey.department_id, 0)
    is_drawn = exists().where(SampleDraw.month_on == month_on, SampleDraw.unit_key == key)
    units = db.session.scalars(select(Survey.department_id).where(closed_in(month_on), ~is_drawn).distinct())
    return sorted(units, key=lambda unit: unit or 0)


def population(month_on: date, department_id: int | None, now: datetime) -> list[int]:
    """Ids of the surveys from which a unit's sample is drawn: silent after an invitation, or out of reach of texts.

    Never who asked not to be asked, is on the nuisance list, works here, was called lately, or reported something
    sensitive: those are not called whatever the first reason was. One survey a number.
    """
    unit = Survey.department_id == department_id if department_id is not None else Survey.department_id.is_(None)
    lately = (
        select(SampleCall.id)
        .join(SampleDraw, SampleDraw.id == SampleCall.draw_id)
        .join(drawn := Survey.__table__.alias("drawn"), drawn.c.id == SampleCall.survey_id)
        .where(drawn.c.to_number == Survey.to_number, SampleDraw.drawn_at > now - sample.REST)
    )
    query = (
        select(func.min(Survey.id))
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .outerjoin(Category, Category.id == Survey.category_id)
        .where(
            closed_in(month_on),
            unit,
            ~Survey.rating.has(),
            or_(Survey.suppressed_as.is_(None), Survey.suppressed_as == Suppression.NOT_MOBILE),
            Survey.to_number.is_not(None),
            Survey.to_number.not_in(province().test_numbers),
            Ticket.phone_kind.in_((PhoneKind.MOBILE, PhoneKind.FIXED)),
            Ticket.source.is_(None),
            func.coalesce(Category.is_sensitive, False).is_(False),
            ~exists().where(OptOut.number == Survey.to_number),
            ~exists().where(NuisanceNumber.number == Survey.to_number),
            ~exists().where(or_(User.mobile == Survey.to_number, User.dial_number == Survey.to_number)),
            ~lately.exists(),
        )
        .group_by(Survey.to_number)
    )
    return list(db.session.scalars(query))


def _open_calls() -> Select[SampleCall]:
    return (
        select(SampleCall)
        .join(Survey, Survey.id == SampleCall.survey_id)
        .where(SampleCall.done_at.is_(None))
        .order_by(SampleCall.position, SampleCall.id)
    )


def held_call(user_id: int) -> SampleCall | None:
    """The call that this operator has taken and not finished, with all its script needs."""
    return db.session.scalar(
        _open_calls()
        .options(
            joinedload(SampleCall.survey).joinedload(Survey.ticket),
            joinedload(SampleCall.survey).joinedload(Survey.department),
            joinedload(SampleCall.survey).joinedload(Survey.category),
        )
        .where(SampleCall.taken_by_id == user_id)
        .limit(1)
    )


def is_for(user_id: int, now: datetime) -> ColumnElement[bool]:
    """Calls this operator may make now: due, not held by another one, and of a case this operator had no hand in."""
    return and_(
        SampleCall.next_try_at <= now,
        or_(SampleCall.taken_until.is_(None), SampleCall.taken_until <= now),
        ~exists().where(TicketEvent.ticket_id == Survey.ticket_id, TicketEvent.by_id == user_id),
        or_(Survey.closed_by_id.is_(None), Survey.closed_by_id != user_id),
    )


def next_call_for_change(user_id: int, now: datetime) -> SampleCall | None:
    """Whose turn it is in the order of the draws, locked; what another transaction is taking is passed over."""
    query = _open_calls().where(is_for(user_id, now)).limit(1)
    return db.session.scalar(query.with_for_update(of=SampleCall, skip_locked=True))


def waiting_calls(user_id: int, now: datetime) -> int:
    """How many calls this operator could take now."""
    query = select(func.count()).select_from(_open_calls().order_by(None).where(is_for(user_id, now)).subquery())
    return db.session.scalar(query) or 0


def hindered_calls(now: datetime, limit: int) -> Sequence[int]:
    """Ids of open calls that need not or must not be made any more: rated, expired, or opted out meanwhile."""
    query = select(SampleCall.id).join(Survey, Survey.id == SampleCall.survey_id).where(SampleCall.done_at.is_(None))
    opted_out = exists().where(OptOut.number == Survey.to_number)
    return db.session.scalars(
        query.where(or_(Survey.rating.has(), Survey.expires_at <= now, opted_out)).order_by(SampleCall.id).limit(limit)
    ).all()


@dataclass(frozen=True)
class DrawProgress:
    """One unit's draw of a month: `outcomes` counts what is done, `open_count` what is still to be called."""

    draw: SampleDraw
    outcomes: Counter[SampleOutcome]
    open_count: int

    @property
    def rated(self) -> int:
        """How many answered both questions."""
        return self.outcomes.get(SampleOutcome.RATED, 0)

    @property
    def drawn(self) -> int:
        """How many people were drawn."""
        return self.open_count + sum(self.outcomes.values())


def draws() -> list[DrawProgress]:
    """The latest draws, newest month first, the switchboard before the units."""
    rows = db.session.scalars(
        select(SampleDraw)
        .options(joinedload(SampleDraw.department))
        .order_by(SampleDraw.month_on.desc(), SampleDraw.unit_key)
        .limit(DRAWS_SHOWN)
    ).all()
    counted = db.session.execute(
        select(SampleCall.draw_id, SampleCall.outcome, func.count())
        .where(SampleCall.draw_id.in_([row.id for row in rows]))
        .group_by(SampleCall.draw_id, SampleCall.outcome)
    )
    found: dict[int, Counter[SampleOutcome | None]] = {row.id: Counter() for row in rows}
    for draw_id, outcome, count in counted:
        found[draw_id][outcome] += count
    return [
        DrawProgress(
            row,
            Counter({outcome: n for outcome, n in found[row.id].items() if outcome is not None}),
            found[row.id][None],
        )
        for row in rows
    ]
