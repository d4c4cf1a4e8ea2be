"""Lists of one's own: kept under a name, renamed, deleted."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import clock
from hotline.errors import Invalid
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import actions, queries
from hotline.tickets.forms import NameForm
from hotline.tickets.views.blueprint import bp
from hotline.tickets.views.queue import back_to, listing_of, queue_page
from hotline.web import idempotency
from hotline.web.access import requires

Answer = Response | tuple[str, int]


@bp.post("/tickets/saved")
@requires(Can.TICKETS_LIST)
def save_view() -> Answer:
    """Keep the list that is looked at under a name."""

    def act(form: NameForm) -> None:
        who, now = actor(), clock.now()
        listing = listing_of(_args(form), who, now)
        actions.save_view(form.name.data, listing.args(), by=who, now=now)

    return _answer(act, _("Saved as a list of yours."))


@bp.post("/tickets/saved/<int:saved_id>/rename")
@requires(Can.TICKETS_LIST)
def rename_view(saved_id: int) -> Answer:
    """Another name for it."""

    def act(form: NameForm) -> None:
        saved = queries.saved_view(saved_id, actor().user_id)
        actions.rename_view(saved, form.name.data, by=actor(), now=clock.now())

    return _answer(act, _("Renamed."), renamed_id=saved_id)


@bp.post("/tickets/saved/<int:saved_id>/delete")
@requires(Can.TICKETS_LIST)
def delete_view(saved_id: int) -> Answer:
    """Keep it no longer."""

    def act(_form: NameForm) -> None:
        actions.delete_view(queries.saved_view(saved_id, actor().user_id), by=actor(), now=clock.now())

    return _answer(act, _("Deleted."), nameless=True)


def _answer(act: Callable[[NameForm], None], done: str, *, renamed_id: int = 0, nameless: bool = False) -> Answer:
    form, now = NameForm(), clock.now()
    if nameless:
        del form.name

    def once() -> str:
        act(form)
        return back_to(form.back.data or "")

    try:
        form.check()
        location = idempotency.once(form.idempotency_key.data, f"user:{actor().user_id}", once, now=now)
    except Invalid as error:
        for name, sentence in error.fields.items():
            if name in form and not form[name].errors:
                form[name].errors = [sentence]
        if nameless or not form.errors:
            raise
        return queue_page(_args(form), name_form=form, renamed_id=renamed_id), error.status
    flash(done, "ok")
    return redirect(location, 303)


def _args(form: NameForm) -> dict[str, str]:
    return dict(parse_qsl(form.back.data or ""))
