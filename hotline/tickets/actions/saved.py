"""Verbs on the lists that a person keeps under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from hotline import audit
from hotline.actor import Actor
from hotline.db import db
from hotline.errors import Forbidden, Invalid
from hotline.tickets import queries
from hotline.tickets.models import SavedView

MOST_SAVED = 20


def save_view(name: str, filters: Mapping[str, str], *, by: Actor, now: datetime) -> SavedView:
    """Keep a list of the queue under a name of one's own. Raises Invalid when it is taken, or there are too many."""
    if by.user_id is None:
        raise Forbidden
    own = queries.saved_views(by.user_id)
    if len(own) >= MOST_SAVED:
        raise Invalid(
            fields={"name": _l("You have saved %(number)d lists already; please delete one.", number=MOST_SAVED)}
        )
    _check_name(name, own)
    saved = SavedView(user_id=by.user_id, name=name, filters=dict(filters), made_at=now)
    db.session.add(saved)
    db.session.flush()
    audit.record("saved-views:save", by=by, now=now, object_kind="saved_view", object_id=saved.id, after=_facts(saved))
    return saved


def rename_view(saved: SavedView, name: str, *, by: Actor, now: datetime) -> None:
    """Another name for it. Raises Invalid when another of one's lists has it."""
    _check_name(name, [other for other in queries.saved_views(saved.user_id) if other.id != saved.id])
    before, saved.name = _facts(saved), name
    db.session.flush()
    change = {"before": before, "after": _facts(saved)}
    audit.record("saved-views:rename", by=by, now=now, object_kind="saved_view", object_id=saved.id, **change)


def delete_view(saved: SavedView, *, by: Actor, now: datetime) -> None:
    """Keep it no longer."""
    before = _facts(saved)
    audit.record("saved-views:delete", by=by, now=now, object_kind="saved_view", object_id=saved.id, before=before)
    db.session.delete(saved)
    db.session.flush()


def _check_name(name: str, others: Sequence[SavedView]) -> None:
    taken = {other.name.casefold() for other in others}
    if name.casefold() in taken:
        raise Invalid(fields={"name": _l("You have a list of this name already.")})


def _facts(saved: SavedView) -> dict[str, object]:
    return {"name": saved.name, "filters": saved.filters}
