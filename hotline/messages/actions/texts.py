"""Verbs on texts: written with a registered wording, queued in the transaction of their cause, taken back while they
wait; what citizens send is kept once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, CursorResult, or_, select, text, update

from hotline.catalogue.settings import Province, province
from hotline.db import db, insert_once
from hotline.messages import queries, rules
from hotline.messages.models import IS_WAITING, TAKEN_BACK, UNREGISTERED, InboundMessage, Message, MessageState, OptOut
from hotline.messages.queries.wordings import chosen, templates
from hotline.messages.rules import wordings
from hotline.phone import read_number
from hotline.web.folding import plain
from hotline.web.language import as_recorded
from hotline.web.tokens import TOKEN_LENGTH, link_token

VALIDITY = timedelta(days=2)  # of e-mail; a text is of use as long as its occasion says
INVITATION = "answered_rate"
LINK_PATHS = {"rate": "r"}


def compose(template: str, params: dict[str, Any], house: Province, *, body: str | None = None) -> str:
    """The text with everything but the link filled in, in the province's style.

    `body` is its wording, as delivered by default. A unit is named in full where that fits, else shortly.
    """
    style = house.texts_style
    body = templates()[template][style] if body is None else body
    values = {
        "brand": house.brand,
        "host": house.host,
        "phone": house.phone,
        "or_call": f" hoặc gọi {house.phone}" if house.rates_by_call else "",
        **params,
    }
    said = _written(body, values, style)
    if "unit" in params and not wordings.fits(said, style):
        said = _written(body, values | {"unit": params.get("unit_sms", "")}, style)
    return said


def _written(body: str, values: dict[str, Any], style: str) -> str:
    said = wordings.filled(body, values)
    return plain(said) if style == "plain" else said


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
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    ticket_code: str = "",
    link: tuple[str, int] | None = None,
) -> bool:
    """Queue one text to an E.164 number in the running transaction; False when `dedupe_key` was queued before.

    It waits until `not_before` and is of use until `expires_at`, or as long as its occasion says. While its wording is
    not registered with the carriers it is kept back, and leaves once that is done (`actions.register_wording`).
    """
    occasion, wording = rules.occasion_of(template), chosen(template, province().texts_style)
    begins_at = max(not_before or now, now)
    values = {
        "dedupe_key": dedupe_key,
        "template": template,
        "to_number": to,
        "ticket_code": ticket_code,
        "link_purpose": link[0] if link else None,
        "link_id": link[1] if link else None,
        "precedence": occasion.precedence,
        "is_daytime_only": occasion.is_daytime_only,
        "next_attempt_at": begins_at,
        "expires_at": expires_at or begins_at + occasion.validity,
        "made_at": now,
        **written(template, params),
    }
    if not wording.may_be_sent:
        values |= {"state": MessageState.SUPPRESSED, "error_code": UNREGISTERED, "params": params}
        with as_recorded():
            values["reason"] = _("Its wording is not registered with the carriers yet.")
    return insert_once(Message, **values)


def written(template: str, params: dict[str, Any]) -> dict[str, Any]:
    """Body, segments and version of a text as it is written now."""
    house = province()
    wording = chosen(template, house.texts_style)
    body = compose(template, params, house, body=wording.body)
    longest_link = "x" * (len(f"{current_app.config['HOTLINE'].public_url}/r/") + TOKEN_LENGTH)
    count = rules.segments(wordings.with_link(body, longest_link)).count
    return {"body": body, "segments": count, "text_version": wording.version}


def take_back(ticket_code: str, names: Collection[str], *, reason: str) -> int:
    """Texts of these names about one case are not sent any more, nor tried again. How many were stopped in time.

    One that is being sent just now is stopped as soon as it would have to be sent once more.
    """
    return _take_back(Message.ticket_code == ticket_code, names, reason)


def exchange(ticket_code: str, names: Collection[str], *, reason: str) -> int:
    """The same for those that still wait only, where another text takes their place only if they were stopped."""
    return _stop_waiting(Message.ticket_code == ticket_code, names, reason)


def _take_back(whose: ColumnElement[bool], names: Collection[str], reason: str) -> int:
    # All rows first, so that they are locked: one that is just coming back from the gateway waits, or is waited for.
    unwanted = update(Message).where(whose, Message.template.in_(names)).values(unwanted_because=reason[:200])
    db.session.connection().execute(unwanted)
    return _stop_waiting(whose, names, reason)


def _stop_waiting(whose: ColumnElement[bool], names: Collection[str], reason: str) -> int:
    waits = or_(Message.state == MessageState.NEW, Message.error_code == UNREGISTERED)
    query = update(Message).where(whose, Message.template.in_(names), waits)
    stopped: CursorResult[Any] = db.session.connection().execute(  # counted by the driver
        query.values(state=MessageState.SUPPRESSED, error_code=TAKEN_BACK, reason=reason[:200], params=None)
    )
    return stopped.rowcount


def wait_again(message: Message, now: datetime) -> None:
    """A text that has surely not left waits for its next turn, unless it was taken back or refused meanwhile."""
    if message.unwanted_because:
        _keep_back(message, message.unwanted_because)
    elif message.template == INVITATION and queries.is_opted_out(message.to_number):
        _answer_instead(message, now)
    else:
        message.state = MessageState.NEW


def _keep_back(message: Message, reason: str) -> None:
    message.state, message.error_code = MessageState.SUPPRESSED, TAKEN_BACK
    message.reason, message.params = reason, None


def _answer_instead(message: Message, now: datetime) -> None:
    """An invitation does not leave, but that the answer is there is still to be told: by the text without a link."""
    _keep_back(message, _no_invitations())
    queue_text(
        "answered",
        to=message.to_number,
        params={"code": message.ticket_code},
        dedupe_key=f"instead:{message.dedupe_key}",
        ticket_code=message.ticket_code,
        now=now,
    )


def _no_invitations() -> str:
    with as_recorded():
        return _("The number wants no invitations any more.")


def record_inbound(
    provider: str, sid: str, from_number: str, body: str, payload: dict[str, Any], *, now: datetime
) -> bool:
    """Keep a citizen's text, once; STOP, HUY, TD, DUNG and START change what the number wants and are handled by it.

    Whatever else it says stays unhandled for those who read ratings. Twilio's own opt-out (`OptOutType`) says the same
    in other words, and answers the citizen itself.
    """
    news = insert_once(
        InboundMessage,
        provider=provider,
        sid=sid[:64],
        from_number=from_number[:32],
        body=body,
        payload=payload,
        received_at=now,
        outcome="",
    )
    wish = rules.wish_of(body, str(payload.get("OptOutType", ""))) if news else None
    if wish is None:
        return news
    which = (InboundMessage.provider == provider, InboundMessage.sid == sid[:64])
    db.session.execute(update(InboundMessage).where(*which).values(handled_at=now, outcome=wish))
    number = read_number(from_number)
    if number.e164 is not None and wish == "stop":
        opt_out(number.e164, how="sms", now=now)
        if number.is_textable and not payload.get("OptOutType"):
            queue_text("opted_out", to=number.e164, params={}, dedupe_key=f"opted_out:{provider}:{sid[:64]}", now=now)
    elif number.e164 is not None:
        opt_in(number.e164)
    return news


def opt_out(number: str, *, how: str, now: datetime) -> None:
    """No more invitations to this number: a reminder that waits does not leave, an invitation leaves without its link.

    What is on its way is decided when it would have to be sent once more (`wait_again`).
    """
    insert_once(OptOut, number=number, how=how, at=now)
    _take_back(Message.to_number == number, ("reminder",), _no_invitations())
    on_its_way = or_(text(IS_WAITING), Message.error_code == UNREGISTERED)
    query = select(Message).where(Message.to_number == number, Message.template == INVITATION, on_its_way)
    query = query.order_by(Message.id).with_for_update().execution_options(populate_existing=True)
    for message in db.session.scalars(query).all():
        if message.state in (MessageState.NEW, MessageState.SUPPRESSED):
            _answer_instead(message, now)
    db.session.flush()


def opt_in(number: str) -> None:
    """The number wants invitations again."""
    row = db.session.get(OptOut, number)
    if row is not None:
        db.session.delete(row)
        db.session.flush()
