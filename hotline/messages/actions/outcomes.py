"""Verbs on what became of messages: what a gateway said, what a provider's list shows, what receipts report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from hotline import audit
from hotline.actor import Actor
from hotline.db import db, insert_once
from hotline.errors import Conflict
from hotline.messages import queries, rules
from hotline.messages.actions.outbox import Claimed
from hotline.messages.actions.senders import give_back, locked_sender, pause_sender, stop_sender
from hotline.messages.actions.texts import VALIDITY, opt_out, rendered, wait_again
from hotline.messages.gateways import ListedText, Outcome, Sent
from hotline.messages.models import IS_WAITING, Message, MessageChannel, MessageReceipt, MessageState
from hotline.messages.rules import sending

RESUMABLE = (MessageState.FAILED, MessageState.UNDELIVERED, MessageState.EXPIRED)


@dataclass(frozen=True)
class Doubt:
    """A text whose fate is unknown, ours to ask about under the number `lease_no`."""

    message_id: int
    lease_no: int
    number: str
    body: str
    attempted_at: datetime


def record_outcomes(
    outcomes: Sequence[tuple[Claimed, Sent]], *, way: str, now: datetime, jitter: float
) -> list[Claimed]:
    """Write what the gateway said of texts whose lease is still ours; returns those somebody else has taken over."""
    sender, lost = locked_sender(way), []
    found = _locked_messages([claimed.message_id for claimed, _sent in outcomes])
    kept = _kept_receipts(way, [sent.sid for _claimed, sent in outcomes if sent.sid])
    for claimed, sent in outcomes:
        message = found[claimed.message_id]
        if not _is_leased(message, claimed.lease_no):
            lost.append(claimed)
            continue
        if sent.outcome not in (Outcome.SENT, Outcome.UNKNOWN):
            give_back(sender, message)
        if sent.outcome is Outcome.STOPPED:
            message.attempts -= 1  # it was about us
            stop_sender(sender, sent.reason, now=now)
        elif sent.outcome is Outcome.LATER and sent.retry_after_seconds:
            pause_sender(sender, now + timedelta(seconds=sent.retry_after_seconds))
        _record(message, sent, now, jitter)
        _fold_all(message, kept, now)
    db.session.flush()
    return lost


def record_letter(message_id: int, lease_no: int, sent: Sent, *, now: datetime, jitter: float) -> bool:
    """The same for one e-mail. False when somebody else has taken over."""
    message = _locked_messages([message_id])[message_id]
    if not _is_leased(message, lease_no):
        return False
    _record(message, sent, now, jitter)
    db.session.flush()
    return True


def _locked_messages(ids: list[int]) -> dict[int, Message]:
    query = select(Message).where(Message.id.in_(ids)).order_by(Message.id).with_for_update()
    return {message.id: message for message in db.session.scalars(query)}


def _is_leased(message: Message, lease_no: int) -> bool:
    return message.lease_no == lease_no and message.state is MessageState.CLAIMED


def _record(message: Message, sent: Sent, now: datetime, jitter: float) -> None:
    message.lease_until, message.reason, message.error_code = None, sent.reason[:200], sent.code[:16]
    message.provider_sid = sent.sid
    if sent.outcome is Outcome.SENT:
        message.state, message.sent_at = MessageState.SENT, now
    elif sent.outcome is Outcome.LATER and sending.is_given_up(message.attempts):
        message.state, message.reason = MessageState.FAILED, "gave_up"
    elif sent.outcome is Outcome.LATER:
        wait_again(message, now)
        waits = sending.next_attempt(now, message.attempts, jitter)
        message.next_attempt_at = max(waits, now + timedelta(seconds=sent.retry_after_seconds))
    elif sent.outcome is Outcome.STOPPED:
        wait_again(message, now)
    elif sent.outcome is Outcome.UNKNOWN:
        message.state, message.next_attempt_at = MessageState.UNKNOWN, now
    else:
        message.state = MessageState.FAILED
        _obey_opt_out(message, now)


def take_doubt(way: str, *, now: datetime) -> Doubt | None:
    """Take one text whose fate is unknown and that was handed to this way; when it is asked about again is set."""
    message = db.session.scalar(
        select(Message)
        .where(
            Message.channel == MessageChannel.TEXT,
            Message.state == MessageState.UNKNOWN,
            text(IS_WAITING),
            Message.provider == way,
            Message.next_attempt_at <= now,
        )
        .order_by(Message.next_attempt_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if message is None:
        return None
    attempted_at = message.attempted_at or message.made_at
    message.lease_no += 1
    message.next_attempt_at = sending.next_doubt(now, attempted_at)
    db.session.flush()
    return Doubt(message.id, message.lease_no, message.to_number, rendered(message), attempted_at)


def clear_doubt(doubt: Doubt, listed: list[ListedText] | Sent, *, way: str, asked_at: datetime, now: datetime) -> bool:
    """What the provider's list says of it: found, it was sent; surely absent, it is sent again. True when cleared."""
    sender = locked_sender(way)
    message = db.session.get_one(Message, doubt.message_id, with_for_update=True)
    if message.lease_no != doubt.lease_no or message.state is not MessageState.UNKNOWN:
        return False
    if isinstance(listed, Sent):
        message.reason = listed.reason[:200]
        if listed.outcome is Outcome.STOPPED:
            stop_sender(sender, listed.reason, now=now)
        db.session.flush()
        return False
    known = queries.known_sids(way, [one.sid for one in listed], to=message.to_number)
    free = [one for one in listed if one.sid not in known]
    sid = sending.which_is_ours(doubt.body, [(one.sid, one.body) for one in free])
    if sid is not None:
        found = next(one for one in free if one.sid == sid)
        message.state, message.sent_at = MessageState.SENT, doubt.attempted_at
        message.provider_sid, message.reason = sid, ""
        fold(message, found.status, found.error_code, now)
        _fold_all(message, _kept_receipts(way, [sid]), now)
    elif sending.is_surely_absent(asked_at, doubt.attempted_at):
        message.reason, message.next_attempt_at = "not_taken", now
        wait_again(message, now)
        give_back(sender, message)
    db.session.flush()
    return message.state is not MessageState.UNKNOWN


def may_resume_text(message: Message) -> bool:
    """Whether a text has surely not arrived and sending it once more can help."""
    is_over = message.channel is MessageChannel.TEXT and message.state in RESUMABLE
    if not is_over or message.unwanted_because:
        return False
    is_opted_out = message.link_purpose is not None and queries.is_opted_out(message.to_number)
    return sending.may_resume(message.error_code, is_opted_out=is_opted_out)


def resume_text(message: Message, *, by: Actor, now: datetime) -> None:
    """Try a text once more that has surely not arrived. Raises Conflict where that is unsafe or of no use."""
    if not may_resume_text(message):
        raise Conflict(_l("This text may have arrived, or sending it again cannot help."))
    audit.record(
        "messages:resume",
        by=by,
        now=now,
        object_kind="message",
        object_id=message.id,
        state=message.state.value,
        error_code=message.error_code,
    )
    message.state, message.reason, message.error_code = MessageState.NEW, "", ""
    if message.provider_sid:  # the provider's list shows it still, and it is not the next attempt
        message.earlier_sids = [*(message.earlier_sids or ()), message.provider_sid]
    message.provider_sid = message.sent_at = message.delivered_at = None  # a late receipt is about the first attempt
    message.attempts, message.next_attempt_at = 0, now
    message.expires_at = max(message.expires_at, now + VALIDITY)
    db.session.flush()


def record_receipt(
    provider: str, sid: str, status: str, error_code: str, payload: dict[str, Any], *, now: datetime
) -> bool:
    """Keep a provider's word about a text, once, and fold it into the text by rank. An unknown text's word is kept."""
    news = insert_once(
        MessageReceipt,
        provider=provider,
        sid=sid[:64],
        status=status[:32],
        error_code=error_code[:16],
        payload=payload,
        received_at=now,
    )
    if news:
        known = select(Message).where(Message.provider_sid == sid, Message.provider == provider).with_for_update()
        for message in db.session.scalars(known):
            fold(message, status, error_code, now)
        db.session.flush()
    return news


def fold(message: Message, status: str, error_code: str, now: datetime) -> None:
    """Let a later word move a text on; a lower rank is ignored (telephony.md 4)."""
    present = rules.RANK.get(message.state.value, 3)
    if message.state in (MessageState.CLAIMED, MessageState.UNKNOWN):
        present = -1
    if rules.RANK.get(status, -1) <= present:
        return
    if status == "delivered":
        message.state, message.delivered_at = MessageState.DELIVERED, now
        message.sent_at, message.error_code = message.sent_at or now, ""
    elif status in ("undelivered", "failed", "canceled"):
        message.state = MessageState.UNDELIVERED if status == "undelivered" else MessageState.FAILED
        message.error_code = error_code[:16]
        _obey_opt_out(message, now)
    else:
        message.state, message.sent_at = MessageState.SENT, message.sent_at or now


def _kept_receipts(provider: str, sids: list[str]) -> list[MessageReceipt]:
    """What was reported before we knew under which id the provider had taken a text."""
    if not sids:
        return []
    kept = select(MessageReceipt).where(MessageReceipt.provider == provider, MessageReceipt.sid.in_(sids))
    return list(db.session.scalars(kept.order_by(MessageReceipt.id)))


def _fold_all(message: Message, kept: list[MessageReceipt], now: datetime) -> None:
    for receipt in kept:
        if receipt.sid == message.provider_sid:
            fold(message, receipt.status, receipt.error_code, now)


def _obey_opt_out(message: Message, now: datetime) -> None:
    if message.error_code == sending.OPTED_OUT:
        opt_out(message.to_number, how="provider", now=now)
