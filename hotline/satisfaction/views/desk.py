"""What people at work see of ratings: the list of what did not help, and the panel on a case."""

from __future__ import annotations

from flask import render_template, request
from markupsafe import Markup

from hotline import clock
from hotline.catalogue.settings import province
from hotline.satisfaction import queries, rules
from hotline.satisfaction.views.blueprints import bp
from hotline.staff.current import actor
from hotline.staff.permissions import Can, Role
from hotline.tickets.models import Ticket
from hotline.tickets.queries import is_visible
from hotline.web.access import requires
from hotline.web.row_ids import row_id


def panel(ticket: Ticket) -> Markup:
    """What the citizen said about this case; to its unit only once it can no longer be changed."""
    who, now, hours = actor(), clock.now(), province().edit_hours
    to_unit = Role(who.role).belongs_to_department
    return Markup(
        render_template(
            "satisfaction/panel.html",
            ticket=ticket,
            surveys=queries.surveys_of(ticket.id),
            tasks=queries.follow_ups_of(ticket.id),
            shown=lambda rating: rules.is_shown(rating.rated_at, now, hours, to_unit=to_unit),
            shown_from=lambda rating: rules.editable_until(rating.rated_at, hours),
            reaches=lambda other: is_visible(other, who),
        )
    )


def business_panel(tax_code: str) -> Markup:
    """What a company said of the answers it got, for those who hear of every rating at once."""
    if not actor().can(Can.RATINGS_LIST):
        return Markup()
    count, mean = queries.ratings_of_business(tax_code, actor())
    return Markup(render_template("satisfaction/business_panel.html", count=count, mean=mean))


@bp.get("/ratings")
@requires(Can.RATINGS_LIST)
def ratings() -> str:
    """What did not help, newest first; or everything."""
    everything = request.args.get("view") == "all"
    after = request.args.get("after", type=row_id)
    page = queries.ratings(unhappy_only=not everything, after=after)
    return render_template("satisfaction/ratings.html", page=page, everything=everything)
