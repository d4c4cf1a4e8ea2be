"""What is checked of an answer before it is sent on: its words, its document, the proof, who is responsible instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from hotline.catalogue.answering import template_bodies
from hotline.catalogue.models import Authority, Evidence
from hotline.errors import Conflict, Invalid
from hotline.tickets.models import FilePurpose, RefusalReason, Ticket
from hotline.tickets.rules import answers as rules
from hotline.web.formats import local

PROOF_MISSING: dict[Evidence, Any] = {
    Evidence.PHOTO: _l("This category needs a photo that shows the work done. Please add one."),
    Evidence.DOCUMENT: _l("This category needs a document (PDF) as proof. Please add one."),
    Evidence.EITHER: _l("This category needs a photo or a document (PDF) as proof. Please add one."),
}


@dataclass(frozen=True)
class OfficialDocument:
    """The document of an official answer: its number and date, and who signed it."""

    number: str = ""
    on: date | None = None
    signatory: str = ""


NO_DOCUMENT = OfficialDocument()


def check_words(body: str) -> None:
    """Raises Invalid while a field of a template still stands in the answer."""
    if "[" not in body:
        return
    known = {field for text in template_bodies() for field in rules.fields_in(text)}
    left = rules.left_open(body, known)
    if left:
        shown = ", ".join(f"[{field}]" for field in left[:5])
        raise Invalid(fields={"body": _l("Please fill in what the template leaves open: %(fields)s", fields=shown)})


def check_document(document: OfficialDocument, now: datetime) -> None:
    """Raises Invalid for half a document, and for one of a day that has not come."""
    if document.number and document.on is None:
        raise Invalid(fields={"document_on": _l("Please give the date of the document.")})
    if not document.number and (document.on is not None or document.signatory):
        raise Invalid(fields={"document_number": _l("Please give the number of the document.")})
    if document.on is not None and not date(2000, 1, 1) <= document.on <= local(now).date():
        raise Invalid(fields={"document_on": _l("The document is dated in the future, or long ago.")})


def proof_kinds(ticket: Ticket) -> set[str]:
    """The kinds of file that the present cycle has as proof of the work, the official answer included."""
    proof = (FilePurpose.EVIDENCE, FilePurpose.OFFICIAL)
    return {
        row.kind.value
        for row in ticket.attachments
        if row.removed_at is None and row.cycle == ticket.cycle and row.purpose in proof
    }


def check_proof(ticket: Ticket) -> None:
    """Raises Invalid where the category asks for proof that this cycle does not have."""
    asked = ticket.category.evidence if ticket.category else Evidence.NONE
    if rules.lacks_proof(asked.value, proof_kinds(ticket)):
        raise Invalid(fields={"evidence": PROOF_MISSING[asked]})


def check_proof_again(ticket: Ticket) -> None:
    """The same before the answer is published, as a Conflict: a file may be gone, the category another."""
    try:
        check_proof(ticket)
    except Invalid as error:
        raise Conflict(error.fields["evidence"]) from error


def check_door(because: RefusalReason | None, authority: Authority | None) -> None:
    """Raises Invalid for a refusal that does not say who is responsible, where somebody must be."""
    if because not in (None, RefusalReason.NOTHING_TO_ANSWER) and authority is None:
        raise Invalid(fields={"authority_id": _l("Please choose who is responsible.")})
