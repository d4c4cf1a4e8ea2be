"""What people at work see of ratings: the list of what did not help, and the panel on a case."""

from __future__ import annotations

from flask import render_template, request
from markupsafe import Markup

from hotline.satisfaction import queries
from hotline.satisfaction.views.blueprints import bp
from hotline.staff.permissions import Can
from hotline.tickets.models import Ticket
from hotline.web.access import requires


def panel(ticket: Ticket) -> Markup:
    """What the citizen said about this case."""
    return Markup(render_template("satisfaction/panel.html", surveys=queries.surveys_of(ticket.id)))


@bp.get("/ratings")
@requires(Can.RATINGS_LIST)
def ratings() -> str:
    """What did not help, newest first; or everything."""
    everything = request.args.get("view") == "all"
    after = request.args.get("after", type=int)
    page = queries.ratings(unhappy_only=not everything, after=after)
    return render_template("satisfaction/ratings.html", page=page, everything=everything)
