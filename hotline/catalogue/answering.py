"""Looks at what helps to write an answer: templates that fit a case, and the directory of who else is responsible."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from hotline.catalogue.models import AnswerTemplate, Authority
from hotline.db import db


def templates_for(category_id: int | None, department_id: int | None) -> Sequence[AnswerTemplate]:
    """The templates in use that fit a case: those of its own category and unit first, then the general ones."""
    fits = select(AnswerTemplate).where(
        AnswerTemplate.is_active,
        or_(AnswerTemplate.category_id.is_(None), AnswerTemplate.category_id == category_id),
        or_(AnswerTemplate.department_id.is_(None), AnswerTemplate.department_id == department_id),
    )
    general_last = AnswerTemplate.category_id.is_(None), AnswerTemplate.department_id.is_(None)
    return db.session.scalars(fits.order_by(*general_last, AnswerTemplate.title)).all()


def template_bodies() -> Sequence[str]:
    """The words of every template there is or was: what stands in brackets in them is a field."""
    return db.session.scalars(select(AnswerTemplate.body)).all()


def all_templates() -> Sequence[AnswerTemplate]:
    """Every template, those in use first, by title."""
    query = select(AnswerTemplate).options(joinedload(AnswerTemplate.category), joinedload(AnswerTemplate.department))
    return db.session.scalars(query.order_by(AnswerTemplate.is_active.desc(), AnswerTemplate.title)).all()


def all_authorities() -> Sequence[Authority]:
    """Everybody in the directory, those in use first, by name."""
    return db.session.scalars(select(Authority).order_by(Authority.is_active.desc(), Authority.name_vi)).all()


def active_authorities() -> Sequence[Authority]:
    """Those in the directory who may be named."""
    return db.session.scalars(select(Authority).where(Authority.is_active).order_by(Authority.name_vi)).all()


def active_authority(authority_id: int | None) -> Authority | None:
    """One of them; none for an unknown id and for one that was retired."""
    found = db.session.get(Authority, authority_id) if authority_id is not None else None
    return found if found is not None and found.is_active else None
