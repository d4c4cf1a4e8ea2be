"""The lead's list of numbers from which people play tricks: still answered, never invited to rate."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import clock
from hotline.calls import actions, queries
from hotline.calls.forms import NuisanceForm
from hotline.calls.views.blueprints import bp
from hotline.db import transaction
from hotline.errors import Invalid
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.row_ids import row_id


@bp.get("/calls/nuisance")
@requires(Can.NUISANCE_EDIT)
def nuisance_list() -> str:
    """The list, and a form to add to it; `call` names the call whose number is meant."""
    call_id = request.args.get("call", type=row_id)
    phone = queries.call_by_id(call_id).from_e164 if call_id else ""
    return _page(NuisanceForm(formdata=None, phone=phone))


def _page(form: NuisanceForm) -> str:
    return render_template("calls/nuisance.html", form=form, numbers=queries.nuisance_numbers())


@bp.post("/calls/nuisance")
@requires(Can.NUISANCE_EDIT)
def add_nuisance() -> Response | tuple[str, int]:
    """Put a number on the list."""
    form = NuisanceForm()
    try:
        form.check()
    except Invalid:
        return _page(form), 422
    with transaction():
        actions.add_nuisance(form.number, reason=form.reason.data or "", by=actor(), now=clock.now())
    flash(_("The number is on the list: its calls are answered, it is not invited to rate."), "ok")
    return redirect(url_for("calls.nuisance_list"), 303)


@bp.post("/calls/nuisance/remove")
@requires(Can.NUISANCE_EDIT)
def remove_nuisance() -> Response:
    """Take a number off the list."""
    with transaction():
        actions.remove_nuisance(request.form.get("number", "")[:20], by=actor(), now=clock.now())
    flash(_("The number is no longer on the list."), "ok")
    return redirect(url_for("calls.nuisance_list"), 303)
