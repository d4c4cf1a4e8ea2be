"""What is typed is kept while it is being typed: drafts, who else is writing, and a new token after a new sign-in."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from hotline import clock
from hotline.db import transaction
from hotline.errors import Forbidden, Invalid, NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import actions, queries
from hotline.tickets.verbs import VERBS, TicketVerb, draft_fields
from hotline.tickets.views.blueprint import bp
from hotline.web import idempotency, limits
from hotline.web.access import requires, signed_in

SAVES_A_MINUTE = 60  # a page saves every four seconds at most; a person may have a few open
MINUTE_SECONDS = 60


def _entry(verb: str) -> TicketVerb:
    """The verb of an address. Raises NotFound for none, Forbidden for one that the reader may not do."""
    entry = VERBS.get(verb)
    if entry is None:
        raise NotFound()
    if not actor().can(entry.permission):
        raise Forbidden()
    return entry


@bp.post("/tickets/<code>/draft/<verb>")
@requires(Can.TICKETS_LIST)
def draft(code: str, verb: str) -> tuple[str, int]:
    """Keep what is in the verb's form. Nothing to read in the answer: the page asks again in a few seconds."""
    entry, who, now = _entry(verb), actor(), clock.now()
    names = draft_fields(entry)
    carried = {"csrf_token", "version", "idempotency_key"}
    unknown = sorted(set(request.form) - names - carried)
    if unknown:
        raise Invalid(fields={name: _l("This form has no such field.") for name in unknown[:5]})
    subject, key = f"draft:{who.user_id}", request.form.get("idempotency_key", "")
    limits.check(subject, limit=SAVES_A_MINUTE, window_seconds=MINUTE_SECONDS, now=now)
    fields = {name: request.form[name] for name in sorted(names) if name in request.form}
    with transaction():
        ticket = queries.seen_ticket(code, who)
        limits.hit(subject, window_seconds=MINUTE_SECONDS, now=now)
        if not idempotency.is_answered(key, f"user:{who.user_id}"):  # it was on its way when the form was sent
            actions.keep_draft(ticket, verb, fields, by=who, now=now)
    return "", 204


@bp.post("/tickets/<code>/draft/<verb>/discard")
@requires(Can.TICKETS_LIST)
def discard(code: str, verb: str) -> AnyResponse:
    """The draft is not wanted any more; one's own goes also when its verb is not one's own any more."""
    if verb not in VERBS:
        raise NotFound()
    with transaction():
        actions.drop_draft(queries.seen_ticket(code, actor()), verb, by=actor())
    flash(_("Draft discarded."), "ok")
    return redirect(url_for("tickets.show", code=code), 303)


@bp.get("/tickets/<code>/writing")
@requires(Can.TICKETS_LIST)
def writing(code: str) -> str:
    """Who else is writing on this case, and whether it has changed since `version`: asked for every 15 seconds."""
    ticket, now = queries.seen_ticket(code, actor()), clock.now()
    version = request.args.get("version", type=int)
    return render_template(
        "tickets/case/writing.html",
        ticket=ticket,
        writers=queries.writers(ticket, actor(), now),
        verbs_by_name=VERBS,
        has_changed=version is not None and version < ticket.version,
        now=now,
    )


@bp.get("/tickets/drafts/token")
@signed_in
def token() -> Response:
    """The token of the present session: an open page goes on with it after its reader has signed in anew."""
    return jsonify(token=generate_csrf())
