"""Looks at alerts: a person's list, how people want to be told, and who waits for an e-mail or a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, Select, bindparam, func, select, text
from sqlalchemy.orm import aliased

from hotline.db import db
from hotline.errors import NotFound
from hotline.messages.models import WAITS_FOR_MAIL, WAITS_FOR_TEXT, Alert, AlertPreference
from hotline.messages.rules.alerts import (
    DEFAULT_WAYS,
    AlertKind,
    Colleague,
    Reach,
    Reachability,
    Ways,
    who_is_told,
)
from hotline.staff.models import User
from hotline.staff.rules import is_away
from hotline.web.paging import ROWS_A_PAGE, Page

MOST_COUNTED = 100


def unread_count(user_id: int) -> int:
    """How many alerts a person has not read, counted up to a hundred."""
    unread = select(Alert.id).where(Alert.user_id == user_id, Alert.read_at.is_(None)).limit(MOST_COUNTED)
    return db.session.scalar(select(func.count()).select_from(unread.subquery())) or 0


def newest_unread(user_id: int) -> int | None:
    """The id of the newest alert a person has not read."""
    return db.session.scalar(select(func.max(Alert.id)).where(Alert.user_id == user_id, Alert.read_at.is_(None)))


def is_told(dedupe_key: str) -> bool:
    """Whether anybody was told of this occasion already."""
    return db.session.scalar(select(Alert.id).where(Alert.dedupe_key == dedupe_key).limit(1)) is not None


def alert_of(user_id: int, alert_id: int) -> Alert:
    """One alert of this person. Raises NotFound, also for other people's."""
    found = db.session.scalar(select(Alert).where(Alert.id == alert_id, Alert.user_id == user_id))
    if found is None:
        raise NotFound(_l("There is no such alert."))
    return found


def alerts_of(user_id: int, after: str = "") -> Page[Alert]:
    """A person's alerts, unread first, newest first; `after` is where the page before ended. Raises NotFound."""
    part, _dash, end = after.partition("-")
    if after and not (part in ("unread", "read") and end.isdecimal() and len(end) < 10):
        raise NotFound(_l("There is no such page of the list."))
    rows: list[Alert] = []
    if part != "read":
        rows += _newest(user_id, Alert.read_at.is_(None), before=int(end) if end else None)
    if len(rows) <= ROWS_A_PAGE:
        rows += _newest(user_id, Alert.read_at.is_not(None), before=int(end) if part == "read" else None)
    shown = rows[:ROWS_A_PAGE]
    more = f"{'unread' if shown[-1].read_at is None else 'read'}-{shown[-1].id}" if len(rows) > ROWS_A_PAGE else None
    return Page(shown, more, not after)


def _newest(user_id: int, which: Any, before: int | None) -> Sequence[Alert]:
    query = select(Alert).where(Alert.user_id == user_id, which).order_by(Alert.id.desc()).limit(ROWS_A_PAGE + 1)
    return db.session.scalars(query if before is None else query.where(Alert.id < before)).all()


def preferences_of(user_id: int) -> dict[AlertKind, Ways]:
    """How a person wants each kind of alert: what was chosen, over the defaults."""
    rows = db.session.scalars(select(AlertPreference).where(AlertPreference.user_id == user_id))
    return DEFAULT_WAYS | {row.kind: Ways(row.by_email, row.by_text) for row in rows}


def _facts(who: Any) -> tuple[Any, ...]:
    return who.id, who.name, who.is_enabled, who.away_from_on, who.away_until_on, who.mobile


_PERSON, _SECOND, _THIRD = User, aliased(User), aliased(User)
# Asked for every alert, so built once: each of these people with the substitute and the substitute's own.
_CHAINS = (
    select(*(column for who in (_PERSON, _SECOND, _THIRD) for column in _facts(who)))
    .outerjoin(_SECOND, _SECOND.id == _PERSON.substitute_id)
    .outerjoin(_THIRD, _THIRD.id == _SECOND.substitute_id)
    .where(_PERSON.id.in_(bindparam("asked", expanding=True)))
)
_WISHES = select(
    AlertPreference.user_id, AlertPreference.kind, AlertPreference.by_email, AlertPreference.by_text
).where(AlertPreference.user_id.in_(bindparam("receivers", expanding=True)))


def reachability(user_ids: Iterable[int], on: date) -> Reachability:
    """Where alerts for these people arrive on that day, substitutes and wishes included: asked once for many alerts."""
    asked = sorted(set(user_ids))
    rows = db.session.execute(_CHAINS, {"asked": asked})
    told = {}
    for row in rows:
        chain = _chain(row, on)
        told[chain[0].id] = (chain[0], who_is_told(chain))
    wishes: dict[int, dict[AlertKind, Ways]] = {}
    receivers = {receiver.id for _person, receiver in told.values() if receiver}
    for user_id, kind, by_email, by_text in db.session.execute(_WISHES, {"receivers": sorted(receivers)}):
        wishes.setdefault(user_id, {})[kind] = Ways(by_email, by_text)
    found: Reachability = dict.fromkeys(asked)
    for user_id, (absent, receiver) in told.items():
        if receiver is not None:
            instead_of = absent.name if receiver.id != absent.id else ""
            found[user_id] = Reach(
                receiver.id, instead_of, receiver.has_mobile, DEFAULT_WAYS | wishes.get(receiver.id, {})
            )
    return found


def _chain(row: Row[Any], on: date) -> list[Colleague]:
    people = [row[start : start + 6] for start in (0, 6, 12)]
    return [
        Colleague(user_id, name, bool(enabled), is_away(from_on, until_on, on), bool(mobile))
        for user_id, name, enabled, from_on, until_on, mobile in people
        if user_id is not None
    ]


def people_waiting_for_mail(now: datetime) -> Sequence[int]:
    """Whose alerts may leave by e-mail now."""
    return db.session.scalars(_waiting(WAITS_FOR_MAIL, now)).all()


def people_waiting_for_texts(now: datetime) -> Sequence[int]:
    """Whose alerts may leave by text now."""
    return db.session.scalars(_waiting(WAITS_FOR_TEXT, now)).all()


def _waiting(which: str, now: datetime) -> Select[int]:
    return select(Alert.user_id).where(text(which), Alert.not_before_at <= now).distinct().order_by(Alert.user_id)


def last_mail_at(user_id: int) -> datetime | None:
    """When alerts last left for this person by e-mail."""
    return db.session.scalar(
        select(func.max(Alert.mailed_at)).where(Alert.user_id == user_id, Alert.mailed_at.is_not(None))
    )
