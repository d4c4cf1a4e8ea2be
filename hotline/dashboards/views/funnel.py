"""The funnel of asking, and the closings in each of its buckets: for those who may hear of every rating at once."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask_babel import gettext as _

from hotline.dashboards import funnel as funnels
from hotline.dashboards.funnel import Bucket, Count
from hotline.dashboards.views.asked_for import asked_for, code_of
from hotline.dashboards.views.blueprint import bp
from hotline.messages.words import reason_of_code
from hotline.satisfaction.models import Mode, Suppression
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets.queries import is_visible
from hotline.web.access import requires

LONGEST_REASON = 200


@bp.get("/dashboard/funnel")
@requires(Can.FUNNEL_VIEW)
def funnel() -> str:
    """From every closing to every rating; a line that does not add up is red and says what to do."""
    asked = asked_for("month")
    return render_template(
        "dashboards/funnel.html",
        funnel=funnels.funnel(asked.scope),
        bucket=Bucket,
        named=_named,
        link=lambda count: url_for("dashboards.funnel_list", bucket=count.bucket.value, key=count.key, **asked.wish),
        **asked.shown,
    )


@bp.get("/dashboard/funnel/list")
@requires(Can.FUNNEL_VIEW)
def funnel_list() -> str:
    """The closings of a bucket: the same predicate, so the same count."""
    bucket, asked = code_of(Bucket, "bucket"), asked_for("month")
    key = request.args.get("key", "")[:LONGEST_REASON]
    clause = funnels.closings_in(bucket, asked.scope, key)
    page = funnels.closings(clause, request.args.get("after", ""))
    return render_template(
        "dashboards/closings.html",
        page=page,
        name=_named(Count(bucket, key, 0)),
        total=funnels.count_of(clause),
        back=(_("Who was asked"), url_for("dashboards.funnel", **asked.wish)),
        mine={event.ticket_id for event in page.rows if is_visible(event.ticket, actor())},
        **asked.shown,
    )


def _named(count: Count) -> str:
    """A bucket with its reason or way, in words."""
    if count.bucket is Bucket.SUPPRESSED:
        return _("%(what)s: %(why)s", what=count.bucket.label, why=Suppression(count.key).label)
    if count.bucket is Bucket.RATED_BY:
        return _("%(what)s: %(why)s", what=count.bucket.label, why=Mode(count.key).label)
    if count.bucket is Bucket.FAILED:
        return _("%(what)s: %(why)s", what=count.bucket.label, why=reason_of_code(count.key))
    return str(count.bucket.label)
