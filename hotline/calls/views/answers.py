"""Answers to common questions on the console: found while typing, read out, missed; what is cut off now."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import clock
from hotline.calls.views.blueprints import bp
from hotline.catalogue.actions import note_use, report_missing
from hotline.catalogue.queries import knowledge
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web import idempotency
from hotline.web.access import requires
from hotline.web.forms import tidy
from hotline.web.row_ids import row_id

LONGEST_QUERY = 200


@bp.get("/console/answers")
@requires(Can.CALLS_CONSOLE)
def console_answers() -> str:
    """What fits the words typed so far, each to be read in full."""
    words, now = request.args.get("q", "")[:LONGEST_QUERY].strip(), clock.now()
    found = knowledge.search_answers(words, now)
    return render_template("calls/answers.html", words=words, found=found, now=now, new_key=idempotency.new_key)


@bp.get("/console/notices")
@requires(Can.CALLS_CONSOLE)
def console_notices() -> str:
    """The notices that hold now, those of the area that was chosen first."""
    area_id, now = request.args.get("area_id", type=row_id), clock.now()
    notices = knowledge.notices_in_force(now, area_id=area_id)
    return render_template("calls/notices.html", notices=notices, area_id=area_id, now=now)


@bp.post("/console/answers/<answer_code>/use")
@requires(Can.CALLS_CONSOLE)
def use_answer(answer_code: str) -> Response | str:
    """It was read out to the caller."""

    def note_it() -> str:
        note_use(answer_code, by=actor(), now=clock.now())
        return url_for("calls.console")

    return _done(note_it, _("Noted: this answer was read out."))


@bp.post("/console/answers/missing")
@requires(Can.CALLS_CONSOLE)
def report_missing_answer() -> Response | str:
    """Nothing fits: the question goes to those who write the answers."""

    def store_it() -> str:
        report_missing(str(tidy(request.form.get("question", ""))), by=actor(), now=clock.now())
        return url_for("calls.console")

    return _done(store_it, _("Thank you. The question is with those who write the answers."))


def _done(act: Callable[[], str], sentence: str) -> Response | str:
    """Done once; the script of the console gets the sentence alone, a browser without it the console again."""
    key, sender = request.form.get("idempotency_key"), f"user:{actor().user_id}"
    location = idempotency.once(key, sender, act, now=clock.now())
    if request.headers.get("X-Requested-With") == "fetch":
        return sentence
    flash(sentence, "ok")
    return redirect(location, 303)
