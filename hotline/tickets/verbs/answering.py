"""Answering as people meet it: templates that fit, the draft that was sent back, proof, and the right door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.catalogue import answering as catalogue
from hotline.catalogue.models import AnswerTemplate, Evidence
from hotline.errors import Invalid
from hotline.staff.permissions import Can
from hotline.tickets import actions, forms
from hotline.tickets.actions.answers import proof_kinds
from hotline.tickets.models import FilePurpose, RefusalReason, Ticket
from hotline.tickets.rules import answers as rules
from hotline.tickets.rules.lifecycle import Verb
from hotline.tickets.rules.tasks import Hands
from hotline.tickets.verbs.entry import TicketVerb
from hotline.tickets.words import BUTTON_WORDS
from hotline.web.formats import day
from hotline.web.forms import offered


def facts_of(ticket: Ticket) -> Mapping[str, str]:
    """What we put into the fields of a template ourselves; nothing that says who reported."""
    known = {
        "mã phản ánh": ticket.code,
        "địa điểm": ticket.address or (ticket.area.name_vi if ticket.area else ""),
        "địa bàn": ticket.area.name_vi if ticket.area else "",
        "lĩnh vực": ticket.category.name_vi if ticket.category else "",
        "đơn vị": ticket.department.name_vi if ticket.department else "",
        "ngày tiếp nhận": day(ticket.received_at),
    }
    return {name: value for name, value in known.items() if value}


def template_text(template: AnswerTemplate, ticket: Ticket) -> str:
    """The template with what is known of the case put in."""
    return rules.filled_in(template.body, facts_of(ticket))


def _begin_answer(form: Any, ticket: Ticket, is_filled: bool) -> None:
    """Begin with the template that was asked for, or with the draft that was sent back."""
    form.templates = catalogue.templates_for(ticket.category_id, ticket.department_id)
    form.chosen_template, form.sent_back = None, ""
    if "evidence" in form:
        asked = ticket.category.evidence if ticket.category else Evidence.NONE
        form.asked_proof = asked if asked is not Evidence.NONE else None
        form.has_proof = not rules.lacks_proof(asked.value, proof_kinds(ticket))
        draft, form.sent_back = actions.sent_back_draft(ticket)
        if draft is not None and not is_filled:
            form.body.data, form.signatory.data = draft.body, draft.signatory
            form.document_number.data, form.document_on.data = draft.document_number, draft.document_on
    wished = request.args.get("template", "") if request.method == "GET" else ""
    chosen = next((row for row in form.templates if str(row.id) == wished), None)
    if chosen is not None:
        form.chosen_template, form.body.data = chosen.id, template_text(chosen, ticket)
    form.opens = chosen is not None or bool(form.sent_back)


def _begin_door(form: Any, _ticket: Ticket, _is_filled: bool) -> None:
    rows = catalogue.active_authorities()
    form.authority_id.choices = offered(
        rows, data_hint=lambda row: row.responsible_for_vi, data_find=lambda row: row.search_text
    )


def _begin_files(form: Any, ticket: Ticket, _is_filled: bool) -> None:
    """After the answer nothing is added that the citizen would read."""
    if not ticket.status.is_open:
        form.purpose.choices = [one for one in form.purpose.choices if one.value != FilePurpose.EVIDENCE.value]


def _examine_answer(form: Any) -> None:
    form.examined = {name: forms.files_in(form[name]) for name in ("evidence", "official")}


def _examine_files(form: Any) -> None:
    form.examined = forms.files_in(form.files)
    if not form.examined:
        raise Invalid(fields={"files": _l("Please choose a file.")})


def _answer(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    document = actions.OfficialDocument(f.document_number.data or "", f.document_on.data, f.signatory.data or "")
    if f.examined["official"] and not document.number:
        raise Invalid(fields={"document_number": _l("Please give the number of the document.")})
    actions.check_move(t, Verb.ANSWER, by)
    for name, purpose in (("evidence", FilePurpose.EVIDENCE), ("official", FilePurpose.OFFICIAL)):
        if f.examined[name]:
            actions.add_files(t, f.examined[name], purpose, by=by, now=now)
    return actions.answer(t, body=f.body.data, document=document, by=by, now=now)


def _add(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    return actions.add_files(t, f.examined, FilePurpose(f.purpose.data), by=by, now=now)


def _told(f: Any) -> tuple[Any, str]:
    """Who is responsible and what the person is told; without words of its own, those of the directory."""
    authority = catalogue.active_authority(f.authority_id.data)
    told = f.guidance.data or (authority.guidance_vi if authority else "")
    if not told:
        raise Invalid(fields={"guidance": _l("Please say what the person is told.")})
    return authority, told


def _refuse(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    because = RefusalReason(f.because.data)
    if because is not RefusalReason.NOTHING_TO_ANSWER and catalogue.active_authority(f.authority_id.data) is None:
        raise Invalid(fields={"authority_id": _l("Please choose who is responsible.")})
    authority, told = _told(f)
    return actions.refuse(t, guidance=told, because=because, authority=authority, by=by, now=now)


def _refer(t: Ticket, f: Any, by: Actor, now: datetime) -> object:
    authority, told = _told(f)
    return actions.refer(t, guidance=told, authority=authority, by=by, now=now)


ANSWERING_VERBS = (
    TicketVerb(Verb.ANSWER, Can.TICKETS_ANSWER, forms.AnswerForm, _answer,
               BUTTON_WORDS[Verb.ANSWER], "edit", "primary", _l("The answer now awaits approval."), "r",
               template="tickets/case/answer_form.html", begin=_begin_answer, examine=_examine_answer,
               largest_body=forms.LARGEST_UPLOAD),
    TicketVerb(Verb.SETTLE, Can.TICKETS_SETTLE, forms.SettleForm,
               lambda t, f, by, now: actions.settle(t, body=f.body.data, by=by, now=now),
               BUTTON_WORDS[Verb.SETTLE], "phone", done=_l("Recorded as answered."),
               template="tickets/case/answer_form.html", begin=_begin_answer),
    TicketVerb(Verb.REFUSE, Can.TICKETS_REFUSE, forms.RefuseForm, _refuse,
               BUTTON_WORDS[Verb.REFUSE], "x", done=_l("Recorded, with guidance for the citizen."),
               template="tickets/case/door_form.html", begin=_begin_door),
    TicketVerb(Verb.REFER, Can.TICKETS_REFER, forms.ReferForm, _refer,
               BUTTON_WORDS[Verb.REFER], "send", done=_l("Passed on."),
               template="tickets/case/door_form.html", begin=_begin_door),
    TicketVerb(Verb.FILE, Can.TICKETS_FILE, forms.FileForm, _add,
               BUTTON_WORDS[Verb.FILE], "note", done=_l("The files are with the case."),
               hands=Hands.BOTH, template="tickets/case/file_form.html", begin=_begin_files, examine=_examine_files,
               largest_body=forms.LARGEST_UPLOAD),
)  # fmt: skip
