"""Files of a case: looked at, put under a random name, taken away again with a reason."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline import audit
from hotline.actor import Actor
from hotline.db import db
from hotline.errors import Conflict, Forbidden, HotlineError, Invalid, TooLarge, WrongType
from hotline.tickets import queries
from hotline.tickets.actions.photos import drawn_anew
from hotline.tickets.actions.status import stay
from hotline.tickets.models import Attachment, AttachmentContent, FileKind, FilePurpose, Ticket, TicketEvent
from hotline.tickets.rules.files import KEY_LENGTH, MOST_FILES, PDF, Refusal, Why, check_pdf, kind_of, tidy_name
from hotline.tickets.rules.lifecycle import Verb
from hotline.web.language import as_recorded

WHY_WORDS: dict[Why, Any] = {
    Why.NAME_MISSING: _l("This file has no name. Please rename it and choose it again."),
    Why.NAME_TOO_LONG: _l("The name of this file is longer than 200 characters. Please give it a shorter one."),
    Why.NAME_HAS_PATH: _l("The name of this file holds a path. Please give it a plain name."),
    Why.NAME_UNREADABLE: _l("The name of this file holds characters that cannot be shown. Please rename it."),
    Why.NAME_RESERVED: _l("Windows keeps this file name for itself. Please rename the file."),
    Why.TOO_LARGE: _l("This file is larger than 10 MB."),
    Why.EMPTY: _l("This file is empty."),
    Why.WRONG_TYPE: _l("Only photos (JPEG, PNG, WebP) and PDF documents are taken."),
    Why.NOT_WHAT_IT_SAYS: _l("The content of this file is not what its name says."),
    Why.PDF_BROKEN: _l("This PDF is damaged or was cut off."),
    Why.PDF_LOCKED: _l("This PDF is locked with a password. Please save it without one."),
    Why.PDF_ACTS: _l("This PDF can run programs or carries other files. Please print it to a new PDF and choose that."),
    Why.PHOTO_BROKEN: _l("This photo is damaged and cannot be opened."),
    Why.PHOTO_TOO_LARGE: _l("This photo has too many pixels (more than 50 million)."),
}
SHOWN_TO_CITIZENS = (FilePurpose.EVIDENCE, FilePurpose.OFFICIAL)


@dataclass(frozen=True)
class ExaminedFile:
    """A file that may be kept: its tidy name, what it is, and the content as it is kept."""

    name: str
    kind: FileKind
    media_type: str
    content: bytes


def examine(name: str, content: bytes, *, field: str = "files") -> ExaminedFile:
    """Look at a file before anything is written: it may take a moment, so not within a transaction.

    Raises Invalid for a bad name, WrongType for what is not taken, TooLarge; each names `field`.
    """
    try:
        tidy = tidy_name(name)
        kind = kind_of(tidy, content)
        if kind is PDF:
            check_pdf(content)
        else:
            content = drawn_anew(content, kind)
    except Refusal as refusal:
        raise _error(refusal.why, name, field) from refusal
    return ExaminedFile(tidy, FileKind.PHOTO if kind.is_photo else FileKind.DOCUMENT, kind.media_type, content)


def _error(why: Why, name: str, field: str) -> HotlineError:
    shown = name if len(name) <= 60 else f"{name[:57]}…"
    error = Invalid if why.is_about_the_name else TooLarge if why is Why.TOO_LARGE else WrongType
    return error(fields={field: _l("“%(name)s”: %(why)s", name=shown, why=WHY_WORDS[why])})


def add_files(
    ticket: Ticket, files: Sequence[ExaminedFile], purpose: FilePurpose, *, by: Actor, now: datetime
) -> TicketEvent:
    """Put examined files to the case, with one notice. Raises Invalid for the field, Conflict when the case has ended.

    What the citizen is to read, proof and official answer, comes before the answer is published, never after it.
    A new official answer takes the place of the one before.
    """
    names = [file.name for file in files]
    event = stay(ticket, Verb.FILE, by=by, now=now, note=", ".join(names), purpose=purpose.value)
    if not files:
        raise Invalid(fields={"files": _l("Please choose a file.")})
    if purpose in SHOWN_TO_CITIZENS and not ticket.status.is_open:
        raise Invalid(fields={"purpose": _l("The answer is published; what belongs to it can no longer be added.")})
    if purpose is FilePurpose.OFFICIAL:
        _replace_official(ticket, by=by, now=now)
    present = sum(1 for row in ticket.attachments if row.removed_at is None)
    if present + len(files) > MOST_FILES:
        raise Invalid(fields={"files": _l("A case holds at most %(most)d files.", most=MOST_FILES)})
    for file in files:
        if purpose is FilePurpose.OFFICIAL and file.kind is not FileKind.DOCUMENT:
            raise Invalid(fields={"official": _l("The official answer is a PDF document.")})
        _add(ticket, file, purpose, by=by, now=now)
    return event


def _replace_official(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """The citizen is to read one official answer of a cycle, not the reworked one beside the first."""
    with as_recorded():
        reason = _("Replaced by a new official answer.")
    for row in ticket.attachments:
        if row.purpose is FilePurpose.OFFICIAL and row.cycle == ticket.cycle and row.removed_at is None:
            _take_away(ticket, row, reason=reason, by=by, now=now)


def _add(ticket: Ticket, file: ExaminedFile, purpose: FilePurpose, *, by: Actor, now: datetime) -> None:
    row = Attachment(
        key=secrets.token_hex(KEY_LENGTH // 2),
        cycle=ticket.cycle,
        purpose=purpose,
        kind=file.kind,
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        added_at=now,
        added_by_id=by.user_id,
        added_by_name=by.name,
    )
    _keep(row, file.content)
    ticket.attachments.append(row)
    db.session.add(row)
    audit.record(
        "tickets:file",
        by=by,
        now=now,
        object_kind="file",
        object_id=row.key,
        ticket=ticket.code,
        name=row.name,
        purpose=purpose.value,
        sha256=row.sha256,
    )


def _keep(row: Attachment, content: bytes) -> None:
    """Beside the row, or in the directory: whole and on the disk before the row is, so no row lacks its content."""
    folder = current_app.config["HOTLINE"].files_dir
    if folder is None:
        row.kept = AttachmentContent(content=content)
        return
    unfinished = folder / f".{row.key}"
    with unfinished.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / row.key)
    there = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(there)
    finally:
        os.close(there)


def remove_file(ticket: Ticket, row: Attachment, *, reason: str, by: Actor, now: datetime) -> TicketEvent:
    """Take a file away: nobody can open it any more, the row says who took it away and why.

    What belongs to a published answer only the shift lead may take away. Raises Conflict when it is gone already.
    """
    if row.removed_at is not None:
        raise Conflict(_l("This file was taken away already."))
    if not queries.is_visible(ticket, by) and row.added_by_id != by.user_id:
        raise Forbidden(_l("Your unit contributes to this case; it may take away its own files only."))
    published = {answer.cycle for answer in ticket.answers if answer.published_at is not None}
    if row.purpose in SHOWN_TO_CITIZENS and row.cycle in published and by.role != "lead":
        raise Forbidden(_l("This file belongs to a published answer; only the shift lead may take it away."))
    event = stay(ticket, Verb.FILE, by=by, now=now, note=f"{row.name}: {reason}", removed=row.key)
    _take_away(ticket, row, reason=reason, by=by, now=now)
    return event


def _take_away(ticket: Ticket, row: Attachment, *, reason: str, by: Actor, now: datetime) -> None:
    row.removed_at, row.removed_by_name, row.removed_because = now, by.name, reason
    audit.record(
        "tickets:remove_file",
        by=by,
        now=now,
        object_kind="file",
        object_id=row.key,
        ticket=ticket.code,
        name=row.name,
        reason=reason,
    )
