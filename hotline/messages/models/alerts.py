"""What members of staff are told, and how each of them wants it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, coded
from hotline.messages.rules.alerts import AlertKind

# Written the same way in an index and in the query it serves, so that both databases see that they belong together.
WAITS_FOR_MAIL = "wants_email AND mailed_at IS NULL AND read_at IS NULL"
WAITS_FOR_TEXT = "wants_text AND texted_at IS NULL AND read_at IS NULL"


class Alert(Base):
    """What one member of staff is told, in the app always; by e-mail or text when wanted, not before office hours.

    `params` holds what the sentence needs (see `messages.words`), and who it is meant for when a substitute gets it.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("user_id", "dedupe_key"),
        CheckConstraint(
            "(kind IN ('digest', 'weekly', 'sender_stopped', 'review_due')) = (ticket_code = '')",
            name="names_its_case",
        ),
        CheckConstraint("is_urgent OR NOT wants_text", name="texts_are_urgent"),
        CheckConstraint("mailed_at IS NULL OR (wants_email AND mailed_at >= not_before_at)", name="mailed_as_wished"),
        CheckConstraint("texted_at IS NULL OR (wants_text AND texted_at >= not_before_at)", name="texted_as_wished"),
        Index(
            "ix_alerts_unread",
            "user_id",
            "id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_alerts_read",
            "user_id",
            "id",
            sqlite_where=text("read_at IS NOT NULL"),
            postgresql_where=text("read_at IS NOT NULL"),
        ),
        Index(
            "ix_alerts_waiting_for_mail",
            "user_id",
            "not_before_at",
            sqlite_where=text(WAITS_FOR_MAIL),
            postgresql_where=text(WAITS_FOR_MAIL),
        ),
        Index(
            "ix_alerts_waiting_for_text",
            "user_id",
            "not_before_at",
            sqlite_where=text(WAITS_FOR_TEXT),
            postgresql_where=text(WAITS_FOR_TEXT),
        ),
        Index(
            "ix_alerts_mailed",
            "user_id",
            "mailed_at",
            sqlite_where=text("mailed_at IS NOT NULL"),
            postgresql_where=text("mailed_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[AlertKind] = mapped_column(coded(AlertKind, "kind"))
    ticket_code: Mapped[str] = mapped_column(String(16), default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    not_before_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    wants_email: Mapped[bool] = mapped_column(default=False)
    wants_text: Mapped[bool] = mapped_column(default=False)
    mailed_at: Mapped[datetime | None]
    texted_at: Mapped[datetime | None]
    dedupe_key: Mapped[str] = mapped_column(String(160))


class AlertPreference(Base):
    """What a person chose for one kind of alert; without a row the defaults of `rules.alerts` hold."""

    __tablename__ = "alert_preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[AlertKind] = mapped_column(coded(AlertKind, "kind"), primary_key=True)
    by_email: Mapped[bool]
    by_text: Mapped[bool]
