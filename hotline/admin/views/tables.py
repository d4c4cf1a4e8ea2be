"""The catalogue as CSV files: exported, looked at against what stands, imported whole."""

from __future__ import annotations

import json

from flask import Response, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField
from wtforms import HiddenField

from hotline import clock
from hotline.admin.forms.editing import EditForm
from hotline.admin.tables import TABLES, Table
from hotline.admin.tables.files import packed, read, unpacked, written
from hotline.admin.tables.importing import Kind, Outcome, carry_over, rehearse
from hotline.admin.views.editing import Answer, edited, said
from hotline.admin.views.room import bp
from hotline.errors import Invalid, NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.formats import local

PAGES = ("tables", "table")
MOST_SHOWN = 200
KIND_WORDS = {
    Kind.NEW: (_l("New"), "info"),
    Kind.CHANGED: (_l("Changed"), "warn"),
    Kind.SAME: (_l("The same"), "neutral"),
    Kind.REJECTED: (_l("Refused"), "late"),
}


class TableForm(EditForm):
    """A file to look at; then the same file, and what the table said when it was looked at."""

    place_of_week = "file"
    file = FileField(_l("CSV file"))
    content = HiddenField()
    stamp = HiddenField()
    refused = HiddenField()


def _table(name: str) -> Table:
    """The table. Raises NotFound, also for those who may not edit its rows on the screen."""
    found = TABLES.get(name)
    if found is None or not actor().can(found.needs):
        raise NotFound(_l("There is no such table."))
    return found


@bp.get("/tables")
@requires(Can.CATALOGUE_EDIT)
def tables() -> str:
    """Which tables there are."""
    return render_template("admin/tables.html", tables=[one for one in TABLES.values() if actor().can(one.needs)])


@bp.get("/tables/<table_name>/export")
@requires(Can.CATALOGUE_EDIT)
def export(table_name: str) -> Response:
    """All rows as they are now."""
    found = _table(table_name)
    names = [column.name for column in found.columns]
    rows = ([texts[name] for name in names] for texts in map(found.texts, found.rows()))
    return _download(written(names, rows), f"{found.name}-{local(clock.now()):%Y-%m-%d}.csv")


def _download(content: bytes, name: str) -> Response:
    answer = make_response(content)
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/tables/<table_name>", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def table(table_name: str) -> Answer:
    """Export, and import in two steps: what would change, then all of it at once."""
    found = _table(table_name)

    def page(form: EditForm, words: str) -> str:
        return render_template("admin/table.html", table=found, form=form, message=words)

    if request.method == "GET":
        return page(TableForm(formdata=None, version=0), "")
    form = TableForm()

    def preview() -> str:
        raw = form.file.data.read() if form.file.data else b""
        content = packed(raw) if raw else ""
        outcome = rehearse(found, read(raw, found), by=actor(), now=clock.now())
        return _look(found, outcome, content)

    def save() -> str:
        outcome = carry_over(
            found, read(unpacked(form.content.data), found), form.stamp.data, by=actor(), now=clock.now()
        )
        done = len(outcome.of(Kind.NEW)) + len(outcome.of(Kind.CHANGED))
        said(ngettext("Imported: %(num)d row.", "Imported: %(num)d rows.", done))
        return url_for("admin.table", table_name=found.name)

    return edited(form, page=page, preview=preview, save=save, version=lambda: 0)


def _look(found: Table, outcome: Outcome, content: str) -> str:
    return render_template(
        "admin/table_preview.html",
        table=found,
        outcome=outcome,
        shown=[fate for fate in outcome.fates if fate.kind is not Kind.SAME][:MOST_SHOWN],
        most=MOST_SHOWN,
        kinds=KIND_WORDS,
        kind=Kind,
        form=TableForm(formdata=None, version=0, content=content, stamp=outcome.stamp, refused=_reasons(outcome)),
    )


def _reasons(outcome: Outcome) -> str:
    """Why which lines were refused, to be sent again by the button that downloads them: no second rehearsal."""
    return packed(json.dumps({fate.line.number: fate.reason for fate in outcome.of(Kind.REJECTED)}).encode())


def _reasons_in(text: str) -> dict[int, str]:
    """The same again. Raises Invalid for what the preview never wrote."""
    try:
        return {int(number): str(reason) for number, reason in json.loads(unpacked(text)).items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise Invalid(fields={"file": _l("Please choose the file again.")}) from error


@bp.post("/tables/<table_name>/rejects")
@requires(Can.CATALOGUE_EDIT)
def rejects(table_name: str) -> Answer:
    """The lines that were refused, with their numbers and why, to be mended and sent again."""
    found, form = _table(table_name), TableForm()
    form.check()
    lines = read(unpacked(form.content.data), found)
    reasons = _reasons_in(form.refused.data or "")
    names = [column.name for column in found.columns if column.name in lines[0].texts]
    rows = (
        [str(line.number), reasons[line.number], *(line.texts.get(name, "") for name in names)]
        for line in lines
        if line.number in reasons
    )
    return _download(written(["line", "reason", *names], rows), f"{found.name}-refused.csv")
