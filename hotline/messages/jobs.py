"""The sender: claims a few texts, calls the gateway with no transaction open, records what it said."""

from __future__ import annotations

import logging
import random
from datetime import datetime

from flask import current_app

from hotline import clock
from hotline.db import db, transaction
from hotline.messages import actions
from hotline.messages.gateways import Gateway
from hotline.messages.gateways.console import ConsoleGateway
from hotline.messages.gateways.twilio import TwilioGateway
from hotline.messages.models import Message

BATCH = 20
log = logging.getLogger("hotline.messages")


def gateway() -> Gateway:
    """The gateway the settings choose."""
    config = current_app.config["HOTLINE"]
    return TwilioGateway(config) if config.sms_gateway == "twilio" else ConsoleGateway()


def send_due(now: datetime) -> int:
    """Send what is due. Returns how many texts were handed over."""
    way, sent = gateway(), 0
    while True:
        with transaction():
            taken = actions.claim(now, at_most=BATCH)
        for message_id, lease_no in taken:
            message = db.session.get_one(Message, message_id)
            to, body = message.to_number, actions.rendered(message)
            db.session.rollback()
            outcome = way.send(to, body)
            with transaction():
                mine = actions.record_outcome(
                    message_id, lease_no, outcome, provider=way.name, now=clock.now(), jitter=random.random()
                )
            if not mine:
                log.warning("text %d was taken over by another sender", message_id)
            sent += 1
        if len(taken) < BATCH:
            return sent
