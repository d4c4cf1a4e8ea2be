"""What was sent to citizens and to staff; in a demonstration, as it arrived on their telephones."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask_babel import lazy_gettext as _l

from hotline.errors import Invalid, NotFound
from hotline.messages import queries
from hotline.messages.actions import rendered
from hotline.messages.forms import LARGEST_ID
from hotline.messages.models import MessageChannel
from hotline.messages.rules.mail import masked
from hotline.messages.views.blueprint import bp
from hotline.phone import mask
from hotline.staff.permissions import Can
from hotline.web.access import requires


@bp.get("/messages")
@requires(Can.MESSAGES_LIST)
def outbox() -> str:
    """Texts or e-mail, newest first. Links to rate are shown only in a demonstration."""
    after = request.args.get("after", type=int)
    if request.args.get("after") and (after is None or not 0 <= after <= LARGEST_ID):
        raise Invalid(fields={"after": _l("There is no such page of the list.")})
    try:
        channel = MessageChannel(request.args.get("channel") or MessageChannel.TEXT)
    except ValueError as error:
        raise NotFound(_l("There is no such list.")) from error
    page = queries.outbox(channel, after)
    demo = current_app.config["HOTLINE"].demo
    sent = [
        (
            row,
            masked(row.to_email) if row.to_email else mask(row.to_number),
            rendered(row) if demo else row.body.replace("{link}", "…"),
        )
        for row in page.rows
    ]
    return render_template(
        "messages/outbox.html", page=page, sent=sent, demo=demo, channel=channel, channels=list(MessageChannel)
    )
