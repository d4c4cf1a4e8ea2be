"""Verbs on the wording of texts: drafted, registered with the carriers, taken back, tried on one's own telephone.

A version never changes: an edit makes the next one, so that a text's `text_version` names what it said for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal, cast

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.settings import Province, province
from hotline.db import db, insert_once
from hotline.errors import Conflict, Invalid
from hotline.messages import rules
from hotline.messages.actions.texts import compose, written
from hotline.messages.models import UNREGISTERED, Message, MessageState, Wording, WordingState
from hotline.messages.queries.wordings import forget_chosen, newest_wording, templates, versions_of
from hotline.messages.rules import wordings
from hotline.phone import read_number
from hotline.web.folding import plain
from hotline.web.formats import local
from hotline.web.language import as_recorded

LONGEST_REFERENCE = 80


def load_wordings(*, by: Actor, now: datetime) -> int:
    """Give every text that has no version yet the one the software delivers, as a draft; how many were new.

    A demonstration, whose texts leave nowhere, begins with registered ones.
    """
    known = set(db.session.execute(select(Wording.name, Wording.style)).tuples())
    missing = [(name, style) for name, styles in templates().items() for style in styles if (name, style) not in known]
    values: dict[str, Any] = {"version": 1, "state": WordingState.DRAFT, "registered_as": "", "made_at": now}
    if current_app.config["HOTLINE"].demo:
        with as_recorded():
            reference = _("demonstration")
        values |= {"state": WordingState.REGISTERED, "registered_on": local(now).date(), "registered_as": reference}
    done = sum(
        insert_once(Wording, name=name, style=style, body=templates()[name][style], **values) for name, style in missing
    )
    if done:
        audit.record("texts:load", by=by, now=now, object_kind="wording", object_id="delivered", number=done)
        forget_chosen()
    return done


def draft_wording(name: str, style: str, body: str, *, version: int, by: Actor, now: datetime) -> Wording:
    """A new version of a text, not yet registered; a draft that was there is discarded.

    `version` is the latest one its writer saw. Raises Conflict when there is a newer one, Invalid when something is
    wrong with the body, or it says nothing new.
    """
    latest = _latest(name, style, version, by=by, now=now)
    body = tidied(body, style)
    refuse_wrong(name, style, body)
    current = [row for row in versions_of(name, style) if row.state is not WordingState.RETIRED]
    if any(row.body == body for row in current):
        raise Invalid(fields={"body": _l("Nothing would change.")})
    _retire_draft(current)
    row = Wording(name=name, style=style, version=latest.version + 1, body=body, made_at=now, made_by_id=by.user_id)
    db.session.add(row)
    db.session.flush()
    _record("texts:draft", row, by=by, now=now, body=body)
    return row


def discard_draft(name: str, style: str, *, version: int, by: Actor, now: datetime) -> None:
    """The draft will not be registered; it stays among the versions. Raises Conflict when it is not the latest."""
    draft = _draft(_latest(name, style, version, by=by, now=now))
    draft.state = WordingState.RETIRED
    db.session.flush()
    _record("texts:discard", draft, by=by, now=now)


def restore_wording(name: str, style: str, old: int, *, version: int, by: Actor, now: datetime) -> Wording:
    """Make a draft of an earlier version. Raises Conflict and Invalid as `draft_wording` does."""
    found = next((row for row in versions_of(name, style) if row.version == old), None)
    if found is None:
        raise Conflict(_l("There is no such version."))
    return draft_wording(name, style, found.body, version=version, by=by, now=now)


def register_wording(
    name: str, style: str, *, version: int, registered_on: date | None, reference: str, by: Actor, now: datetime
) -> int:
    """The carriers have registered the draft: from now on texts are written with it, the one before is history.

    Texts that were kept back for it and are still of use leave now; how many. Raises Conflict when `version` is not
    the latest or no draft, Invalid for a date to come, no reference, or a wording that does not keep to the rules.
    """
    draft = _draft(_latest(name, style, version, by=by, now=now))
    wrong: dict[str, Any] = {}
    if registered_on is None or registered_on > local(now).date():
        wrong["registered_on"] = _l("Please give the day on which the carriers registered it, today or earlier.")
    if not reference.strip() or len(reference) > LONGEST_REFERENCE:
        wrong["reference"] = _l("Please give the carriers' reference, at most 80 characters.")
    if wrong:
        raise Invalid(fields=wrong)
    refuse_wrong(name, style, draft.body)
    for row in versions_of(name, style):
        if row.state is WordingState.REGISTERED:
            row.state = WordingState.RETIRED
    db.session.flush()  # the old one goes before the new one comes: only one is registered at any instant
    draft.state, draft.registered_on, draft.registered_as = WordingState.REGISTERED, registered_on, reference.strip()
    db.session.flush()
    forget_chosen()
    released = _release(name, now=now) if style == province().texts_style else 0
    _record("texts:register", draft, by=by, now=now, reference=draft.registered_as, released=released)
    return released


def register_drafts(
    style: str, *, version: int, registered_on: date | None, reference: str, by: Actor, now: datetime
) -> tuple[int, int]:
    """The carriers have registered all drafts of one style: how many, and how many texts leave that were kept back.

    `version` is the newest version of any text that was looked at. Raises as `register_wording` does, and Conflict when
    there is a newer one, or no draft.
    """
    if newest_wording() != version:
        raise Conflict(_l("Somebody changed a text in the meantime; please look at them again."))
    load_wordings(by=by, now=now)
    newest = [versions_of(name, style)[0] for name in templates()]
    drafts = [row for row in newest if row.state is WordingState.DRAFT]
    if not drafts:
        raise Conflict(_l("There is no draft in this style."))
    wish: dict[str, Any] = {"registered_on": registered_on, "reference": reference, "by": by, "now": now}
    released = [register_wording(row.name, style, version=row.version, **wish) for row in drafts]
    return len(drafts), sum(released)


def unregister_wording(name: str, style: str, *, version: int, by: Actor, now: datetime) -> None:
    """It was not registered after all: a draft again, and the one registered before it is in force again.

    Raises Conflict when `version` is not the latest, or not registered.
    """
    row = _latest(name, style, version, by=by, now=now)
    if row.state is not WordingState.REGISTERED:
        raise Conflict(_l("This version is not registered, or there is a draft after it; please discard that first."))
    row.state, row.registered_on, row.registered_as = WordingState.DRAFT, None, ""
    db.session.flush()
    earlier = [one for one in versions_of(name, style) if one.registered_on is not None]
    if earlier:
        earlier[0].state = WordingState.REGISTERED
    db.session.flush()
    forget_chosen()
    _record("texts:unregister", row, by=by, now=now)


def try_wording(name: str, style: str, body: str, *, to: str, by: Actor, now: datetime) -> None:
    """Send the longest realistic case of a wording to a mobile number of one's own, registered or not.

    Raises Invalid for another kind of number, and for a body that could not be registered.
    """
    number = read_number(to)
    if not number.is_textable:
        raise Invalid(fields={"to": _l("Please give a mobile number that can receive texts.")})
    body = tidied(body, style)
    refuse_wrong(name, style, body)
    said, occasion = example(name, style, body, province()), rules.occasion_of("test")
    insert_once(
        Message,
        dedupe_key=f"test:{by.user_id}:{now.timestamp()}",
        template="test",
        to_number=number.e164,
        body=said,
        segments=rules.segments(said).count,
        precedence=occasion.precedence,
        is_daytime_only=occasion.is_daytime_only,
        next_attempt_at=now,
        expires_at=now + occasion.validity,
        made_at=now,
    )
    audit.record(
        "texts:test", by=by, now=now, object_kind="wording", object_id=f"{name}.{style}", to=number.masked, body=said
    )


def tidied(body: str, style: str) -> str:
    """The body as it is kept: one paragraph; in the plain style without diacritics."""
    body = wordings.tidied(body)
    return plain(body) if style == "plain" else body


def example(name: str, style: str, body: str, house: Province) -> str:
    """The longest realistic case of a wording, the link as long as ours are."""
    said = compose(
        name, wordings.LONGEST, replace(house, texts_style=cast(Literal["plain", "diacritics"], style)), body=body
    )
    site = current_app.config["HOTLINE"].public_url
    longest = max(site, f"https://{house.host}", key=len)
    return wordings.with_link(said, f"{longest}/r/{wordings.TOKEN}")


def problems(name: str, style: str, body: str, house: Province) -> list[wordings.Problem]:
    """What is wrong with the wording of this text, in the longest realistic case."""
    return wordings.problems_of(
        body,
        style=style,
        delivered=list(templates()[name].values()),
        host=house.host,
        longest=[example(name, style, body, house)],
    )


def refuse_wrong(name: str, style: str, body: str) -> None:
    """Raise Invalid with the first thing that is wrong with a wording."""
    wrong = problems(name, style, body, province())
    if wrong:
        raise Invalid(fields={"body": _l(wrong[0].sentence, **wrong[0].params)})


def _latest(name: str, style: str, version: int, *, by: Actor, now: datetime) -> Wording:
    """The newest version, locked; the delivered one becomes a row when it is none yet. Raises Conflict when `version`,
    the newest that somebody saw (0 for the delivered one), is another."""
    mutex = select(Wording).where(Wording.name == name, Wording.style == style, Wording.version == 1).with_for_update()
    if db.session.scalar(mutex) is None:
        load_wordings(by=by, now=now)
        db.session.scalar(mutex)
    row = versions_of(name, style)[0]
    if version != row.version and not (version == 0 and row.version == 1):
        raise Conflict(_l("Somebody changed this text in the meantime; please look at it again."))
    return row


def _draft(row: Wording) -> Wording:
    if row.state is not WordingState.DRAFT:
        raise Conflict(_l("There is no draft of this text now."))
    return row


def _retire_draft(rows: Sequence[Wording]) -> None:
    for row in rows:
        if row.state is WordingState.DRAFT:
            row.state = WordingState.RETIRED
    db.session.flush()


def _release(name: str, *, now: datetime) -> int:
    """What was kept back for this wording and is still of use is written with it and leaves."""
    query = select(Message).where(
        Message.error_code == UNREGISTERED, Message.template == name, Message.expires_at > now
    )
    waiting = db.session.scalars(query.with_for_update()).all()
    for message in waiting:
        for column, value in written(name, message.params or {}).items():
            setattr(message, column, value)
        message.state, message.error_code, message.reason, message.params = MessageState.NEW, "", "", None
        message.next_attempt_at = max(message.next_attempt_at, now)
    db.session.flush()
    return len(waiting)


def _record(deed: str, row: Wording, *, by: Actor, now: datetime, **detail: Any) -> None:
    forget_chosen()
    audit.record(
        deed, by=by, now=now, object_kind="wording", object_id=f"{row.name}.{row.style}", version=row.version, **detail
    )
