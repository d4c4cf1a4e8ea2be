"""What waits in the lists of alerts leaves for one person: one e-mail or one text for all of it, once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select, text

from hotline.catalogue.settings import province
from hotline.db import db
from hotline.messages import queries, words
from hotline.messages.actions.outbox import queue_email
from hotline.messages.actions.texts import queue_text
from hotline.messages.models import WAITS_FOR_MAIL, WAITS_FOR_TEXT, Alert
from hotline.messages.rules import due_words
from hotline.messages.rules.alerts import in_order_of_urgency
from hotline.messages.rules.mail import LINES_A_MAIL, may_mail
from hotline.staff.models import User
from hotline.web.formats import province_zone
from hotline.web.language import as_recorded

USEFUL_AS_TEXT = timedelta(hours=12)
CODES_A_TEXT = KINDS_A_SUBJECT = 3


def mail_alerts(user_id: int, *, now: datetime) -> bool:
    """Queue one e-mail with all that waits for this person. False when nothing may leave, or somebody else is at it."""
    user, alerts = _take(user_id, WAITS_FOR_MAIL, now)
    if user is None or not alerts:
        return False
    if not user.is_enabled:
        for alert in alerts:
            alert.wants_email = False
        db.session.flush()
        return False
    if not may_mail(now, last_mail_at=queries.last_mail_at(user_id), has_urgent=any(a.is_urgent for a in alerts)):
        return False
    with as_recorded():
        subject, body = _letter(user, alerts)
    queue_email(user.email, subject, body, dedupe_key=_key("mail", user_id, alerts), now=now, template="alerts")
    for alert in alerts:
        alert.mailed_at = now
    db.session.flush()
    return True


def text_alerts(user_id: int, *, now: datetime) -> bool:
    """Queue one text about all urgent things that wait for this person. False as above, or without a number."""
    user, alerts = _take(user_id, WAITS_FOR_TEXT, now)
    if user is None or not alerts:
        return False
    if not (user.is_enabled and user.mobile):
        for alert in alerts:
            alert.wants_text = False
        db.session.flush()
        return False
    with as_recorded():
        what = _in_short(alerts)
    queue_text(
        "staff_alert",
        to=user.mobile,
        params={"what": what},
        dedupe_key=_key("text", user_id, alerts),
        now=now,
        expires_at=now + USEFUL_AS_TEXT,
    )
    for alert in alerts:
        alert.texted_at = now
    db.session.flush()
    return True


def _take(user_id: int, which: str, now: datetime) -> tuple[User | None, Sequence[Alert]]:
    # The row of the person is the lock: two processes never divide one person's alerts between two letters.
    user = db.session.scalar(
        select(User).where(User.id == user_id).with_for_update(of=User, key_share=True, skip_locked=True)
    )
    if user is None:
        return None, ()
    waiting = select(Alert).where(Alert.user_id == user_id, text(which), Alert.not_before_at <= now)
    return user, db.session.scalars(waiting.order_by(Alert.id).with_for_update()).all()


def _key(way: str, user_id: int, alerts: Sequence[Alert]) -> str:
    ids = ",".join(str(alert.id) for alert in alerts)
    return f"alerts:{way}:{user_id}:{hashlib.sha256(ids.encode()).hexdigest()[:32]}"


def _letter(user: User, alerts: Sequence[Alert]) -> tuple[str, str]:
    """Subject and body: grouped by kind, the most urgent first, no more lines than somebody reads."""
    house, site = province(), current_app.config["HOTLINE"].public_url
    groups = [[a for a in alerts if a.kind is kind] for kind in in_order_of_urgency(a.kind for a in alerts)]
    titles = [f"{words.kind_label(group[0].kind)} ({len(group)})" for group in groups]
    one = alerts[0] if len(alerts) == 1 else None
    named = ", ".join(titles[:KINDS_A_SUBJECT]) + (" …" if len(titles) > KINDS_A_SUBJECT else "")
    subject = f"{words.kind_label(one.kind)} {one.ticket_code}" if one else named
    lines, left = [_("Dear %(name)s,", name=user.name), ""], LINES_A_MAIL
    for title, group in zip(titles, groups, strict=True):
        if left > 0:
            lines += [title.upper(), *(line for alert in group[:left] for line in _lines(alert, site)), ""]
            left -= len(group)
    more, rest = len(alerts) - LINES_A_MAIL, f"{site}/alerts"
    if more > 0:
        lines += [
            ngettext("and %(num)d more thing: %(rest)s", "and %(num)d more things: %(rest)s", more, rest=rest),
            "",
        ]
    lines += [
        "-- ",
        f"{house.brand} · {house.name_vi} · {house.phone}",
        _("The system wrote this by itself. How you are told: %(link)s", link=f"{site}/account"),
    ]
    return f"[{house.brand}] {subject}", "\n".join(lines) + "\n"


def _lines(alert: Alert, site: str) -> list[str]:
    about = words.details(alert)
    lines = [f"- {words.sentence(alert)}"]
    if about:
        lines.append(f"  {' · '.join(about)}")
    if alert.ticket_code:
        lines.append(f"  {site}/tickets/{alert.ticket_code}")
    return lines


def _in_short(alerts: Sequence[Alert]) -> str:
    """What a text says: one thing with its deadline, or how many and the first codes."""
    if len(alerts) == 1:
        one, due = alerts[0], words.due_at(alerts[0])
        said = _("%(what)s: report %(code)s", what=words.kind_label(one.kind), code=one.ticket_code)
        if due:
            said += ", " + _("deadline %(due)s", due=due_words(due, province_zone(), style="diacritics"))
        return said
    codes = list(dict.fromkeys(alert.ticket_code for alert in alerts))
    said = _("Urgent: reports %(codes)s", codes=", ".join(codes[:CODES_A_TEXT]))
    if len(codes) > CODES_A_TEXT:
        said += " " + _("and %(num)d more", num=len(codes) - CODES_A_TEXT)
    return said
