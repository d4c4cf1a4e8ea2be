"""Verbs on texts: queued in the transaction of their cause, claimed, recorded; receipts and inbound texts kept once."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from hotline.catalogue.settings import Province, province
from hotline.db import db, insert_once
from hotline.messages import rules
from hotline.messages.gateways import Outcome, Sent
from hotline.messages.models import InboundMessage, Message, MessageReceipt, MessageState, OptOut
from hotline.web.folding import plain
from hotline.web.tokens import TOKEN_LENGTH, link_token

TEMPLATES = Path(__file__).parent / "templates" / "texts.toml"
VALIDITY = timedelta(days=2)
LEASE = timedelta(minutes=2)
LINK_PATHS = {"rate": "r"}


@lru_cache(maxsize=1)
def templates() -> dict[str, dict[str, str]]:
    """The texts by name and style."""
    return tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))


def compose(template: str, params: dict[str, Any], house: Province) -> str:
    """The body with everything but the link filled in."""
    style = house.texts_style
    words = {"brand": house.brand, "host": house.host, "phone": house.phone, "link": rules.LINK, **params}
    body = templates()[template][style].format(**words)
    return plain(body) if style == "plain" else body


def link_of(message: Message) -> str:
    """The address for the citizen, made only when the text leaves or is shown in a demonstration."""
    config = current_app.config["HOTLINE"]
    token = link_token(config.secret_key, str(message.link_purpose), int(message.link_id or 0))
    return f"{config.public_url}/{LINK_PATHS[str(message.link_purpose)]}/{token}"


def rendered(message: Message) -> str:
    """The text as the citizen reads it."""
    return message.body.replace(rules.LINK, link_of(message)) if message.link_purpose else message.body


def queue_text(
    template: str,
    *,
    to: str,
    params: dict[str, Any],
    dedupe_key: str,
    now: datetime,
    expires_at: datetime | None = None,
    ticket_code: str = "",
    link: tuple[str, int] | None = None,
) -> bool:
    """Queue one text to an E.164 number in the running transaction; False when `dedupe_key` was queued before."""
    body = compose(template, params, province())
    length = len(f"{current_app.config['HOTLINE'].public_url}/r/") + TOKEN_LENGTH
    return insert_once(
        Message,
        dedupe_key=dedupe_key,
        template=template,
        to_number=to,
        body=body,
        ticket_code=ticket_code,
        link_purpose=link[0] if link else None,
        link_id=link[1] if link else None,
        segments=rules.segments(body.replace(rules.LINK, "x" * length)).count,
        next_attempt_at=now,
        expires_at=expires_at or now + VALIDITY,
        made_at=now,
    )


def claim(now: datetime, *, at_most: int) -> list[tuple[int, int]]:
    """Take texts that are due: (id, lease number) each. A lease that ran out becomes unknown, never a second text."""
    lost = db.session.scalars(
        select(Message)
        .where(Message.state == MessageState.CLAIMED, Message.lease_until < now)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    for message in lost:
        message.state, message.reason = MessageState.UNKNOWN, "the sender stopped before the answer"
    due = db.session.scalars(
        select(Message)
        .where(Message.state == MessageState.NEW, Message.next_attempt_at <= now)
        .order_by(Message.next_attempt_at, Message.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    taken = []
    for message in due:
        if message.expires_at <= now:
            message.state, message.reason = MessageState.EXPIRED, "too late to be of use"
            continue
        message.state = MessageState.CLAIMED
        message.attempts += 1
        message.lease_no += 1
        message.lease_until = now + LEASE
        taken.append((message.id, message.lease_no))
    db.session.flush()
    return taken


def record_outcome(message_id: int, lease_no: int, sent: Sent, *, provider: str, now: datetime, jitter: float) -> bool:
    """Write what the gateway said, if the lease is still ours. False when somebody else has taken over."""
    message = db.session.get_one(Message, message_id, with_for_update=True)
    if message.lease_no != lease_no or message.state is not MessageState.CLAIMED:
        return False
    message.lease_until, message.reason = None, sent.reason[:200]
    message.provider, message.provider_sid = provider, sent.sid
    if sent.outcome is Outcome.SENT:
        message.state, message.sent_at = MessageState.SENT, now
        for receipt in db.session.scalars(select(MessageReceipt).where(MessageReceipt.sid == (sent.sid or ""))):
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


def record_inbound(
    provider: str, sid: str, from_number: str, body: str, payload: dict[str, Any], *, now: datetime
) -> bool:
    """Keep a citizen's text, once; STOP, HUY, TD and START change what the number wants."""
    news = insert_once(
        InboundMessage,
        provider=provider,
        sid=sid,
        from_number=from_number[:32],
        body=body,
        payload=payload,
        received_at=now,
    )
    if news:
        wish = rules.wish_of(body)
        if wish == "stop":
            opt_out(from_number, how="sms", now=now)
        elif wish == "start":
            opt_in(from_number)
    return news


def opt_out(number: str, *, how: str, now: datetime) -> None:
    """No more invitations to this number."""
    if db.session.get(OptOut, number) is None:
        db.session.add(OptOut(number=number, how=how, at=now))
        db.session.flush()


def opt_in(number: str) -> None:
    """The number wants invitations again."""
    row = db.session.get(OptOut, number)
    if row is not None:
        db.session.delete(row)
        db.session.flush()
