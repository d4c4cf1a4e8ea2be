"""Files of a case: photos and documents, under random names, their content beside them or in a directory."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, coded

if TYPE_CHECKING:
    from hotline.tickets.models.cases import Ticket


class FileKind(StrEnum):
    """What a file is, by its content."""

    PHOTO = "photo"
    DOCUMENT = "document"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {FileKind.PHOTO: _l("Photo"), FileKind.DOCUMENT: _l("Document")}[self]


class FilePurpose(StrEnum):
    """What a file is for: part of the report, proof of the work done, the official answer itself, or internal."""

    REPORT = "report"
    EVIDENCE = "evidence"
    OFFICIAL = "official"
    INTERNAL = "internal"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {
            FilePurpose.REPORT: _l("Belongs to the report"),
            FilePurpose.EVIDENCE: _l("Proof of the work done"),
            FilePurpose.OFFICIAL: _l("The official answer"),
            FilePurpose.INTERNAL: _l("Internal, for staff only"),
        }[self]


class Attachment(Base):
    """A file of a case. `key` is its random name, the only one in any address; `name` is what people called it.

    `size` is in bytes, `sha256` in hex; both are of the stored content, which lies in `attachment_contents` or, where
    the province keeps a directory for files, there under `key`. One taken away keeps its row, and says who and why.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint("size > 0", name="is_not_empty"),
        CheckConstraint("length(key) = 32", name="key_is_random"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name_has_a_length"),
        CheckConstraint("(removed_at IS NULL) = (removed_because = '')", name="removed_with_a_reason"),
        Index("ix_attachments_ticket_id", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    cycle: Mapped[int]
    purpose: Mapped[FilePurpose] = mapped_column(coded(FilePurpose, "purpose"))
    kind: Mapped[FileKind] = mapped_column(coded(FileKind, "kind"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    added_by_name: Mapped[str] = mapped_column(String(200))
    removed_at: Mapped[datetime | None]
    removed_by_name: Mapped[str] = mapped_column(String(200), default="")
    removed_because: Mapped[str] = mapped_column(String(300), default="")
    ticket: Mapped[Ticket] = relationship(back_populates="attachments")
    kept: Mapped[AttachmentContent | None] = relationship()


class AttachmentContent(Base):
    """The bytes of a file, where they are kept in the database."""

    __tablename__ = "attachment_contents"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
