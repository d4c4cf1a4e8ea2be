"""Verbs on what helps to answer: templates and the directory. Changed in place, with before and after in the audit."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.models import AnswerTemplate, Authority
from hotline.catalogue.queries import CHANGED_MEANWHILE
from hotline.catalogue.rules import is_code
from hotline.db import db
from hotline.errors import Conflict, Invalid, NotFound
from hotline.web.folding import fold

LONGEST_SEARCH = 2000
_TELEPHONE = re.compile(r"\+?[0-9](?:[ .()/-]{0,2}[0-9]){2,}")  # also 113, and service numbers such as 1900 9068


@dataclass(frozen=True)
class TemplateDraft:
    """What a template is to say and where it fits."""

    title: str
    body: str
    category_id: int | None = None
    department_id: int | None = None


@dataclass(frozen=True)
class AuthorityDraft:
    """What the directory is to say about somebody."""

    name_vi: str
    name_en: str
    responsible_for_vi: str
    responsible_for_en: str
    phone: str
    address: str
    website: str
    hours: str
    guidance_vi: str


def directory_text(row: Authority) -> str:
    """The folded words by which somebody in the directory is found."""
    words = (row.name_vi, row.name_en, row.responsible_for_vi, row.responsible_for_en, row.phone, row.code)
    return fold(" ".join(word or "" for word in words))[:LONGEST_SEARCH]


def template_draft_of(row: AnswerTemplate) -> TemplateDraft:
    """What a template says now."""
    return TemplateDraft(row.title, row.body, row.category_id, row.department_id)


def authority_draft_of(row: Authority) -> AuthorityDraft:
    """What the directory says now."""
    return AuthorityDraft(**{name: getattr(row, name) for name in AuthorityDraft.__dataclass_fields__})


def add_template(code: str, draft: TemplateDraft, *, by: Actor, now: datetime) -> AnswerTemplate:
    """A template that was not there. Raises Invalid for a code that is none or taken."""
    _check_code(code, AnswerTemplate)
    row = AnswerTemplate(code=code, **asdict(draft))
    db.session.add(row)
    db.session.flush()
    _record("catalogue:add_template", "template", row.code, by=by, now=now, after=asdict(draft))
    return row


def change_template(code: str, draft: TemplateDraft, *, version: int, by: Actor, now: datetime) -> AnswerTemplate:
    """Write a template anew. Raises NotFound, and Conflict when it is no longer at `version`."""
    row = _locked(AnswerTemplate, code, version)
    before = template_draft_of(row)
    return _changed("template", row, asdict(before), asdict(draft), by=by, now=now)


def add_authority(code: str, draft: AuthorityDraft, *, by: Actor, now: datetime) -> Authority:
    """Somebody new in the directory. Raises Invalid for a code that is none or taken, or when nobody can reach them."""
    _check_code(code, Authority)
    _check_authority(draft)
    row = Authority(code=code, **asdict(draft))
    row.search_text = directory_text(row)
    db.session.add(row)
    db.session.flush()
    _record("catalogue:add_authority", "authority", row.code, by=by, now=now, after=asdict(draft))
    return row


def change_authority(code: str, draft: AuthorityDraft, *, version: int, by: Actor, now: datetime) -> Authority:
    """Write an entry of the directory anew. Raises NotFound, Invalid, and Conflict when it is not at `version` now."""
    _check_authority(draft)
    row = _locked(Authority, code, version)
    before = authority_draft_of(row)
    changed = _changed("authority", row, asdict(before), asdict(draft), by=by, now=now)
    row.search_text = directory_text(row)
    return changed


def retire_template(code: str, *, version: int, active: bool = False, by: Actor, now: datetime) -> AnswerTemplate:
    """Offer a template no longer, or (`active`) again. Its fields are still known, so that none slips through."""
    return _set_active("template", _locked(AnswerTemplate, code, version), active, by=by, now=now)


def retire_authority(code: str, *, version: int, active: bool = False, by: Actor, now: datetime) -> Authority:
    """Name somebody no longer, or (`active`) again. Answers that named them keep them."""
    return _set_active("authority", _locked(Authority, code, version), active, by=by, now=now)


def _check_code(code: str, table: type[Any]) -> None:
    if not is_code(code):
        raise Invalid(fields={"code": _l("2 to 32 capital letters, digits and hyphens, such as URGENT.")})
    if db.session.scalar(select(table.id).where(table.code == code)) is not None:
        raise Invalid(fields={"code": _l("This code is taken already.")})


def _check_authority(draft: AuthorityDraft) -> None:
    """Raises Invalid where nobody could reach them, or what is said of telephone and website is none."""
    if not (draft.phone or draft.address or draft.website):
        raise Invalid(fields={"phone": _l("Please give at least a telephone number, an address or a website.")})
    if draft.phone and not _TELEPHONE.fullmatch(draft.phone):
        raise Invalid(fields={"phone": _l("This is not a telephone number.")})
    if draft.website:
        try:
            parts = urlsplit(draft.website)
            is_address = parts.scheme in ("https", "http") and bool(parts.hostname) and "." in (parts.hostname or "")
        except ValueError:
            is_address = False
        if not is_address or any(letter.isspace() for letter in draft.website):
            raise Invalid(fields={"website": _l("A website begins with https://")})


def _locked(table: type[Any], code: str, version: int) -> Any:
    row = db.session.scalar(
        select(table).where(table.code == code).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(_l("There is no such entry."))
    if row.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    return row


def _changed(kind: str, row: Any, before: dict[str, Any], after: dict[str, Any], *, by: Actor, now: datetime) -> Any:
    different = [name for name in after if after[name] != before[name]]
    if not different:
        return row
    for name in different:
        setattr(row, name, after[name])
    row.version += 1
    _record(
        f"catalogue:change_{kind}",
        kind,
        row.code,
        by=by,
        now=now,
        before={name: before[name] for name in different},
        after={name: after[name] for name in different},
    )
    db.session.flush()
    return row


def _set_active(kind: str, row: Any, active: bool, *, by: Actor, now: datetime) -> Any:
    before, row.is_active = row.is_active, active
    row.version += 1
    deed = f"catalogue:{'restore' if active else 'retire'}_{kind}"
    _record(deed, kind, row.code, by=by, now=now, before={"is_active": before}, after={"is_active": active})
    db.session.flush()
    return row


def _record(deed: str, kind: str, code: str, *, by: Actor, now: datetime, **detail: Any) -> None:
    audit.record(deed, by=by, now=now, object_kind=kind, object_id=code, **detail)
