"""Looks at files: one by its random name, those of an answer that citizens may have, the content of one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, tuple_

from hotline.actor import Actor
from hotline.db import db
from hotline.errors import NotFound
from hotline.tickets.models import Answer, Attachment, AttachmentContent, FilePurpose, Ticket, TicketEvent
from hotline.tickets.queries.cases import within_reach
from hotline.tickets.rules.codes import read_code
from hotline.tickets.rules.lifecycle import Verb


def file_of_case(code: str, key: str, actor: Actor) -> Attachment:
    """The file, to somebody who sees its case. Raises NotFound when absent, taken away or another unit's."""
    found = db.session.scalar(
        select(Attachment)
        .join(Attachment.ticket)
        .where(Ticket.code == (read_code(code) or code), within_reach(actor))
        .where(Attachment.key == key, Attachment.removed_at.is_(None))
    )
    if found is None:
        raise NotFound(_l("There is no such file here."))
    return found


def files_of_answer(ticket_id: int, cycle: int) -> Sequence[Attachment]:
    """What the citizen may have of a published answer: the official document and the proof of the work.

    A case that was answered together with a main case has the files of that answer, wherever either went since.
    """
    followed = (
        select(TicketEvent.detail)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.verb == Verb.FOLLOW, TicketEvent.cycle == cycle)
        .order_by(TicketEvent.id.desc())
        .limit(1)
    )
    detail = db.session.scalar(followed)
    where: tuple[ColumnElement[bool], ...]
    if detail is None:
        where = Attachment.ticket_id == ticket_id, Attachment.cycle == cycle
    else:
        # Both answers were published in one transaction, so at one instant; the main case may have others.
        own = select(Answer.published_at).where(Answer.ticket_id == ticket_id, Answer.cycle == cycle)
        given = select(Answer.ticket_id, Answer.cycle).join(Ticket, Ticket.id == Answer.ticket_id)
        given = given.where(Ticket.code == detail.get("main_case"), Answer.published_at.in_(own))
        where = (tuple_(Attachment.ticket_id, Attachment.cycle).in_(given),)
    published = select(Answer.id).where(
        Answer.ticket_id == Attachment.ticket_id,
        Answer.cycle == Attachment.cycle,
        Answer.published_at.is_not(None),
        Answer.published_at >= Attachment.added_at,
    )
    query = select(Attachment).where(
        *where,
        Attachment.purpose.in_((FilePurpose.OFFICIAL, FilePurpose.EVIDENCE)),
        Attachment.removed_at.is_(None),
        published.exists(),
    )
    return db.session.scalars(query.order_by(Attachment.purpose.desc(), Attachment.id)).all()


def content_of(row: Attachment) -> bytes:
    """The bytes of a file. Raises NotFound where they are lost, as after a restore without the directory of files."""
    kept = db.session.get(AttachmentContent, row.id)
    if kept is not None:
        return kept.content
    folder = current_app.config["HOTLINE"].files_dir
    try:
        return (folder / row.key).read_bytes() if folder is not None else _lost()
    except OSError:
        return _lost()


def _lost() -> bytes:
    raise NotFound(_l("The content of this file is not here any more."))
