"""How an edit of the catalogue is answered: looked at first, saved once, refused beside the field that is wrong."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect
from werkzeug.wrappers import Response

from hotline import clock
from hotline.admin.forms.editing import EditForm
from hotline.errors import Conflict, Invalid
from hotline.staff.current import actor
from hotline.web import idempotency

Answer = str | tuple[str, int] | Response
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


def _saved(form: EditForm, save: Callable[[], str]) -> Response:
    sender = f"user:{actor().user_id}"
    return redirect(idempotency.once(form.idempotency_key.data, sender, save, now=clock.now()), 303)


def said(sentence: object) -> None:
    """Say on the next page what was done."""
    flash(str(sentence), "ok")
