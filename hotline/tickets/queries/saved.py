"""Looks at the lists that a person saved."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline.db import db
from hotline.errors import NotFound
from hotline.tickets.models import SavedView


def saved_views(user_id: int | None) -> Sequence[SavedView]:
    """A person's own, by name."""
    return db.session.scalars(select(SavedView).where(SavedView.user_id == user_id).order_by(SavedView.name)).all()


def saved_view(saved_id: int, user_id: int | None) -> SavedView:
    """One of a person's own. Raises NotFound, also for other people's."""
    found = db.session.scalar(select(SavedView).where(SavedView.id == saved_id, SavedView.user_id == user_id))
    if found is None:
        raise NotFound(_l("There is no such saved list."))
    return found
