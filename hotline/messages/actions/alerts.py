"""Verbs on alerts: told once to each person or the substitute, read, and how each person wants to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from hotline import audit
from hotline.actor import Actor
from hotline.db import db, insert_each_once
from hotline.messages import queries
from hotline.messages.models import Alert, AlertPreference
from hotline.messages.rules.alerts import AlertKind, Reachability, Ways
from hotline.web.formats import local


@dataclass(frozen=True)
class NewAlert:
    """One thing that several people are to be told; `params` as described in `messages.words`.

    `dedupe_key` names the occasion (nobody is told it twice); e-mail and text leave at `not_before_at` or later.
    """

    user_ids: tuple[int, ...]
    kind: AlertKind
    params: Mapping[str, Any]
    dedupe_key: str
    not_before_at: datetime
    ticket_code: str = ""
    urgent: bool = False


def alert(
    user_ids: Iterable[int],
    kind: AlertKind,
    *,
    params: Mapping[str, Any],
    ticket_code: str,
    dedupe_key: str,
    urgent: bool = False,
    not_before_at: datetime,
    now: datetime,
) -> int:
    """Tell these people one thing, each once; who is away is replaced. Returns how many were told something new."""
    new = NewAlert(tuple(user_ids), kind, params, dedupe_key, not_before_at, ticket_code, urgent)
    # Who is away is asked for the day on which it leaves: what happens at night is for who is there in the morning.
    on = local(max(not_before_at, now)).date()
    return alert_many([new], queries.reachability(new.user_ids, on), now=now)


def alert_many(alerts: Sequence[NewAlert], reachability: Reachability, *, now: datetime) -> int:
    """The same for many things at once, with `queries.reachability` asked before. Returns how many rows are new."""
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for new in alerts:
        for user_id in new.user_ids:
            row = _row(new, user_id, reachability, now)
            if row is None:
                continue
            key = row["user_id"], new.dedupe_key
            # Who is told anyway is not told again in somebody's place.
            if key not in rows or "instead_of" not in row["params"]:
                rows[key] = row
    return insert_each_once(Alert, list(rows.values()))


def _row(new: NewAlert, user_id: int, reachability: Reachability, now: datetime) -> dict[str, Any] | None:
    reach = reachability[user_id]
    if reach is None:
        return None
    params = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in new.params.items()}
    ways = reach.ways(new.kind, urgent=new.urgent)
    return {
        "user_id": reach.user_id,
        "kind": new.kind,
        "ticket_code": new.ticket_code,
        "params": params | ({"instead_of": reach.instead_of} if reach.instead_of else {}),
        "is_urgent": new.urgent,
        "made_at": now,
        "not_before_at": new.not_before_at,
        "wants_email": ways.by_email,
        "wants_text": ways.by_text,
        "dedupe_key": new.dedupe_key,
    }


def read_alert(alert: Alert, *, now: datetime) -> None:
    """The person has seen it: it leaves the count, and what has not left by e-mail or text stays here."""
    if alert.read_at is None:
        alert.read_at = now
        db.session.flush()


def read_all_alerts(user_id: int, *, up_to: int, now: datetime) -> int:
    """The person has seen the list up to the alert with the id `up_to`; what came later stays unread."""
    unread = update(Alert).where(Alert.user_id == user_id, Alert.read_at.is_(None), Alert.id <= up_to)
    return len(db.session.execute(unread.values(read_at=now).returning(Alert.id)).all())


def choose_alerts(user_id: int, wishes: Mapping[AlertKind, Ways], *, by: Actor, now: datetime) -> None:
    """How a person wants to be told from now on."""
    for kind, ways in wishes.items():
        db.session.merge(AlertPreference(user_id=user_id, kind=kind, by_email=ways.by_email, by_text=ways.by_text))
    db.session.flush()
    audit.record("alerts:choose", by=by, now=now, object_kind="user", object_id=user_id)
