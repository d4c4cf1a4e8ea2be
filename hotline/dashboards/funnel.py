"""The funnel of asking: from every closing to every rating, each bucket by a predicate of its own.

No bucket is what is left of another, so a lost row shows: the parts no longer add up to their whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from hotline.dashboards.figures import Scope
from hotline.db import db
from hotline.errors import NotFound
from hotline.messages.models import Message, MessageState
from hotline.satisfaction.models import Mode, Rating, Suppression, Survey
from hotline.satisfaction.rules import LINK_PURPOSE
from hotline.tickets.models import Ticket, TicketEvent
from hotline.web.paging import ROWS_A_PAGE, Page

MOST_PREPARING = timedelta(minutes=2)  # how long the timer that makes surveys may take before a closing counts as lost
REMINDER = "reminder"
WAITING = (MessageState.NEW, MessageState.CLAIMED, MessageState.UNKNOWN)
SENT = (MessageState.SENT, MessageState.DELIVERED, MessageState.UNDELIVERED)
FAILED = (MessageState.FAILED, MessageState.SUPPRESSED)


class Bucket(StrEnum):
    """Where a closing may stand. Those with a reason are counted for each reason apart."""

    CLOSED = "closed"
    ASKED = "asked"
    SUPPRESSED = "suppressed"
    PREPARING = "preparing"
    LOST = "lost"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"
    WAITING = "waiting"
    NO_MESSAGE = "no_message"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    NO_RECEIPT = "no_receipt"
    OPENED = "opened"
    ASKED_RATED = "asked_rated"
    ASKED_RUNG = "asked_rung"
    SILENT_STILL = "silent_still"
    SILENT_OVER = "silent_over"
    RATED = "rated"
    RATED_BY = "rated_by"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            Bucket.CLOSED: _l("Answers given"),
            Bucket.ASKED: _l("To be asked"),
            Bucket.SUPPRESSED: _l("Not asked"),
            Bucket.PREPARING: _l("Being prepared, answered less than two minutes ago"),
            Bucket.LOST: _l("Answers without a survey"),
            Bucket.SENT: _l("Invitation sent"),
            Bucket.FAILED: _l("Invitation failed"),
            Bucket.EXPIRED: _l("Invitation expired before it was sent"),
            Bucket.WAITING: _l("Invitation waiting, being sent, or outcome unknown"),
            Bucket.NO_MESSAGE: _l("Asked, but no invitation in the outbox"),
            Bucket.DELIVERED: _l("Invitation delivered"),
            Bucket.UNDELIVERED: _l("Invitation not delivered"),
            Bucket.NO_RECEIPT: _l("Invitation sent, no receipt"),
            Bucket.OPENED: _l("Page opened"),
            Bucket.ASKED_RATED: _l("Asked and rated on the invitation"),
            Bucket.ASKED_RUNG: _l("Asked, silent, rated when we rang"),
            Bucket.SILENT_STILL: _l("Asked, silent, may still rate"),
            Bucket.SILENT_OVER: _l("Asked, silent, time is over"),
            Bucket.RATED: _l("Rated"),
            Bucket.RATED_BY: _l("Rated by"),
        }[self]


@dataclass(frozen=True)
class Count:
    """One bucket, the reason or way where it has one, and how many closings stand in it."""

    bucket: Bucket
    key: str
    number: int


@dataclass(frozen=True)
class Identity:
    """A whole and the parts it must consist of; `stray` names closings that are in no part, by a predicate as well."""

    level: str
    whole: Count
    parts: list[Count]
    stray: Count | None = None

    @property
    def difference(self) -> int:
        """The whole less its parts; anything but 0 is a fault of the records."""
        return self.whole.number - sum(part.number for part in self.parts)


@dataclass(frozen=True)
class Funnel:
    """All levels of one scope. `orphans`: invitations in the outbox whose survey is gone (whole province only)."""

    identities: list[Identity]
    opened: Count
    orphans: int

    @property
    def adds_up(self) -> bool:
        """Whether every line is whole."""
        return not self.orphans and all(one.difference == 0 for one in self.identities)


_INVITATION = and_(Message.link_purpose == LINK_PURPOSE, Message.link_id == Survey.id, Message.template != REMINDER)
_ASKED = and_(Survey.id.is_not(None), Survey.suppressed_as.is_(None))
_RATED = Rating.id.is_not(None)
_FAILED_AS = func.coalesce(func.nullif(Message.error_code, ""), Message.reason)


def _within(scope: Scope) -> ColumnElement[bool]:
    clauses = [TicketEvent.stops_clock, TicketEvent.at >= scope.begin, TicketEvent.at < scope.end]
    if scope.department_id is not None:
        clauses.append(TicketEvent.department_id == scope.department_id)
    if scope.caller_kind is not None:
        clauses.append(exists().where(Ticket.id == TicketEvent.ticket_id, Ticket.caller_kind == scope.caller_kind))
    return and_(*clauses)


def _predicates(scope: Scope) -> dict[Bucket, ColumnElement[bool]]:
    missing, fresh = Survey.id.is_(None), TicketEvent.at > scope.now - MOST_PREPARING
    return {
        Bucket.CLOSED: TicketEvent.id.is_not(None),
        Bucket.ASKED: _ASKED,
        Bucket.SUPPRESSED: Survey.suppressed_as.is_not(None),
        Bucket.PREPARING: and_(missing, fresh),
        Bucket.LOST: and_(missing, TicketEvent.at <= scope.now - MOST_PREPARING),
        Bucket.SENT: and_(_ASKED, Message.state.in_(SENT)),
        Bucket.FAILED: and_(_ASKED, Message.state.in_(FAILED)),
        Bucket.EXPIRED: and_(_ASKED, Message.state == MessageState.EXPIRED),
        Bucket.WAITING: and_(_ASKED, Message.state.in_(WAITING)),
        Bucket.NO_MESSAGE: and_(_ASKED, Message.id.is_(None)),
        Bucket.DELIVERED: and_(_ASKED, Message.state == MessageState.DELIVERED),
        Bucket.UNDELIVERED: and_(_ASKED, Message.state == MessageState.UNDELIVERED),
        Bucket.NO_RECEIPT: and_(_ASKED, Message.state == MessageState.SENT),
        Bucket.OPENED: Survey.opened_at.is_not(None),
        Bucket.ASKED_RATED: and_(_ASKED, _RATED, Rating.mode != Mode.CALL_BACK),
        Bucket.ASKED_RUNG: and_(_ASKED, Rating.mode == Mode.CALL_BACK),
        Bucket.SILENT_STILL: and_(_ASKED, Rating.id.is_(None), Survey.expires_at > scope.now),
        Bucket.SILENT_OVER: and_(_ASKED, Rating.id.is_(None), Survey.expires_at <= scope.now),
        Bucket.RATED: _RATED,
        Bucket.RATED_BY: _RATED,
    }


_KEYS: dict[Bucket, Any] = {
    Bucket.SUPPRESSED: Survey.suppressed_as,
    Bucket.FAILED: _FAILED_AS,
    Bucket.RATED_BY: Rating.mode,
}


def _joined(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(TicketEvent)
        .outerjoin(Survey, Survey.closing_event_id == TicketEvent.id)
        .outerjoin(Message, _INVITATION)
        .outerjoin(Rating, Rating.survey_id == Survey.id)
    )


def closings_in(bucket: Bucket, scope: Scope, key: str = "") -> ColumnElement[bool]:
    """The predicate over closings for one bucket. Raises NotFound for a reason or way that is none."""
    clauses = [_within(scope), _predicates(scope)[bucket]]
    if bucket in _KEYS:
        if bucket is not Bucket.FAILED and key not in {code.value for code in (*Suppression, *Mode)}:
            raise NotFound(_l("There is no such figure."))
        clauses.append(_KEYS[bucket] == key)
    inside = _joined(TicketEvent.id).where(*clauses)
    return TicketEvent.id.in_(inside)


def count_of(clause: ColumnElement[bool]) -> int:
    """How many closings a predicate counts."""
    return db.session.scalar(select(func.count()).select_from(TicketEvent).where(clause)) or 0


def funnel(scope: Scope) -> Funnel:
    """Every level of the scope, each bucket counted by its own predicate in one reading."""
    closed = Count(Bucket.CLOSED, "", count_of(_within(scope)))
    simple = {bucket: clause for bucket, clause in _predicates(scope).items() if bucket not in _KEYS}
    numbers = db.session.execute(
        _joined(*(func.count(case((clause, 1))) for clause in simple.values())).where(_within(scope))
    ).one()
    one = {bucket: Count(bucket, "", number) for bucket, number in zip(simple, numbers, strict=True)}
    by = {bucket: _by_key(bucket, scope) for bucket in _KEYS}
    sent = [one[Bucket.DELIVERED], one[Bucket.UNDELIVERED], one[Bucket.NO_RECEIPT]]
    ways = [one[Bucket.SENT], *by[Bucket.FAILED], one[Bucket.EXPIRED], one[Bucket.WAITING]]
    said = [one[Bucket.ASKED_RATED], one[Bucket.ASKED_RUNG], one[Bucket.SILENT_STILL], one[Bucket.SILENT_OVER]]
    reasons = [one[Bucket.ASKED], *by[Bucket.SUPPRESSED], one[Bucket.PREPARING]]
    return Funnel(
        [
            Identity("closed", closed, reasons, one[Bucket.LOST]),
            Identity("invited", one[Bucket.ASKED], ways, one[Bucket.NO_MESSAGE]),
            Identity("sent", one[Bucket.SENT], sent),
            Identity("said", one[Bucket.ASKED], said),
            Identity("rated", one[Bucket.RATED], by[Bucket.RATED_BY]),
        ],
        one[Bucket.OPENED],
        _orphans(scope),
    )


def _by_key(bucket: Bucket, scope: Scope) -> list[Count]:
    key = _KEYS[bucket].label("reason_or_way")
    query = _joined(key, func.count()).where(_within(scope), _predicates(scope)[bucket])
    rows = db.session.execute(query.group_by("reason_or_way")).all()
    return sorted((Count(bucket, str(name), number) for name, number in rows), key=lambda one: (-one.number, one.key))


def _orphans(scope: Scope) -> int:
    """Invitations of the period whose survey is gone: what tells that a survey was deleted and made again."""
    if scope.department_id is not None or scope.caller_kind is not None:
        return 0
    mine = and_(Message.link_purpose == LINK_PURPOSE, Message.made_at >= scope.begin, Message.made_at < scope.end)
    gone = ~exists().where(Survey.id == Message.link_id)
    return db.session.scalar(select(func.count()).select_from(Message).where(mine, gone)) or 0


def closings(clause: ColumnElement[bool], after: str) -> Page[TicketEvent]:
    """The closings of a predicate, newest first. Raises NotFound for a page that is none."""
    query = (
        select(TicketEvent)
        .options(
            joinedload(TicketEvent.department),
            joinedload(TicketEvent.ticket).options(joinedload(Ticket.category), joinedload(Ticket.department)),
        )
        .where(clause)
        .order_by(TicketEvent.at.desc(), TicketEvent.id.desc())
        .limit(ROWS_A_PAGE + 1)
    )
    if after:
        anchor = db.session.get(TicketEvent, int(after)) if after.isdecimal() and len(after) < 16 else None
        if anchor is None:
            raise NotFound()
        same = and_(TicketEvent.at == anchor.at, TicketEvent.id < anchor.id)
        query = query.where(or_(TicketEvent.at < anchor.at, same))
    rows: Sequence[TicketEvent] = db.session.scalars(query).all()
    more = str(rows[ROWS_A_PAGE - 1].id) if len(rows) > ROWS_A_PAGE else None
    return Page(rows[:ROWS_A_PAGE], more, not after)
