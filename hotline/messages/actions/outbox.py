"""Verbs on the outbox: e-mail queued, messages claimed and their outcome recorded, receipts kept once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from hotline.db import db, insert_once
from hotline.messages import rules
from hotline.messages.actions.texts import VALIDITY
from hotline.messages.gateways import Outcome, Sent
from hotline.messages.models import Message, MessageChannel, MessageReceipt, MessageState
from hotline.messages.rules.mail import LONGEST_SUBJECT

LEASE = timedelta(minutes=2)
SWEPT = 100


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


def claim(now: datetime, *, at_most: int, channel: MessageChannel = MessageChannel.TEXT) -> list[tuple[int, int]]:
    """Take what is due: (id, lease number) each. A lease that ran out becomes unknown, never a second message."""
    waiting = Message.state == MessageState.NEW
    lost = _locked(SWEPT, Message.state == MessageState.CLAIMED, Message.lease_until < now)
    for message in lost:
        message.state, message.reason = MessageState.UNKNOWN, "the sender stopped before the answer"
    for message in _locked(SWEPT, waiting, Message.next_attempt_at <= now, Message.expires_at <= now):
        message.state, message.reason = MessageState.EXPIRED, "too late to be of use"
    due = _locked(
        at_most, Message.channel == channel, waiting, Message.next_attempt_at <= now, Message.expires_at > now
    )
    for message in due:
        message.state = MessageState.CLAIMED
        message.attempts += 1
        message.lease_no += 1
        message.lease_until = now + LEASE
    taken = [(message.id, message.lease_no) for message in due]
    db.session.flush()
    return taken


def _locked(at_most: int, *which: ColumnElement[bool]) -> Sequence[Message]:
    query = select(Message).where(*which).order_by(Message.next_attempt_at, Message.id).limit(at_most)
    return db.session.scalars(query.with_for_update(skip_locked=True)).all()


def record_outcome(message_id: int, lease_no: int, sent: Sent, *, provider: str, now: datetime, jitter: float) -> bool:
    """Write what the gateway said, if the lease is still ours. False when somebody else has taken over."""
    message = db.session.get_one(Message, message_id, with_for_update=True)
    if message.lease_no != lease_no or message.state is not MessageState.CLAIMED:
        return False
    message.lease_until, message.reason = None, sent.reason[:200]
    message.provider, message.provider_sid = provider, sent.sid
    if sent.outcome is Outcome.SENT:
        message.state, message.sent_at = MessageState.SENT, now
        if sent.sid:
            for receipt in db.session.scalars(select(MessageReceipt).where(MessageReceipt.sid == sent.sid)):
                _fold(message, receipt.status, receipt.error_code, now)
    elif sent.outcome is Outcome.LATER:
        message.state = MessageState.NEW
        message.next_attempt_at = rules.next_attempt(now, message.attempts, jitter)
        if sent.retry_after_seconds:
            message.next_attempt_at = max(message.next_attempt_at, now + timedelta(seconds=sent.retry_after_seconds))
    elif sent.outcome is Outcome.UNKNOWN:
        message.state = MessageState.UNKNOWN
    else:
        message.state = MessageState.FAILED
    db.session.flush()
    return True


def record_receipt(
    provider: str, sid: str, status: str, error_code: str, payload: dict[str, Any], *, now: datetime
) -> bool:
    """Keep a provider's word about a text, once, and fold it into the text by rank. An unknown text's word is kept."""
    news = insert_once(
        MessageReceipt,
        provider=provider,
        sid=sid,
        status=status,
        error_code=error_code,
        payload=payload,
        received_at=now,
    )
    message = db.session.scalar(select(Message).where(Message.provider_sid == sid).with_for_update())
    if news and message is not None:
        _fold(message, status, error_code, now)
        db.session.flush()
    return news


def _fold(message: Message, status: str, error_code: str, now: datetime) -> None:
    present = rules.RANK.get(message.state.value, 3)
    if message.state in (MessageState.CLAIMED, MessageState.UNKNOWN):
        present = -1
    if rules.RANK.get(status, -1) <= present:
        return
    if status == "delivered":
        message.state, message.delivered_at = MessageState.DELIVERED, now
        message.sent_at = message.sent_at or now
    elif status in ("undelivered", "failed"):
        message.state = MessageState.UNDELIVERED if status == "undelivered" else MessageState.FAILED
        message.reason = error_code
    elif status in ("sent", "sending", "queued", "accepted"):
        message.state, message.sent_at = MessageState.SENT, message.sent_at or now
