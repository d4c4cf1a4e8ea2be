"""Verbs on what leaves the house and on alerts, the only writers; none commits."""

from hotline.messages.actions.alerts import (
    NewAlert,
    alert,
    alert_many,
    choose_alerts,
    read_alert,
    read_all_alerts,
)
from hotline.messages.actions.mail import mail_alerts, text_alerts
from hotline.messages.actions.outbox import claim, queue_email, record_outcome, record_receipt
from hotline.messages.actions.texts import (
    compose,
    link_of,
    opt_in,
    opt_out,
    queue_text,
    record_inbound,
    rendered,
    templates,
)

__all__ = [
    "NewAlert",
    "alert",
    "alert_many",
    "choose_alerts",
    "claim",
    "compose",
    "link_of",
    "mail_alerts",
    "opt_in",
    "opt_out",
    "queue_email",
    "queue_text",
    "read_alert",
    "read_all_alerts",
    "record_inbound",
    "record_outcome",
    "record_receipt",
    "rendered",
    "templates",
    "text_alerts",
]
