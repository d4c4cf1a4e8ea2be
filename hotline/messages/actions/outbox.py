"""Verbs that take messages out of the outbox: e-mail queued, what is due claimed, what is too late or lost noticed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, TextClause, select, text, update

from hotline.catalogue.settings import Province, province
from hotline.db import db, insert_once
from hotline.messages import queries
from hotline.messages.actions.senders import locked_sender
from hotline.messages.actions.texts import VALIDITY, rendered
from hotline.messages.gateways import OutgoingText
from hotline.messages.models import IS_WAITING, Message, MessageChannel, MessageState, Sender
from hotline.messages.rules import FOR_STAFF, sending
from hotline.messages.rules.mail import LONGEST_SUBJECT
from hotline.messages.rules.sending import Hours

SWEPT = 500
LOOKED_AT = 200
PRECEDENCES = range(4)
MAIL_LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class Claimed:
    """A text that is ours to hand over until `lease_until`, under the number `lease_no`."""

    message_id: int
    lease_no: int
    lease_until: datetime
    text: OutgoingText


def queue_email(
    to: str,
    subject: str,
    body: str,
    *,
    dedupe_key: str,
    now: datetime,
    not_before: datetime | None = None,
    template: str = "email",
) -> bool:
    """Queue one e-mail in plain text in the running transaction; False when `dedupe_key` was queued before."""
    begins_at = max(not_before or now, now)
    return insert_once(
        Message,
        dedupe_key=dedupe_key,
        template=template,
        channel=MessageChannel.EMAIL,
        to_email=to,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        body=body,
        next_attempt_at=begins_at,
        expires_at=begins_at + VALIDITY,
        made_at=now,
    )


def tidy_outbox(now: datetime) -> int:
    """Notice what is lost or too late, and let what must wait for the day wait. Returns how many were noticed."""
    # A lease that ran out is a doubt, never a second message.
    claimed = (Message.state == MessageState.CLAIMED, text(IS_WAITING), Message.channel.in_(list(MessageChannel)))
    lost = _locked(SWEPT, *claimed, Message.lease_until < now)
    for message in lost:
        message.state, message.reason = MessageState.UNKNOWN, "sender_lost"
        message.lease_until, message.next_attempt_at = None, now
    late = db.session.scalars(
        select(Message)
        .where(Message.state == MessageState.NEW, text(IS_WAITING), Message.expires_at <= now)
        .order_by(Message.expires_at)  # by its index, past all that still has time
        .limit(SWEPT)
        .with_for_update(skip_locked=True)
    ).all()
    for message in late:
        message.state, message.reason = MessageState.EXPIRED, "too_late"
    db.session.flush()
    hours = queries.text_hours(province())
    if not hours.is_open(now):
        _wait_for_the_day(hours, now)
    return len(lost) + len(late)


def _wait_for_the_day(hours: Hours, now: datetime) -> None:
    waiting = (
        select(Message.id)
        .where(*_due(MessageChannel.TEXT, now), Message.is_daytime_only)
        .limit(SWEPT)
        .with_for_update(skip_locked=True)
    )
    later = update(Message).where(Message.id.in_(waiting)).values(next_attempt_at=hours.next_open(now))
    db.session.execute(later, execution_options={"synchronize_session": False})


def claim_texts(way: str, *, at_most: int, now: datetime) -> list[Claimed]:
    """Take the texts that may leave by this way now: urgent ones first, as fast and as many as the province allows."""
    house, sender = province(), locked_sender(way)
    if sender.stopped_at is not None:
        return []
    hours = queries.text_hours(house)
    today = hours.day_begins(now)
    if sender.day_on != today.date():
        sender.day_on, sender.day_segments = today.date(), 0
    free = min(at_most, sending.free_now(sender.next_free_at, now, a_minute=house.texts_a_minute))
    taken: list[Message] = []
    for precedence in PRECEDENCES:
        if len(taken) < free and not _take(taken, free, precedence, sender, house, hours, now):
            break
    if taken:
        sender.next_free_at = sending.free_after(sender.next_free_at, now, len(taken), a_minute=house.texts_a_minute)
    db.session.flush()
    return [_claimed(message, now) for message in taken]


def _take(
    taken: list[Message], free: int, precedence: int, sender: Sender, house: Province, hours: Hours, now: datetime
) -> bool:
    """Take what is due of one precedence; False when today's budget is spent, which only the most urgent may pass."""
    which = [Message.precedence == precedence, *_due(MessageChannel.TEXT, now), Message.expires_at > now]
    if not hours.is_open(now):
        which.append(Message.is_daytime_only.is_(False))
    looked_at = 0
    while len(taken) < free and looked_at < LOOKED_AT:
        rows = _locked(free - len(taken), *which)
        if not rows:
            return True
        looked_at += len(rows)
        sent = queries.texts_on_the_day({row.to_number for row in rows}, hours.day_begins(now))
        for row in rows:
            is_capped = row.template not in FOR_STAFF
            if is_capped and sent.get(row.to_number, 0) >= house.texts_a_number_a_day:
                _wait_for_tomorrow(row, hours, now)
                continue
            if precedence and sender.day_segments + row.segments > house.segments_a_day:
                db.session.flush()
                return False
            sent[row.to_number] = sent.get(row.to_number, 0) + is_capped
            sender.day_segments += row.segments
            _lease(row, sender.name, sending.lease_until(now, house.lease_seconds), now)
            taken.append(row)
        db.session.flush()
    return True


def _wait_for_tomorrow(message: Message, hours: Hours, now: datetime) -> None:
    message.next_attempt_at = hours.next_day(now, is_daytime_only=message.is_daytime_only)
    message.reason = "number_full"
    if message.next_attempt_at >= message.expires_at:
        message.state = MessageState.EXPIRED


def _lease(message: Message, way: str, until: datetime, now: datetime) -> None:
    message.state, message.reason, message.provider = MessageState.CLAIMED, "", way
    message.attempts += 1
    message.lease_no += 1
    message.lease_until, message.attempted_at = until, now


def _claimed(message: Message, now: datetime) -> Claimed:
    left = int((message.expires_at - now).total_seconds())
    outgoing = OutgoingText(message.to_number, rendered(message), str(message.id), left)
    assert message.lease_until is not None
    return Claimed(message.id, message.lease_no, message.lease_until, outgoing)


def claim_letter(way: str, *, now: datetime) -> tuple[int, int] | None:
    """Take one e-mail that is due: its id and lease number."""
    due = _locked(1, *_due(MessageChannel.EMAIL, now), Message.expires_at > now)
    for message in due:
        _lease(message, way, now + MAIL_LEASE, now)
    db.session.flush()
    return (due[0].id, due[0].lease_no) if due else None


def _due(channel: MessageChannel, now: datetime) -> list[ColumnElement[bool] | TextClause]:
    return [
        Message.channel == channel,
        Message.state == MessageState.NEW,
        text(IS_WAITING),
        Message.next_attempt_at <= now,
    ]


def _locked(at_most: int, *which: ColumnElement[bool] | TextClause) -> Sequence[Message]:
    query = select(Message).where(*which).order_by(Message.next_attempt_at, Message.id).limit(at_most)
    return db.session.scalars(query.with_for_update(skip_locked=True)).all()
