"""One effect per form sent: a double click, a proxy's retry or a reload gets the first answer again."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import datetime

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from hotline.db import Base, db, transaction
from hotline.errors import Invalid

LONGEST_KEY = 80
NOT_PART_OF_THE_WISH = {"csrf_token", "idempotency_key"}


class IdempotencyKey(Base):
    """The answer given to the first request with this key."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    sender: Mapped[str] = mapped_column(String(80), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(80))
    body_hash: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(500))
    status: Mapped[int] = mapped_column(Integer, default=303)
    at: Mapped[datetime]


def new_key() -> str:
    """A key for a fresh form."""
    return str(uuid.uuid4())


def body_hash() -> str:
    """SHA-256 (hex) over what the present request asks for, without its tokens."""
    wish = sorted((k, v) for k in request.form for v in request.form.getlist(k) if k not in NOT_PART_OF_THE_WISH)
    files = sorted(
        (k, one.filename or "", _content_hash(one)) for k in request.files for one in request.files.getlist(k)
    )
    asked: list[object] = [request.path, wish, *([files] if files else [])]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()


def _content_hash(file: FileStorage) -> str:
    file.stream.seek(0)
    digest = hashlib.sha256()
    while block := file.stream.read(1 << 16):
        digest.update(block)
    file.stream.seek(0)
    return digest.hexdigest()


def once(key: str | None, sender: str, act: Callable[[], str], *, now: datetime) -> str:
    """Do `act` in one transaction unless this key was answered before; the Location to which either leads.

    Raises Invalid for a key that is none, or that now comes with another body, and whatever `act` raises.
    """
    with transaction():
        location = _earlier_answer(key or "", sender)
        if location is None:
            location = act()
            _remember_answer(key or "", sender, location, now=now)
    return location


def is_answered(key: str, sender: str) -> bool:
    """Whether this form was sent and answered before."""
    return bool(key) and len(key) <= LONGEST_KEY and db.session.get(IdempotencyKey, (key, sender)) is not None


def _earlier_answer(key: str, sender: str) -> str | None:
    """The Location given to this key before, or None. Raises Invalid when the key now comes with another body."""
    if not key or len(key) > LONGEST_KEY:
        raise Invalid(fields={"idempotency_key": _l("The form has no valid key. Please open it again.")})
    row = db.session.get(IdempotencyKey, (key, sender))
    if row is None:
        return None
    if row.body_hash != body_hash():
        raise Invalid(fields={"idempotency_key": _l("This form was already sent with other content.")})
    return row.location


def _remember_answer(key: str, sender: str, location: str, *, now: datetime) -> None:
    """Store the answer in the transaction of its effect; the primary key makes the effect single."""
    endpoint = request.endpoint or ""
    row = IdempotencyKey(
        key=key, sender=sender, endpoint=endpoint, body_hash=body_hash(), location=location, status=303, at=now
    )
    db.session.add(row)
    db.session.flush()
