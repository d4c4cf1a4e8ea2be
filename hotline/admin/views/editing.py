"""How an edit of the catalogue is answered: looked at first, saved once, refused beside the field that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from flask import flash, redirect
from werkzeug.wrappers import Response

from hotline import clock
from hotline.admin.forms.editing import EditForm
from hotline.catalogue.queries import CHANGED_MEANWHILE
from hotline.db import db
from hotline.errors import Conflict, Invalid
from hotline.staff.current import actor
from hotline.web import idempotency

Answer = str | tuple[str, int] | Response


class Versioned(Protocol):
    """A row whose changes are counted."""

    version: Any


Page = Callable[[EditForm, str], str]  # the form, and a sentence that belongs to no field


def edited(
    form: EditForm, *, page: Page, preview: Callable[[], str], save: Callable[[], str], version: Callable[[], int]
) -> Answer:
    """Answer a form that was sent: a preview, a redirect to what `save` returns, or the form and what is wrong (422).

    `preview` and `save` raise Invalid and Conflict as actions do; `save` runs in the transaction and returns a
    location; `version` is the present one, for a form that came too late.
    """
    if form.step.data not in ("preview", "save"):
        return page(form, "")
    try:
        form.check()
    except Invalid as error:
        foreign = [str(sentence) for name, sentence in error.fields.items() if name not in form.errors]
        return page(form, "; ".join(foreign)), error.status
    try:
        return _saved(form, save) if form.step.data == "save" else preview()
    except (Invalid, Conflict) as error:
        form.complain(error.fields)
        form.version.raw_data, form.version.data = None, version()
        return page(form, str(error.message) if error.message else ""), error.status


def saved(form: EditForm, *, page: Page, save: Callable[[], str], version: Callable[[], int]) -> Answer:
    """The same for an edit that is saved without a look before."""
    form.step.data = "save"
    return edited(form, page=page, preview=lambda: "", save=save, version=version)


def hold(row: Versioned, form: EditForm) -> None:
    """Keep `row` to this transaction. Raises Conflict (409) when it is no longer what the form was made from."""
    db.session.refresh(row, with_for_update=True)
    if row.version != form.version.data:
        raise Conflict(CHANGED_MEANWHILE)


def _saved(form: EditForm, save: Callable[[], str]) -> Response:
    sender = f"user:{actor().user_id}"
    return redirect(idempotency.once(form.idempotency_key.data, sender, save, now=clock.now()), 303)


def said(sentence: object) -> None:
    """Say on the next page what was done."""
    flash(str(sentence), "ok")
