"""Every word that leaves or arrives: the outbox of texts and e-mail, alerts, receipts, inbound texts, opt-outs."""

from hotline.messages.models.alerts import WAITS_FOR_MAIL, WAITS_FOR_TEXT, Alert, AlertPreference
from hotline.messages.models.inbound import InboundMessage, OptOut
from hotline.messages.models.outbox import (
    IS_UNREGISTERED,
    IS_WAITING,
    TAKEN_BACK,
    UNREGISTERED,
    Message,
    MessageChannel,
    MessageReceipt,
    MessageState,
    Sender,
)
from hotline.messages.models.wordings import Wording, WordingState

__all__ = [
    "IS_UNREGISTERED",
    "IS_WAITING",
    "TAKEN_BACK",
    "UNREGISTERED",
    "WAITS_FOR_MAIL",
    "WAITS_FOR_TEXT",
    "Alert",
    "AlertPreference",
    "InboundMessage",
    "Message",
    "MessageChannel",
    "MessageReceipt",
    "MessageState",
    "OptOut",
    "Sender",
    "Wording",
    "WordingState",
]
