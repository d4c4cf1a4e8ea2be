"""A person's list of alerts. Looking writes nothing; opening one is a POST that leads to the case."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline import clock
from hotline.db import transaction
from hotline.messages import actions, queries
from hotline.messages.forms import ReadAllForm
from hotline.messages.models import Alert
from hotline.messages.rules.alerts import AlertKind
from hotline.messages.views.blueprint import bp
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import signed_in

LEADS_TO = {
    AlertKind.DIGEST: ("tickets.queue", Can.TICKETS_LIST),
    AlertKind.SENDER_STOPPED: ("messages.outbox", Can.MESSAGES_LIST),
    AlertKind.REVIEW_DUE: ("answers.answers", Can.TICKETS_LIST),
    AlertKind.WEEKLY: ("dashboards.dashboard", Can.DASHBOARD_VIEW),
}


@bp.get("/alerts")
@signed_in
def alerts() -> str:
    """Unread first, newest first."""
    user_id = actor().user_id or 0
    page = queries.alerts_of(user_id, request.args.get("after", ""))
    return render_template("messages/alerts.html", page=page, newest_unread=queries.newest_unread(user_id))


@bp.post("/alerts/<int:alert_id>/read")
@signed_in
def read_alert(alert_id: int) -> Response:
    """Mark one as read and go where it leads."""
    with transaction():
        alert = queries.alert_of(actor().user_id or 0, alert_id)
        actions.read_alert(alert, now=clock.now())
    return redirect(_where_next(alert), 303)


@bp.post("/alerts/read-all")
@signed_in
def read_all_alerts() -> Response:
    """Mark all that was shown as read; what has come since stays."""
    form = ReadAllForm()
    form.check()
    with transaction():
        actions.read_all_alerts(actor().user_id or 0, up_to=form.up_to.data, now=clock.now())
    return redirect(url_for("messages.alerts"), 303)


def _where_next(alert: Alert) -> str:
    """The case or the overview; the list again for who may not see it."""
    endpoint, permission = LEADS_TO.get(alert.kind, ("tickets.show", Can.TICKETS_LIST))
    if not actor().can(permission):
        return url_for("messages.alerts")
    return url_for(endpoint, code=alert.ticket_code or None)
