"""What was sent to citizens; in a demonstration, as it arrived on their telephones."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, render_template, request
from flask_babel import lazy_gettext as _l

from hotline.errors import Invalid
from hotline.messages import queries, webhooks
from hotline.messages.actions import rendered
from hotline.phone import mask
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.navigation import Entry, add_entry

bp = Blueprint("messages", __name__, template_folder="templates")


def register(app: Flask) -> None:
    """Add the list and the webhooks."""
    app.register_blueprint(bp)
    app.register_blueprint(webhooks.bp)
    add_entry(app, Entry("messages.outbox", _l("Text messages"), "send", Can.MESSAGES_LIST, 60))


@bp.get("/messages")
@requires(Can.MESSAGES_LIST)
def outbox() -> str:
    """The texts, newest first. Links to rate are shown only in a demonstration."""
    after = request.args.get("after", type=int)
    if request.args.get("after") and after is None:
        raise Invalid(fields={"after": _l("There is no such page of the list.")})
    page = queries.outbox(after)
    demo = current_app.config["HOTLINE"].demo
    texts = [
        (row, mask(row.to_number), rendered(row) if demo else row.body.replace("{link}", "…")) for row in page.rows
    ]
    return render_template("messages/outbox.html", page=page, texts=texts, demo=demo)
