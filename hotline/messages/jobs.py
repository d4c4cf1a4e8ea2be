"""The senders: claim a few messages, call the gateway with no transaction open, record what it said.

And the postmen: what waits in people's lists of alerts becomes one e-mail or one text for each person.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime

from flask import current_app

from hotline import clock
from hotline.actor import SYSTEM
from hotline.db import db, transaction
from hotline.messages import actions, queries
from hotline.messages.gateways import Gateway, Letter, MailGateway, Outcome, Sent
from hotline.messages.gateways.console import ConsoleGateway, ConsoleMailGateway
from hotline.messages.gateways.smtp import SmtpGateway
from hotline.messages.gateways.twilio import TwilioGateway
from hotline.messages.models import Message, MessageChannel

BATCH = 20
log = logging.getLogger("hotline.messages")


def gateway() -> Gateway:
    """The way out for texts that the settings choose."""
    config = current_app.config["HOTLINE"]
    return TwilioGateway(config) if config.sms_gateway == "twilio" else ConsoleGateway()


def mail_gateway() -> MailGateway:
    """The way out for e-mail that the settings choose."""
    server = current_app.config["HOTLINE"].mail_server
    return SmtpGateway(server) if server else ConsoleMailGateway()


def send_due(now: datetime) -> int:
    """Send what is due, all texts first, then some e-mail. Returns how many messages were handed over."""
    return _send_texts(now) + _send_mail(now)


def _send_texts(now: datetime) -> int:
    way, sent = gateway(), 0
    while True:
        with transaction():
            taken = actions.claim(now, at_most=BATCH)
        for message_id, lease_no in taken:
            message = db.session.get_one(Message, message_id)
            to, body = message.to_number, actions.rendered(message)
            db.session.rollback()
            _record(message_id, lease_no, way.send(to, body), way.name)
            sent += 1
        if len(taken) < BATCH:
            return sent


def _send_mail(now: datetime) -> int:
    """One letter after the other, a batch a round; when the server does not answer, the others wait for the next."""
    way, sent = mail_gateway(), 0
    while sent < BATCH:
        with transaction():
            taken = actions.claim(now, at_most=1, channel=MessageChannel.EMAIL)
        if not taken:
            break
        message_id, lease_no = taken[0]
        message = db.session.get_one(Message, message_id)
        key = f"{message.id}.{int(message.made_at.timestamp())}"
        letter = Letter(message.to_email, message.subject, message.body, key, clock.now())
        db.session.rollback()
        outcome = way.send(letter)
        _record(message_id, lease_no, outcome, way.name)
        sent += 1
        if outcome.outcome in (Outcome.LATER, Outcome.UNKNOWN):
            break
    return sent


def _record(message_id: int, lease_no: int, outcome: Sent, provider: str) -> None:
    with transaction():
        mine = actions.record_outcome(
            message_id, lease_no, outcome, provider=provider, now=clock.now(), jitter=random.random()
        )
    if not mine:
        log.warning("message %d was taken over by another sender", message_id)


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
