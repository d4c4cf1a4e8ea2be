"""Looks at what leaves the house, and at alerts."""

from hotline.messages.queries.alerts import (
    MOST_COUNTED,
    alert_of,
    alerts_of,
    is_told,
    last_mail_at,
    newest_unread,
    people_waiting_for_mail,
    people_waiting_for_texts,
    preferences_of,
    reachability,
    unread_count,
)
from hotline.messages.queries.texts import ARRIVED, arrived, delivered_at_by_key, is_opted_out, outbox, texts_of_ticket

__all__ = [
    "ARRIVED",
    "MOST_COUNTED",
    "alert_of",
    "alerts_of",
    "arrived",
    "delivered_at_by_key",
    "is_opted_out",
    "is_told",
    "last_mail_at",
    "newest_unread",
    "outbox",
    "people_waiting_for_mail",
    "people_waiting_for_texts",
    "preferences_of",
    "reachability",
    "texts_of_ticket",
    "unread_count",
]
