"""Verbs on texts: queued in the transaction of their cause; what citizens send is kept once."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app

from hotline.catalogue.settings import Province, province
from hotline.db import db, insert_once
from hotline.messages import rules
from hotline.messages.models import InboundMessage, Message, OptOut
from hotline.web.folding import plain
from hotline.web.tokens import TOKEN_LENGTH, link_token

TEMPLATES = Path(__file__).parent.parent / "templates" / "texts.toml"
VALIDITY = timedelta(days=2)
LINK_PATHS = {"rate": "r"}


@lru_cache(maxsize=1)
def templates() -> dict[str, dict[str, str]]:
    """The texts by name and style."""
    return tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))


def compose(template: str, params: dict[str, Any], house: Province) -> str:
    """The body with everything but the link filled in."""
    style = house.texts_style
    words = {"brand": house.brand, "host": house.host, "phone": house.phone, "link": rules.LINK, **params}
    body = templates()[template][style].format(**words)
    return plain(body) if style == "plain" else body


def link_of(message: Message) -> str:
    """The address for the citizen, made only when the text leaves or is shown in a demonstration."""
    config = current_app.config["HOTLINE"]
    token = link_token(config.secret_key, str(message.link_purpose), int(message.link_id or 0))
    return f"{config.public_url}/{LINK_PATHS[str(message.link_purpose)]}/{token}"


def rendered(message: Message) -> str:
    """The text as the citizen reads it."""
    return message.body.replace(rules.LINK, link_of(message)) if message.link_purpose else message.body


def queue_text(
    template: str,
    *,
    to: str,
    params: dict[str, Any],
    dedupe_key: str,
    now: datetime,
    expires_at: datetime | None = None,
    ticket_code: str = "",
    link: tuple[str, int] | None = None,
) -> bool:
    """Queue one text to an E.164 number in the running transaction; False when `dedupe_key` was queued before."""
    body = compose(template, params, province())
    length = len(f"{current_app.config['HOTLINE'].public_url}/r/") + TOKEN_LENGTH
    return insert_once(
        Message,
        dedupe_key=dedupe_key,
        template=template,
        to_number=to,
        body=body,
        ticket_code=ticket_code,
        link_purpose=link[0] if link else None,
        link_id=link[1] if link else None,
        segments=rules.segments(body.replace(rules.LINK, "x" * length)).count,
        next_attempt_at=now,
        expires_at=expires_at or now + VALIDITY,
        made_at=now,
    )


def record_inbound(
    provider: str, sid: str, from_number: str, body: str, payload: dict[str, Any], *, now: datetime
) -> bool:
    """Keep a citizen's text, once; STOP, HUY, TD and START change what the number wants."""
    news = insert_once(
        InboundMessage,
        provider=provider,
        sid=sid,
        from_number=from_number[:32],
        body=body,
        payload=payload,
        received_at=now,
    )
    if news:
        wish = rules.wish_of(body)
        if wish == "stop":
            opt_out(from_number, how="sms", now=now)
        elif wish == "start":
            opt_in(from_number)
    return news


def opt_out(number: str, *, how: str, now: datetime) -> None:
    """No more invitations to this number."""
    if db.session.get(OptOut, number) is None:
        db.session.add(OptOut(number=number, how=how, at=now))
        db.session.flush()


def opt_in(number: str) -> None:
    """The number wants invitations again."""
    row = db.session.get(OptOut, number)
    if row is not None:
        db.session.delete(row)
        db.session.flush()
