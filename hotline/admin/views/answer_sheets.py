"""The knowledge base out of and into a spreadsheet: looked at first, taken in as it was shown, refusals to download."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.admin import answer_sheets
from hotline.admin.forms.knowledge import SheetForm
from hotline.admin.views.editing import Answer, said
from hotline.admin.views.room import bp
from hotline.catalogue.queries import knowledge
from hotline.errors import Conflict, Invalid
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web import idempotency
from hotline.web.access import requires
from hotline.web.formats import local

PAGES = ("import_answers", "take_in_answers")


@bp.get("/answers/sheet.csv")
@requires(Can.ANSWERS_EDIT)
def export_answers() -> Response:
    """Every entry, retired ones included, in the form in which it can be taken in again."""
    name = f"kho-giai-dap-{local(clock.now()):%Y-%m-%d}.csv"
    return _file(answer_sheets.written(knowledge.all_answers()), name)


@bp.route("/answers/import", methods=["GET", "POST"])
@requires(Can.ANSWERS_EDIT)
def import_answers() -> Answer:
    """Choose a file; what it would change is shown before anything does."""
    if request.method == "GET":
        return _choose(SheetForm(formdata=None))
    form = SheetForm()
    try:
        form.check()
        sent = form.file.data
        return _preview(answer_sheets.decoded(sent.read() if sent else b""), "")
    except Invalid as error:
        return _refused(form, error)


@bp.post("/answers/import/take-in")
@requires(Can.ANSWERS_EDIT)
def take_in_answers() -> Answer:
    """Do what was shown; when the knowledge base has changed since, show it anew."""
    text, seen = request.form.get("text", ""), request.form.get("seen", "")

    def save() -> str:
        new, changed = answer_sheets.take_in(text, seen, by=actor(), now=clock.now())
        said(_l("Taken in: %(new)d new, %(changed)d changed.", new=new, changed=changed))
        return url_for("admin.answers")

    try:
        key, sender = request.form.get("idempotency_key"), f"user:{actor().user_id}"
        return redirect(idempotency.once(key, sender, save, now=clock.now()), 303)
    except Conflict as error:
        return _preview(text, str(error.message)), error.status
    except Invalid as error:
        return _refused(SheetForm(formdata=None), error)


@bp.post("/answers/import/rejects")
@requires(Can.ANSWERS_EDIT)
def rejected_answers() -> Answer:
    """The refused lines with their reasons, to be mended and sent again."""
    try:
        lines = answer_sheets.compared(request.form.get("text", ""), clock.now())
    except Invalid as error:
        return _refused(SheetForm(formdata=None), error)
    return _file(answer_sheets.rejects(lines), "kho-giai-dap-tu-choi.csv")


def _file(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="text/csv", content_type="text/csv; charset=utf-8", headers=headers)


def _choose(form: SheetForm) -> str:
    return render_template("admin/answer_import.html", form=form, columns=answer_sheets.COLUMNS)


def _refused(form: SheetForm, error: Invalid) -> tuple[str, int]:
    for sentence in error.fields.values():
        form.file.errors = [sentence]
    return _choose(form), error.status


def _preview(text: str, words: str) -> str:
    lines = answer_sheets.compared(text, clock.now())
    counted = {verdict: [line.verdict for line in lines].count(verdict) for verdict in answer_sheets.Verdict}
    return render_template(
        "admin/answer_import_preview.html",
        lines=lines,
        counted=counted,
        text=text,
        seen=answer_sheets.fingerprint(lines),
        key=idempotency.new_key(),
        message=words,
    )
