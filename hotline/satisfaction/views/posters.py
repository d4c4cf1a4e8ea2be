"""On paper: a poster for counters and a slip for one case, each with the QR code of the citizen's page."""

from __future__ import annotations

import segno
from flask import current_app, render_template, request
from markupsafe import Markup

from hotline.satisfaction.views.blueprints import bp
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets.models import Ticket
from hotline.tickets.queries import ticket_by_code
from hotline.web.access import requires, signed_in


def qr(address: str) -> Markup:
    """The QR code of an address as inline SVG, error correction M: still read when a corner is soiled."""
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(scale=1, border=4, omitsize=True, svgclass="qr", lineclass=None))


def _address(path: str) -> str:
    return f"{current_app.config['HOTLINE'].public_url}{path}"


def slip_panel(ticket: Ticket) -> Markup:
    """On the page of a case: the way to its slip."""
    return Markup(render_template("satisfaction/slip_panel.html", ticket=ticket))


@bp.get("/posters")
@signed_in
def posters() -> str:
    """The poster for counters, on A4 or A6 paper, in both languages."""
    size = "a6" if request.args.get("size") == "a6" else "a4"
    return render_template("satisfaction/posters.html", qr=qr(_address("/t")), address=_address("/t"), size=size)


@bp.get("/tickets/<code>/slip")
@requires(Can.TICKETS_LIST)
def slip(code: str) -> str:
    """What a citizen at the counter takes home: the code of the case and its QR code. Nothing personal is on it."""
    ticket = ticket_by_code(code, actor())
    address = _address(f"/t/{ticket.code}")
    return render_template("satisfaction/slip.html", ticket=ticket, qr=qr(address), address=address)
