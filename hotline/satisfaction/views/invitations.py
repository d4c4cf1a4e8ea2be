"""No more invitations, or invitations again: asked for on a call, kept from the case or the caller's card."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response

from hotline import clock
from hotline.calls.queries import call_by_id
from hotline.db import transaction
from hotline.errors import NotFound, Unparsable
from hotline.messages.queries import is_opted_out
from hotline.satisfaction import actions
from hotline.satisfaction.views.blueprints import bp
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets.models import Ticket
from hotline.tickets.queries import ticket_by_code
from hotline.web.access import requires
from hotline.web.row_ids import row_id

WISHES = {"stop": actions.end_invitations, "start": actions.renew_invitations}


def ticket_panel(ticket: Ticket) -> Markup:
    """On the page of a case."""
    return _panel(ticket.phone_e164, code=ticket.code)


def caller_panel(number: str) -> Markup:
    """On the caller's card, while a call is open there."""
    return _panel(number, call_id=request.args.get("call", type=row_id))


def _panel(number: str | None, **named: object) -> Markup:
    if number is None or not actor().can(Can.OPT_OUTS_EDIT) or not any(named.values()):
        return Markup()
    return Markup(render_template("satisfaction/invitations.html", out=is_opted_out(number), named=named))


@bp.post("/opt-outs")
@requires(Can.OPT_OUTS_EDIT)
def change_invitations() -> Response:
    """What the citizen wishes. The form names the case or the call, never the number."""
    wish, code = request.form.get("wish", ""), request.form.get("code", "")
    if wish not in WISHES:
        raise Unparsable()
    call_id = request.form.get("call_id", 0, type=row_id)
    number = ticket_by_code(code, actor()).phone_e164 if code else call_by_id(call_id).from_e164
    if number is None:
        raise NotFound(_l("No number is known here."))
    with transaction():
        WISHES[wish](number, by=actor(), now=clock.now())
    if wish == "stop":
        flash(_("Kept: no more invitations to rate for this number. Texts about its cases still come."), "ok")
    else:
        flash(_("Kept: this number is invited to rate again."), "ok")
    back = url_for("tickets.show", code=code) if code else url_for("calls.console", call=call_id)
    return redirect(back, 303)
