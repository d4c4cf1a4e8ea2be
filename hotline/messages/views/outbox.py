"""What was sent to citizens and to staff; in a demonstration, as it arrived on their telephones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hotline import clock
from hotline.catalogue.settings import province
from hotline.db import transaction
from hotline.errors import Invalid, NotFound
from hotline.messages import actions, queries
from hotline.messages.actions import may_resume_text, rendered
from hotline.messages.models import Message, MessageChannel
from hotline.messages.queries import Standing
from hotline.messages.rules.mail import masked
from hotline.messages.views.blueprint import bp
from hotline.phone import mask
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.forms import Form
from hotline.web.row_ids import row_id

TONES = {
    Standing.UNKNOWN: "warn",
    Standing.FAILED: "late",
    Standing.EXPIRED: "warn",
    Standing.SENT: "ok",
    Standing.DELIVERED: "ok",
}


@dataclass(frozen=True)
class Shown:
    """A message as the list shows it: to whom without saying who, and how it stands."""

    row: Message
    to: str
    body: str
    label: Any
    tone: str
    may_resume: bool


@bp.get("/messages")
@requires(Can.MESSAGES_LIST)
def outbox() -> str:
    """Texts or e-mail, newest first. Links to rate are shown only in a demonstration."""
    after = request.args.get("after", type=row_id)
    if request.args.get("after") and after is None:
        raise Invalid(fields={"after": _l("There is no such page of the list.")})
    try:
        channel = MessageChannel(request.args.get("channel") or MessageChannel.TEXT)
        standing = Standing(request.args["standing"]) if request.args.get("standing") else None
    except ValueError as error:
        raise NotFound(_l("There is no such list.")) from error
    house, now, config = province(), clock.now(), current_app.config["HOTLINE"]
    page = queries.outbox(channel, after, standing, house=house, now=now)
    return render_template(
        "messages/outbox.html",
        page=page,
        shown=[_shown(row, queries.standing_of(row, house, now)) for row in page.rows],
        demo=config.demo,
        channel=channel,
        channels=list(MessageChannel),
        standing=standing,
        counts=queries.standing_counts(channel, house=house, now=now),
        way=queries.way_out(config.sms_gateway, house, now),
        number=format_decimal,
    )


def _shown(row: Message, standing: Standing) -> Shown:
    demo = current_app.config["HOTLINE"].demo
    return Shown(
        row=row,
        to=masked(row.to_email) if row.to_email else mask(row.to_number),
        body=rendered(row) if demo else row.body.replace("{link}", "…"),
        label=standing.label if standing is Standing.NO_RECEIPT else row.state.label,
        tone=TONES.get(standing, "neutral"),
        may_resume=may_resume_text(row),
    )


@bp.post("/messages/resume")
@requires(Can.MESSAGES_RESUME)
def resume() -> Response:
    """Let texts leave again after the way out was stopped."""
    Form().check()
    with transaction():
        actions.resume_sender(current_app.config["HOTLINE"].sms_gateway, by=actor(), now=clock.now())
    flash(_("Text messages leave again."), "ok")
    return redirect(url_for("messages.outbox"), 303)


@bp.post("/messages/<int:message_id>/resume")
@requires(Can.MESSAGES_RESUME)
def resume_text(message_id: int) -> Response:
    """Try one text again that has surely not arrived."""
    Form().check()
    with transaction():
        actions.resume_text(queries.text_for_change(message_id), by=actor(), now=clock.now())
    flash(_("The text will be sent again."), "ok")
    return redirect(url_for("messages.outbox", standing=Standing.WAITING.value), 303)
