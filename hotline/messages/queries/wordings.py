"""Looks at the wording of texts: as delivered, registered, drafted, and which one a text is written with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import current_app, g
from sqlalchemy import func, select

from hotline.db import db
from hotline.messages.models import UNREGISTERED, Message, Wording, WordingState

TEMPLATES = Path(__file__).parent.parent / "templates" / "texts.toml"
KEPT = "wordings"
Key = tuple[str, str]  # name and style


@lru_cache(maxsize=1)
def templates() -> dict[str, dict[str, str]]:
    """The texts as the software delivers them, by name and style."""
    return tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Chosen:
    """The wording that a text is written with. `version` is None for the one delivered, which is no row yet."""

    body: str
    version: int | None
    may_be_sent: bool


def chosen(name: str, style: str) -> Chosen:
    """What a text of this name is written with: the registered wording, else the draft, which only a demonstration
    sends. Read once a request or round of a job."""
    current = _current()
    registered = current.get((name, style), {}).get(WordingState.REGISTERED)
    if registered is not None:
        return Chosen(registered.body, registered.version, may_be_sent=True)
    is_demo = current_app.config["HOTLINE"].demo
    draft = current.get((name, style), {}).get(WordingState.DRAFT)
    if draft is not None:
        return Chosen(draft.body, draft.version, may_be_sent=is_demo)
    return Chosen(templates()[name][style], None, may_be_sent=is_demo)


def _current() -> dict[Key, dict[WordingState, Wording]]:
    if KEPT not in g:
        with db.session.no_autoflush:  # asked in the middle of actions, which do not write wordings
            setattr(g, KEPT, current_wordings())
    return cast(dict[Key, dict[WordingState, Wording]], getattr(g, KEPT))


def forget_chosen() -> None:
    """The wordings have changed: read them again when they are needed next."""
    g.pop(KEPT, None)


def current_wordings() -> dict[Key, dict[WordingState, Wording]]:
    """The registered wording and the draft of each text and style, where there are any."""
    found: dict[Key, dict[WordingState, Wording]] = {}
    for row in db.session.scalars(select(Wording).where(Wording.state != WordingState.RETIRED)):
        found.setdefault((row.name, row.style), {})[row.state] = row
    return found


def versions_of(name: str, style: str) -> Sequence[Wording]:
    """All versions of a text in one style, newest first."""
    query = select(Wording).where(Wording.name == name, Wording.style == style)
    return db.session.scalars(query.order_by(Wording.version.desc())).all()


def newest_wording() -> int:
    """The id of the version made last, 0 without any: what a form about all texts carries."""
    return db.session.scalar(select(func.max(Wording.id))) or 0


def kept_back(now: datetime) -> Mapping[str, int]:
    """How many texts of each name wait for their wording to be registered and are still of use."""
    query = select(Message.template, func.count()).where(Message.error_code == UNREGISTERED, Message.expires_at > now)
    return dict(db.session.execute(query.group_by(Message.template)).tuples().all())
