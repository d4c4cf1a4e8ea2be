"""The directory of who is responsible elsewhere: the right door for what is refused or passed on."""

from __future__ import annotations

from dataclasses import asdict

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import clock
from hotline.admin.forms.answering import ActiveForm, AuthorityForm, NewAuthorityForm
from hotline.admin.forms.editing import EditForm
from hotline.admin.views.editing import Answer, edited, said, saved
from hotline.admin.views.room import bp
from hotline.catalogue import answering
from hotline.catalogue.actions import add_authority, change_authority, retire_authority
from hotline.catalogue.actions.answering import authority_draft_of
from hotline.catalogue.models import Authority
from hotline.db import db
from hotline.errors import NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires

PAGES = ("authorities", "new_authority", "authority", "retire_authority_of")


@bp.get("/authorities")
@requires(Can.CATALOGUE_VIEW)
def authorities() -> str:
    """Everybody in the directory, those in use first."""
    return _list("")


@bp.route("/authorities/new", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def new_authority() -> Answer:
    """Somebody who is not in the directory yet."""
    if request.method == "GET":
        return _page(None, NewAuthorityForm(formdata=None, version=0), "")
    form = NewAuthorityForm()

    def page(form: EditForm, words: str) -> str:
        return _page(None, form, words)

    def save() -> str:
        add_authority(form.code.data, form.draft, by=actor(), now=clock.now())
        said(_l("The entry was added to the directory."))
        return url_for("admin.authorities")

    return edited(form, page=page, preview=lambda: page(form, ""), save=save, version=lambda: 0)


@bp.route("/authorities/<authority_code>", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def authority(authority_code: str) -> Answer:
    """One entry; an edit is in force at once, before and after stand in the audit."""
    row = _found(authority_code)

    def page(form: EditForm, words: str) -> str:
        return _page(row, form, words)

    if request.method == "GET":
        return page(AuthorityForm(formdata=None, version=row.version, **asdict(authority_draft_of(row))), "")
    form = AuthorityForm()

    def save() -> str:
        change_authority(authority_code, form.draft, version=form.version.data, by=actor(), now=clock.now())
        said(_l("Saved."))
        return url_for("admin.authorities")

    return edited(
        form, page=page, preview=lambda: page(form, ""), save=save, version=lambda: _found(authority_code).version
    )


@bp.post("/authorities/<authority_code>/retire")
@requires(Can.CATALOGUE_EDIT)
def retire_authority_of(authority_code: str) -> Answer:
    """Name them no longer, or again."""
    form = ActiveForm()

    def save() -> str:
        active = form.active.data == "1"
        retire_authority(authority_code, version=form.version.data, active=active, by=actor(), now=clock.now())
        said(_l("The entry may be named again.") if active else _l("The entry was retired."))
        return url_for("admin.authorities")

    return saved(
        form, page=lambda _form, words: _list(words), save=save, version=lambda: _found(authority_code).version
    )


def _list(words: str) -> str:
    return render_template("admin/authorities.html", rows=answering.all_authorities(), message=words)


def _found(code: str) -> Authority:
    found = db.session.scalar(select(Authority).where(Authority.code == code))
    if found is None:
        raise NotFound(_l("There is no such entry."))
    return found


def _page(row: Authority | None, form: EditForm, words: str) -> str:
    return render_template("admin/authority.html", row=row, form=form, message=words)
