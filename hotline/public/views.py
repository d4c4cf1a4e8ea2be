"""The citizen's doors: follow a case by its code, and the open figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from hotline import clock
from hotline.db import transaction
from hotline.errors import NotFound
from hotline.public import queries
from hotline.satisfaction.queries import ledger, rateable_survey
from hotline.satisfaction.rules import LINK_PURPOSE, share
from hotline.satisfaction.rules.ledger import HEADER
from hotline.staff.current import address
from hotline.tickets.models import Ticket
from hotline.tickets.queries import files_of_answer
from hotline.tickets.rules.codes import read_code
from hotline.tickets.views.files import handed_out
from hotline.web import limits
from hotline.web.access import public
from hotline.web.folding import fold
from hotline.web.tokens import link_token

bp = Blueprint("public", __name__, template_folder="templates")
WRONG_TRIES, WINDOW_SECONDS = 5, 15 * 60
WRONG_TRIES_AN_ADDRESS = 30
LEDGERS_AN_ADDRESS = 240
STEP_WORDS: dict[str, Any] = {
    "received": _l("Received"),
    "sent": _l("Sent on, not yet confirmed by the unit"),
    "sent_on": _l("Handed to the unit"),
    "working": _l("In progress"),
    "waiting": _l("Waiting for the person who reported"),
    "held": _l("On hold, waiting for something"),
    "joined": _l("Joined to a common incident"),
    "again": _l("In progress again"),
    "answered_before": _l("Answered before"),
    "answered": _l("Answered"),
    "refused": _l("Outside our scope, guidance given"),
    "referred_out": _l("Passed to another authority"),
    "withdrawn": _l("Withdrawn by the person who reported"),
    "answered_on_call": _l("Answered at once"),
}


def register(app: Flask) -> None:
    """Add the citizen's pages."""
    app.register_blueprint(bp)


@bp.after_request
def keep_private(response: Response) -> Response:
    """What a citizen looks up is nobody else's business."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/t")
@public
def follow() -> str:
    """Where is my case? Code and proof."""
    return render_template("public/follow.html", code="", errors={})


@bp.get("/t/<code>")
@public
def follow_code(code: str) -> str:
    """The same form with the code filled in."""
    return render_template("public/follow.html", code=read_code(code) or "", errors={})


@bp.post("/t")
@public
def show() -> AnyResponse:
    """The case, when code and proof fit. Unknown code and wrong digits look the same; five tries, then a pause."""
    code, now = request.form.get("code", "")[:40], clock.now()
    ticket, left = _proven(code, now)
    if ticket is None:
        errors = {"proof": _l("Code and digits do not fit together. Please check both.")}
        return make_response(
            render_template("public/follow.html", code=code, errors=errors, left=left, pause=WINDOW_SECONDS), 422
        )
    answers = queries.answers_of(ticket)
    page = render_template(
        "public/case.html",
        ticket=ticket,
        steps=[
            {"label": STEP_WORDS[step.word], "state": step.state, "note": step.at} for step in queries.steps_of(ticket)
        ],
        answers=answers,
        files={answer.cycle: files_of_answer(ticket.id, answer.cycle) for answer in answers},
        proof=request.form.get("proof", "")[:40],
        extension=queries.granted_extension(ticket),
        rating_url=_rating_url(ticket, now),
        now=now,
    )
    return make_response(page)


@bp.post("/t/<code>/files/<key>")
@public
def file_of(code: str, key: str) -> AnyResponse:
    """A file of a published answer, for the same proof as the page it is on."""
    ticket, _left = _proven(code[:40], clock.now())
    if ticket is not None:
        for answer in queries.answers_of(ticket):
            for row in files_of_answer(ticket.id, answer.cycle):
                if row.key == key:
                    return handed_out(row)
    raise NotFound(_l("There is no such file here."))


def _proven(code: str, now: datetime) -> tuple[Ticket | None, int]:
    """The case when code and proof fit, else how many tries are left. Raises TooMany when none is."""
    proof = request.form.get("proof", "")[:40]
    by_code, by_address = f"follow:{read_code(code) or fold(code)[:20]}", f"follow-from:{address()}"
    limits.check(by_code, limit=WRONG_TRIES, window_seconds=WINDOW_SECONDS, now=now)
    limits.check(by_address, limit=WRONG_TRIES_AN_ADDRESS, window_seconds=WINDOW_SECONDS, now=now)
    ticket = queries.case_of(code, proof)
    if ticket is None:
        with transaction():
            tries = limits.hit(by_code, window_seconds=WINDOW_SECONDS, now=now)
            limits.hit(by_address, window_seconds=WINDOW_SECONDS, now=now)
        return None, max(0, WRONG_TRIES - tries)
    return ticket, WRONG_TRIES


def _rating_url(ticket: Ticket, now: datetime) -> str | None:
    """The way to rate the last answer, for somebody who has proved that it is their case; none where it is over."""
    survey = rateable_survey(ticket.id, now)
    if survey is None:
        return None
    token = link_token(current_app.config["HOTLINE"].secret_key, LINK_PURPOSE, survey.id)
    carried: dict[str, Any] = {"from": "t"} | ({"lang": "en"} if request.args.get("lang") == "en" else {})
    return url_for("satisfaction_rating.show", token=token, **carried)


@bp.get("/open")
@public
def open_figures() -> str:
    """The province's promise in numbers, for everybody; with a receipt, where that rating was counted."""
    receipt = request.args.get("receipt", "")[:40]
    if receipt:
        _ledger_is_read()
    sealed = ledger.sealed_months()
    return render_template(
        "public/open.html",
        numbers=queries.open_figures(clock.now()),
        kinds=queries.open_figures_by_kind(clock.now()),
        fewest=queries.FEWEST_TO_PUBLISH,
        months=sealed[: ledger.MONTHS_SHOWN],
        altered=ledger.altered_seals(),
        first=ledger.first_answers(sealed),
        receipt=receipt,
        counted=ledger.counted(receipt) if receipt else None,
        share=share,
    )


@bp.get("/open/ledger.json")
@public
def ledger_index() -> AnyResponse:
    """All sealed months with their roots, oldest first, and where their ledgers lie."""
    months = [
        {
            "month": f"{one.month_on:%Y-%m}",
            "ratings": one.ratings,
            "satisfied": one.satisfied,
            "previous_root": one.previous_root,
            "root": one.root,
            "ledger": url_for("public.month_ledger", month=f"{one.month_on:%Y-%m}"),
        }
        for one in reversed(ledger.sealed_months())
    ]
    return jsonify({"months": months})


@bp.get("/open/ledger/<month>.csv")
@public
def month_ledger(month: str) -> AnyResponse:
    """Every rating of a sealed month as it is now, a line each, without anything that says who it was."""
    _ledger_is_read()
    try:
        month_on = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise NotFound() from error
    if ledger.sealed_month(month_on) is None:
        raise NotFound(_l("This month has no sealed ledger."))
    text = "".join(f"{line}\n" for line in (HEADER, *ledger.lines_of(month_on)))
    return Response(text, mimetype="text/csv")


def _ledger_is_read() -> None:
    """Making a ledger costs something: one address may ask for many, not for any number. Raises TooMany."""
    now, subject = clock.now(), f"ledger-from:{address()}"
    limits.check(subject, limit=LEDGERS_AN_ADDRESS, window_seconds=WINDOW_SECONDS, now=now)
    with transaction():
        limits.hit(subject, window_seconds=WINDOW_SECONDS, now=now)
