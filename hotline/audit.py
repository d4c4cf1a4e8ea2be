"""Who did what to what, from where: one append-only row a deed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
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


def facts_of(row: object, names: Iterable[str]) -> dict[str, Any]:
    """Fields of a row as the audit keeps them: codes for enums, ISO for dates."""
    return {name: _kept(getattr(row, name)) for name in names}


def set_fields(row: object, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give `row` the `values`; `before` and `after` of those that differed, for `record`. Empty when none did."""
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    if not differing:
        return {}
    before = facts_of(row, differing)
    for name in differing:
        setattr(row, name, values[name])
    return {"before": before, "after": facts_of(row, differing)}


def _kept(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
