"""Pure decisions about e-mail to staff: how often, how much, and what of an address is shown."""

from __future__ import annotations

from datetime import datetime, timedelta

PAUSE = timedelta(minutes=10)
LINES_A_MAIL = 50
LONGEST_SUBJECT = 200


def may_mail(now: datetime, *, last_mail_at: datetime | None, has_urgent: bool) -> bool:
    """At most one e-mail in ten minutes, except for what is urgent."""
    return has_urgent or last_mail_at is None or now - last_mail_at >= PAUSE


def masked(address: str) -> str:
    """`l***@example.vn`: enough to recognise, too little to write to."""
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}"
