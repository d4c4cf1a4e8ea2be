"""Files of a case over HTTP: handed out under their random name, taken away with a reason."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from hotline import clock
from hotline.errors import Conflict, Forbidden, Invalid, NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import actions, queries
from hotline.tickets.forms import RemovalForm
from hotline.tickets.models import Attachment, FileKind
from hotline.tickets.rules.files import ascii_name
from hotline.tickets.views.blueprint import bp
from hotline.tickets.views.page import ticket_page
from hotline.web import idempotency
from hotline.web.access import requires
from hotline.web.downloads import file_answer


def handed_out(row: Attachment, *, inline: bool = False) -> Response:
    """The answer that carries a file: always a download, but for a photo that a page of ours shows."""
    is_shown = inline and row.kind is FileKind.PHOTO
    return file_answer(
        queries.content_of(row),
        name=row.name,
        plain_name=ascii_name(row.name),
        media_type=row.media_type,
        inline=is_shown,
        tag=row.sha256 if is_shown else "",
    )


@bp.get("/tickets/<code>/files/<key>")
@requires(Can.TICKETS_LIST)
def file_of(code: str, key: str) -> Response:
    """One file, to whoever sees its case; `?inline` shows a photo within the page."""
    return handed_out(queries.file_of_case(code, key, actor()), inline="inline" in request.args)


@bp.post("/tickets/<code>/files/<key>/remove")
@requires(Can.TICKETS_FILE)
def remove_file(code: str, key: str) -> AnyResponse | tuple[str, int]:
    """Take a file away; who and why stay on the case."""
    form, now, who = RemovalForm(), clock.now(), actor()

    def act() -> str:
        ticket = queries.ticket_for_change(code, who, version=form.version.data, as_asked=True)
        row = next((one for one in ticket.attachments if one.key == key), None)
        if row is None:
            raise NotFound(_l("There is no such file here."))
        actions.remove_file(ticket, row, reason=form.reason.data, by=who, now=now)
        return url_for("tickets.show", code=ticket.code)

    try:
        form.check()
        location = idempotency.once(form.idempotency_key.data, f"user:{who.user_id}", act, now=now)
    except (Invalid, Conflict, Forbidden) as error:
        words = str(error.message) or "; ".join(str(sentence) for sentence in error.fields.values())
        ticket = queries.ticket_by_code(code, who)
        return ticket_page(ticket, now, message=words, removing={key: form.reason}), error.status
    flash(str(_l("The file was taken away.")), "ok")
    return redirect(location, 303)
