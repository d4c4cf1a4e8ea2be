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
    take_back,
    templates,
)
from hotline.messages.actions.wordings import (
    discard_draft,
    draft_wording,
    load_wordings,
    register_drafts,
    register_wording,
    restore_wording,
    try_wording,
    unregister_wording,
)

__all__ = [
    "NewAlert",
    "alert",
    "alert_many",
    "choose_alerts",
    "claim",
    "compose",
    "discard_draft",
    "draft_wording",
    "link_of",
    "load_wordings",
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
    "register_drafts",
    "register_wording",
    "rendered",
    "restore_wording",
    "take_back",
    "templates",
    "text_alerts",
    "try_wording",
    "unregister_wording",
]
