"""What the page asks for while somebody writes: a template with the case's facts, the guidance of an authority."""

from __future__ import annotations

from flask import jsonify
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hotline.catalogue import answering as catalogue
from hotline.errors import NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import queries
from hotline.tickets.verbs.answering import template_text
from hotline.tickets.views.blueprint import bp
from hotline.web.access import requires


@bp.get("/tickets/<code>/templates/<int:template_id>")
@requires(Can.TICKETS_LIST)
def template_of(code: str, template_id: int) -> Response:
    """A template that fits the case, filled in as far as we know."""
    ticket = queries.ticket_by_code(code, actor())
    for row in catalogue.templates_for(ticket.category_id, ticket.department_id):
        if row.id == template_id:
            return jsonify({"text": template_text(row, ticket)})
    raise NotFound(_l("There is no such template for this case."))


@bp.get("/tickets/authorities/<int:authority_id>")
@requires(Can.TICKETS_REFUSE)
def authority_of(authority_id: int) -> Response:
    """What the directory tells people whom this authority is to answer."""
    found = catalogue.active_authority(authority_id)
    if found is None:
        raise NotFound(_l("There is no such authority in the directory."))
    return jsonify({"text": found.guidance_vi})
