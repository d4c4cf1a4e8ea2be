"""What was done to a row of the catalogue, in the reader's words."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from hotline.audit import AuditEntry

DEED_WORDS: dict[str, Any] = {
    "add": _l("Added"),
    "change": _l("Changed"),
    "end": _l("Its end was settled"),
    "succeed": _l("Takes over from another unit"),
    "call-off": _l("The planned end was called off"),
    "hand-on": _l("Handed on to the successor"),
    "retire": _lp("deed", "Retired"),
    "restore": _l("Restored"),
    "move": _lp("deed", "Moved"),
    "disable": _l("Account switched off"),
    "enable": _l("Account switched on"),
    "password": _l("A password was set"),
    "sign": _l("Signed in or out"),
}


def deed_words(deed: str) -> str:
    """`catalogue:change-unit` as people say it; a deed without words by its own name."""
    verb = deed.partition(":")[2]
    known = [name for name in DEED_WORDS if verb == name or verb.startswith(f"{name}-")]
    return str(DEED_WORDS[max(known, key=len)]) if known else deed


def changes_words(entry: AuditEntry, form: Container[str]) -> list[str]:
    """`Name: before → after`, field by field; a field is called what the form calls it."""
    before, after = entry.detail.get("before"), entry.detail.get("after")
    if not isinstance(after, dict):
        return [f"{before or '–'} → {after or '–'}"] if after is not None else []
    old = before if isinstance(before, dict) else {}
    return [
        f"{_name(name, form)}: {_shown(old.get(name))} → {_shown(value)}"
        if old
        else f"{_name(name, form)}: {_shown(value)}"
        for name, value in after.items()
        if old or value not in (None, "", [], False)
    ]


def _name(name: str, form: Any) -> str:
    return str(form[name].label.text) if name in form else str(FIELD_WORDS.get(name, name))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "–"
    text = str(value) if value not in (None, "") else "–"
    return text if len(text) <= 120 else f"{text[:117]}…"


FIELD_WORDS: dict[str, Any] = {
    "code": _lp("catalogue", "Code"),
    "valid_from": _l("Stands from"),
    "valid_to": _l("Stands until"),
    "department_id": _l("Unit"),
    "is_active": _l("In use"),
    "is_enabled": _l("Account switched on"),
    "position": _l("Order"),
}


def register_changes(app: Flask) -> None:
    """Make the words available to templates as filters."""
    app.add_template_filter(deed_words, "deed_words")
    app.add_template_filter(changes_words, "changes_words")
