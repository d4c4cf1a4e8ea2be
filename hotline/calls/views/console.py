"""The operators' console, the intake form, the list of calls."""

from __future__ import annotations

from datetime import date, datetime

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from hotline import audit, clock
from hotline.calls import actions, queries
from hotline.calls.forms import IntakeForm
from hotline.calls.models import Call, CallResult, CallState
from hotline.calls.questions import asked_fields, intake_form, replies
from hotline.calls.views.blueprints import bp
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Category
from hotline.catalogue.queries import knowledge
from hotline.db import db, transaction
from hotline.errors import Conflict, Invalid, NotFound
from hotline.phone import PhoneKind, read_number
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.web import idempotency
from hotline.web.access import requires
from hotline.web.formats import local
from hotline.web.forms import offered
from hotline.web.language import as_recorded
from hotline.web.live import stream
from hotline.web.panels import CALLER, panels
from hotline.web.row_ids import row_id

CALLS_CHANGED = "calls"


def ticket_panel(ticket: Ticket) -> Markup:
    """The calls that led to a case or asked about it."""
    links = queries.calls_of(ticket.id)
    if not links and ticket.split_from_id:
        links = queries.calls_of(ticket.split_from_id)
    return Markup(render_template("calls/panel.html", links=links))


@bp.get("/console")
@requires(Can.CALLS_CONSOLE)
def console() -> str:
    """Waiting calls, the caller's history and the form, on one screen."""
    call_id, now = request.args.get("call", type=row_id), clock.now()
    call = queries.call_by_id(call_id) if call_id else None
    form = IntakeForm(formdata=None)
    if call is not None:
        form.phone.data = "" if call.from_kind is PhoneKind.WITHHELD else (call.from_e164 or call.from_raw)
        form.call_id.data = call.id
        if call.operator_id != actor().user_id:
            with transaction():
                audit.record("calls:see-number", by=actor(), now=now, object_kind="call", object_id=call.id)
            call = queries.call_by_id(call.id)
    return intake_page(form, call, now)


def intake_page(form: IntakeForm, call: Call | None, now: datetime) -> str:
    """The console with the form as it stands; `call` is the one that is being written down."""
    _fill_choices(form, now)
    number = read_number(form.phone.data or "") if form.phone.data else None
    if call is not None:
        card = queries.caller_card(call.from_e164, call.from_kind, actor(), now)
    else:
        card = queries.caller_card(
            number.e164 if number else None, number.kind if number else PhoneKind.UNKNOWN, actor(), now
        )
    saved = request.args.get("saved")
    return render_template(
        "calls/console.html",
        form=form,
        call=call,
        card=card,
        saved=tickets.ticket_by_code(saved, actor()) if saved else None,
        live=queries.running_calls(),
        recent=queries.recent_calls(now),
        now=now,
        key=idempotency.new_key(),
        category=db.session.get(Category, form.category_id.data) if form.category_id.data else None,
        asked=asked_fields(form),
        proposed=tickets.proposals(form.content.data or ""),
        sentence=queries.sentence,
        notices=knowledge.notices_in_force(now, area_id=form.area_id.data),
        area_id=form.area_id.data,
        extras=panels(CALLER, call.from_e164) if call and call.from_e164 else [],
    )


def _fill_choices(form: IntakeForm, now: datetime) -> None:
    today = local(now).date()
    former = catalogue.former_names(today)
    form.category_id.choices = offered(
        catalogue.active_categories(), data_find=lambda c: f"{c.name_vi} {c.name_en} {c.keywords_vi}"
    )
    form.area_id.choices = offered(
        catalogue.current_areas(today), data_hint=lambda area: ", ".join(former.get(area.id, ()))
    )


@bp.get("/console/calls")
@requires(Can.CALLS_CONSOLE)
def console_calls() -> str:
    """The part of the console that changes by itself; `call` is the one whose report is being typed."""
    now, call_id = clock.now(), request.args.get("call", type=row_id)
    return render_template(
        "calls/live.html",
        live=queries.running_calls(),
        recent=queries.recent_calls(now),
        now=now,
        call=db.session.get(Call, call_id) if call_id else None,
    )


@bp.get("/console/stream")
@requires(Can.CALLS_CONSOLE)
def console_stream() -> Response:
    """Says when the calls have changed."""
    return stream(CALLS_CHANGED)


@bp.post("/console/take/<int:call_id>")
@requires(Can.CALLS_CONSOLE)
def take(call_id: int) -> AnyResponse:
    """This conversation is mine."""
    with transaction():
        actions.take_call(actions.call_for_change(call_id), by=actor(), now=clock.now())
    return redirect(url_for("calls.console", call=call_id), 303)


@bp.get("/tickets/new")
@requires(Can.TICKETS_OPEN)
def new_ticket() -> str:
    """The same form without a call."""
    return intake_page(IntakeForm(formdata=None), None, clock.now())


@bp.post("/tickets/new")
@requires(Can.TICKETS_OPEN)
def open_ticket() -> AnyResponse | tuple[str, int]:
    """Save: one request, one transaction."""
    form, now, who = intake_form(request.form.get("category_id", type=row_id)), clock.now(), actor()
    _fill_choices(form, now)

    def log_it() -> str:
        call = actions.call_for_change(form.call_id.data) if form.call_id.data else None
        proposed = tickets.proposals(form.content.data or "")
        wish = form.wish(
            call.offered_at if call else now,
            replies=replies(form),
            suggested_category_id=proposed[0].category.id if proposed else None,
        )
        beside = tickets.ticket_for_change(form.split_from.data, who) if form.split_from.data else None
        main = tickets.main_case(form.main_code.data, who) if form.main_code.data else None
        ticket, _call = actions.log_call(wish, call=call, into=main, beside=beside, by=who, now=now)
        return url_for("calls.console", saved=ticket.code)

    try:
        form.check()
        location = idempotency.once(form.idempotency_key.data, f"user:{who.user_id}", log_it, now=now)
    except (Invalid, Conflict) as error:
        wrong = error.fields or {"split_from": error.message}
        for name, sentence in wrong.items():
            if name in form and not form[name].errors:
                form[name].errors = [sentence]
        call = db.session.get(Call, form.call_id.data) if form.call_id.data else None
        return intake_page(form, call, now), error.status
    return redirect(location, 303)


@bp.get("/console/caller")
@requires(Can.CALLS_CONSOLE)
def caller() -> str:
    """The caller's card for a number typed by hand."""
    number, now = read_number(request.args.get("phone", "")[:40]), clock.now()
    card = queries.caller_card(number.e164, number.kind, actor(), now)
    return render_template(
        "calls/card.html", card=card, call=None, key=idempotency.new_key(), now=now, sentence=queries.sentence
    )


@bp.post("/console/status-call")
@requires(Can.TICKETS_CONTACT)
def status_call() -> AnyResponse:
    """ "Where is my case?": noted on the case."""
    who, now = actor(), clock.now()
    call_id = request.form.get("call_id", type=row_id)

    def note_it() -> str:
        ticket = tickets.ticket_for_change(request.form.get("code", ""), who)
        with as_recorded():
            summary = _("Asked where the case stands. Told: %(told)s", told=queries.sentence(ticket))
        call = actions.call_for_change(call_id) if call_id else None
        actions.log_status_call(ticket, summary=summary, call=call, by=who, now=now)
        flash(_("Noted on %(code)s; no new report was opened.", code=ticket.code), "ok")
        return url_for("calls.console", call=call_id)

    key = request.form.get("idempotency_key")
    return redirect(idempotency.once(key, f"user:{who.user_id}", note_it, now=now), 303)


@bp.get("/calls")
@requires(Can.CALLS_LIST)
def call_list() -> str:
    """Every call, newest first."""
    wished, wished_day = request.args.get("result", ""), request.args.get("on", "")
    try:
        result = CallResult(wished) if wished else None
        on = date.fromisoformat(wished_day) if wished_day else None
    except ValueError as error:
        raise NotFound() from error
    page = queries.calls(result=result, on=on, after=request.args.get("after", ""))
    return render_template(
        "calls/list.html", page=page, result=result, on=on, results=list(CallResult), lost=queries.LOST
    )


@bp.get("/calls/<int:call_id>")
@requires(Can.CALLS_LIST)
def call_page(call_id: int) -> str:
    """One call: how it went, what the exchange told us, which reports it led to."""
    call = queries.call_by_id(call_id)
    return render_template("calls/call.html", call=call, events=queries.events_of(call), talking=CallState.TALKING)
