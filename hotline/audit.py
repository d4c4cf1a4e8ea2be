"""Who did what to what, from where: one append-only row a deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.actor import Actor, ActorKind
from hotline.db import Base, coded, db


class AuditEntry(Base):
    """A deed that somebody may have to answer for: sign-ins, moves, views of numbers, changed settings."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_object", "object_kind", "object_id"),
        Index("ix_audit_entries_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[ActorKind] = mapped_column(coded(ActorKind, "actor_kind"))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64), default="")
    deed: Mapped[str] = mapped_column(String(64))
    object_kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


def record(
    deed: str, *, by: Actor, now: datetime, object_kind: str = "", object_id: object = "", **detail: Any
) -> AuditEntry:
    """Write one entry in the running transaction. `deed` is a verb such as `tickets:accept`; no secrets in `detail`.

    Where somebody acted in an absent colleague's stead, `detail` says in whose.
    """
    if absent := by.instead_of(deed):
        detail["instead_of"] = absent
    entry = AuditEntry(
        at=now,
        actor_kind=by.kind,
        actor_id=by.user_id,
        actor_name=by.name,
        address=by.address,
        deed=deed,
        object_kind=object_kind,
        object_id=str(object_id),
        detail=detail,
    )
    db.session.add(entry)
    return entry
