"""The senders: claim a few messages, call the gateway with no transaction open, record what it said.

And the postmen: what waits in people's lists of alerts becomes one e-mail or one text for each person.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from flask import current_app

from hotline import clock
from hotline.actor import SYSTEM
from hotline.db import db, transaction
from hotline.messages import actions, queries
from hotline.messages.actions import Claimed
from hotline.messages.gateways import Gateway, Letter, Listing, MailGateway, Outcome, Sent
from hotline.messages.gateways.console import ConsoleGateway, ConsoleMailGateway
from hotline.messages.gateways.http import gateway_for
from hotline.messages.gateways.http_map import HttpMap
from hotline.messages.gateways.smtp import SmtpGateway
from hotline.messages.gateways.twilio import TwilioGateway
from hotline.messages.gateways.web import DEADLINE_SECONDS
from hotline.messages.models import Message
from hotline.messages.rules import sending

# All texts of a batch are on their way at once, so that a provider that hangs costs a round ten seconds, not more.
BATCH = 50
LETTERS_A_ROUND = 20
ROUND_SECONDS, GATHERED_SECONDS = 5.0, 0.02
log = logging.getLogger("hotline.messages")


def gateway() -> Gateway:
    """The way out for texts that the settings choose."""
    config = current_app.config["HOTLINE"]
    if config.sms_gateway == "twilio":
        return TwilioGateway(config)
    return gateway_for(HttpMap.from_dict(config.sms_http)) if config.sms_gateway == "http" else ConsoleGateway()


def mail_gateway() -> MailGateway:
    """The way out for e-mail that the settings choose."""
    server = current_app.config["HOTLINE"].mail_server
    return SmtpGateway(server) if server else ConsoleMailGateway()


def send_due(now: datetime) -> int:
    """Send what is due: texts as the rate allows, then some e-mail. Returns how many messages were handed over."""
    with transaction():
        actions.tidy_outbox(now)
    return _send_texts(now) + _send_mail(now)


def _send_texts(now: datetime) -> int:
    """Batch after batch, urgent ones first, until nothing may leave; a round ends early at the first trouble."""
    way, present, sent = gateway(), _passing(now), 0
    while present() < now + timedelta(seconds=ROUND_SECONDS):
        with transaction():
            batch = actions.claim_texts(way.name, at_most=BATCH, now=present())
        if not batch:
            break
        sent += len(batch)
        if not _hand_over(way, batch, present):
            break
    return sent


def _hand_over(way: Gateway, batch: Sequence[Claimed], present: Callable[[], datetime]) -> bool:
    """Hand texts over side by side, with no transaction open, and write down each outcome as it comes."""
    is_well = True
    with ThreadPoolExecutor(len(batch)) as pool:
        waiting = {pool.submit(_attempt, way, claimed, present): claimed for claimed in batch}
        while waiting:
            wait(waiting, return_when=FIRST_COMPLETED)
            ended = wait(waiting, timeout=GATHERED_SECONDS).done  # what ends together is written together
            outcomes = [(waiting.pop(future), future.result()) for future in ended]
            is_well &= all(sent.outcome in (Outcome.SENT, Outcome.FAILED) for _claimed, sent in outcomes)
            with transaction():
                lost = actions.record_outcomes(outcomes, way=way.name, now=present(), jitter=random.random())
            for claimed in lost:
                log.warning("text %d was taken over by another sender", claimed.message_id)
    return is_well


def _attempt(way: Gateway, claimed: Claimed, present: Callable[[], datetime]) -> Sent:
    # A process that was held up may not call any more: by now somebody may have found that the text never left.
    if present() + timedelta(seconds=DEADLINE_SECONDS) > claimed.lease_until:
        return Sent(Outcome.LATER, reason="held up")
    try:
        return way.send(claimed.text)
    except Exception as error:  # a gateway promises not to raise; if it does, nothing is known
        log.exception("the gateway failed")
        return Sent(Outcome.UNKNOWN, reason=type(error).__name__)


def _passing(now: datetime) -> Callable[[], datetime]:
    """A clock that shows `now` at present and goes on from there."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def reconcile(now: datetime) -> int:
    """Ask the provider about texts whose fate is unknown, where it can be asked. Returns how many are known now."""
    way, present, cleared = gateway(), _passing(now), 0
    sender = queries.sender(way.name)
    if not isinstance(way, Listing) or (sender is not None and sender.stopped_at is not None):
        return 0
    while present() < now + timedelta(seconds=ROUND_SECONDS):
        asked_at = present()
        with transaction():
            doubt = actions.take_doubt(way.name, now=asked_at)
        if doubt is None:
            break
        listed = way.texts_to(doubt.number, sending.listed_since(doubt.attempted_at))
        with transaction():
            cleared += actions.clear_doubt(doubt, listed, way=way.name, asked_at=asked_at, now=present())
        if isinstance(listed, Sent):
            break
    return cleared


def _send_mail(now: datetime) -> int:
    """One letter after the other, a batch a round; when the server does not answer, the others wait for the next."""
    way, sent = mail_gateway(), 0
    while sent < LETTERS_A_ROUND:
        with transaction():
            taken = actions.claim_letter(way.name, now=now)
        if taken is None:
            break
        message_id, lease_no = taken
        message = db.session.get_one(Message, message_id)
        key = f"{message.id}.{int(message.made_at.timestamp())}"
        letter = Letter(message.to_email, message.subject, message.body, key, clock.now())
        db.session.rollback()
        outcome = way.send(letter)
        with transaction():
            mine = actions.record_letter(message_id, lease_no, outcome, now=clock.now(), jitter=random.random())
        if not mine:
            log.warning("e-mail %d was taken over by another sender", message_id)
        sent += 1
        if outcome.outcome in (Outcome.LATER, Outcome.UNKNOWN):
            break
    return sent


def mail_alerts(now: datetime) -> int:
    """One e-mail to everybody whose alerts may leave now. Returns how many were queued."""
    return _for_each(queries.people_waiting_for_mail(now), actions.mail_alerts, now)


def text_alerts(now: datetime) -> int:
    """One text to everybody with urgent alerts that may leave now. Returns how many were queued."""
    return _for_each(queries.people_waiting_for_texts(now), actions.text_alerts, now)


def load_wordings(now: datetime) -> int:
    """Texts that the software delivers and that have no version yet become drafts, as they stand on this day."""
    with transaction():
        return actions.load_wordings(by=SYSTEM, now=now)


def _for_each(people: Sequence[int], send: Callable[..., bool], now: datetime) -> int:
    queued = 0
    for user_id in people:
        with transaction():
            queued += send(user_id, now=now)
    return queued
