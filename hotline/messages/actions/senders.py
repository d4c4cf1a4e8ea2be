"""Verbs on ways out: locked for one change at a time, stopped when they refuse us, set going again by a person."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import audit
from hotline.actor import SYSTEM, Actor
from hotline.db import db, insert_once
from hotline.errors import Conflict
from hotline.messages.actions.alerts import alert
from hotline.messages.models import Message, Sender
from hotline.messages.rules.alerts import AlertKind
from hotline.staff.permissions import Role
from hotline.staff.queries import enabled_people
from hotline.web.formats import local

TOLD_OF_A_STOP = (Role.LEAD, Role.ADMIN)


def locked_sender(way: str) -> Sender:
    """The row that all processes sending by this way share, ours until the transaction ends; made when it is new."""
    asked = select(Sender).where(Sender.name == way).with_for_update()
    found = db.session.scalar(asked)
    if found is None:
        insert_once(Sender, name=way, stop_reason="", day_segments=0)
        found = db.session.scalars(asked).one()
    return found


def stop_sender(sender: Sender, reason: str, *, now: datetime) -> bool:
    """Nothing leaves by this way until somebody has looked; leads and administrators are told, once a stop."""
    if sender.stopped_at is not None:
        return False
    sender.stopped_at, sender.stop_reason = now, reason[:200] or "stopped"
    db.session.flush()
    audit.record(
        "messages:stop", by=SYSTEM, now=now, object_kind="sender", object_id=sender.name, reason=sender.stop_reason
    )
    people = [user_id for user_id, role, _department in enabled_people() if role in TOLD_OF_A_STOP]
    alert(
        people,
        AlertKind.SENDER_STOPPED,
        params={},
        ticket_code="",
        dedupe_key=f"sender:{sender.name}:{now.isoformat()}",
        not_before_at=now,
        now=now,
    )
    return True


def resume_sender(way: str, *, by: Actor, now: datetime) -> None:
    """Send again: what waited leaves. Raises Conflict when it is not stopped (any more)."""
    sender = locked_sender(way)
    if sender.stopped_at is None:
        raise Conflict(_l("Text messages are leaving already."))
    reason, sender.stopped_at, sender.stop_reason = sender.stop_reason, None, ""
    db.session.flush()
    audit.record("messages:resume", by=by, now=now, object_kind="sender", object_id=way, reason=reason)


def give_back(sender: Sender, message: Message) -> None:
    """What was counted for a text that has not left counts for others of the same day."""
    if message.attempted_at is not None and local(message.attempted_at).date() == sender.day_on:
        sender.day_segments = max(0, sender.day_segments - message.segments)


def pause_sender(sender: Sender, until: datetime) -> None:
    """The provider asks us to wait: all texts wait, since its limit is ours as a whole."""
    if sender.next_free_at is None or sender.next_free_at < until:
        sender.next_free_at = until
