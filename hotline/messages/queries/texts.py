"""Looks at texts and e-mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select

from hotline.catalogue.settings import Province
from hotline.db import db
from hotline.messages.models import Message, MessageChannel, MessageState, OptOut, Sender
from hotline.messages.rules import FOR_STAFF
from hotline.messages.rules.sending import Hours
from hotline.web.formats import province_zone

ARRIVED = (MessageState.SENT, MessageState.DELIVERED)


def text_hours(house: Province) -> Hours:
    """The hours in which citizens are texted about what can wait."""
    return Hours(house.texts_begin_hour, house.texts_end_hour, province_zone())


def texts_on_the_day(numbers: Collection[str], since: datetime) -> dict[str, int]:
    """How many texts to citizens left for each of these numbers since then, on their way and in doubt included."""
    on_their_way = Message.state.in_((MessageState.CLAIMED, MessageState.UNKNOWN))
    query = (
        select(Message.to_number, func.count())
        .where(
            Message.to_number.in_(numbers),
            Message.template.not_in(FOR_STAFF),
            or_(Message.sent_at >= since, on_their_way),
        )
        .group_by(Message.to_number)
    )
    return dict(db.session.execute(query).tuples().all())


def known_sids(provider: str, sids: Collection[str], *, to: str) -> set[str]:
    """Which of these ids of a provider belong to texts we know; of texts to the number `to` earlier attempts count."""
    query = select(Message.provider_sid).where(Message.provider_sid.in_(sids), Message.provider == provider)
    tried_again = select(Message.earlier_sids).where(Message.to_number == to, Message.earlier_sids.is_not(None))
    earlier = {sid for found in db.session.scalars(tried_again) for sid in found or ()}
    return {sid for sid in db.session.scalars(query) if sid} | earlier.intersection(sids)


def sender(way: str) -> Sender | None:
    """How a way out stands; None before its first text."""
    return db.session.get(Sender, way)


def arrived(limit: int) -> Sequence[Message]:
    """The latest texts that left for citizens, newest first."""
    query = select(Message).where(Message.channel == MessageChannel.TEXT, Message.state.in_(ARRIVED))
    return db.session.scalars(query.order_by(Message.id.desc()).limit(limit)).all()


def text_with_link(template: str, purpose: str, link_id: int) -> Message | None:
    """The text of this name that carries this link, the latest."""
    mine = (Message.link_purpose == purpose, Message.link_id == link_id, Message.template == template)
    return db.session.scalar(select(Message).where(*mine).order_by(Message.id.desc()).limit(1))


def is_opted_out(number: str) -> bool:
    """Whether this number wants no invitations."""
    return db.session.get(OptOut, number) is not None


def delivered_at_by_key(keys: Collection[str] | Select[str | None]) -> dict[str, datetime]:
    """When the texts of these keys arrived, of those that did; with the console gateway sent is delivered.

    `keys` may be a query, so that the database looks for a few texts among many without being told all the keys.
    """
    query = select(Message).where(Message.dedupe_key.in_(keys), Message.state.in_(ARRIVED))
    found = {}
    for message in db.session.scalars(query):
        at = message.delivered_at or (message.sent_at if message.provider == "console" else None)
        if at is not None:
            found[message.dedupe_key] = at
    return found
