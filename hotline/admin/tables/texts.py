"""The wording of texts as a table: a changed row is a draft, which is registered on the page of the text."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.admin.tables.frame import Column, Table, Texts
from hotline.errors import Invalid
from hotline.messages.actions import draft_wording
from hotline.messages.models import WordingState
from hotline.messages.queries.wordings import current_wordings, templates, versions_of
from hotline.messages.rules.wordings import STYLES
from hotline.staff.permissions import Can

Key = tuple[str, str]  # a text is found by its name and style; it stands in the code, only its wording is a row


def _rows() -> list[Key]:
    return [(name, style) for name in templates() for style in STYLES]


def _texts(key: Key) -> dict[str, str]:
    found = current_wordings().get(key, {})
    draft, registered = found.get(WordingState.DRAFT), found.get(WordingState.REGISTERED)
    newest = draft or registered
    body = newest.body if newest else templates()[key[0]][key[1]]
    return {"name": key[0], "style": key[1], "body": body, "state": newest.state.value if newest else ""}


def _add(texts: Texts, by: Actor, now: datetime) -> Key:
    raise Invalid(fields={"name": _l("There is no such text.")})


def _change(key: Key, texts: Texts, by: Actor, now: datetime) -> Key | None:
    if texts["body"] == _texts(key)["body"]:
        return None
    versions = versions_of(*key)
    draft_wording(*key, texts["body"], version=versions[0].version if versions else 0, by=by, now=now)
    return key


WORDINGS = Table(
    "texts",
    _l("Wording of texts"),
    ("name", "style"),
    (
        Column("name", _l("Text"), is_needed=True),
        Column("style", _l("Style"), ", ".join(STYLES), is_needed=True),
        Column("body", _l("Wording"), _l("with its placeholders"), is_needed=True),
        Column("state", _l("State"), _l("decided on the page of the text"), is_told=True),
    ),
    _rows,
    _texts,
    _add,
    _change,
    _l("Each changed row becomes a draft. It is used once it is registered with the carriers on the page of the text."),
    needs=Can.TEXTS_EDIT,
)
