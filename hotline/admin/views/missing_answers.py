"""Questions for which operators found no answer: into the editor, or set aside with a word why."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.admin.forms.editing import EditForm
from hotline.admin.forms.knowledge import SetAsideForm
from hotline.admin.views.editing import Answer, edited, said
from hotline.admin.views.room import bp
from hotline.catalogue.actions import set_aside_missing
from hotline.catalogue.queries import knowledge
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires

PAGES = ("missing_answers", "set_aside_missing_answer")


@bp.get("/answers/missing")
@requires(Can.ANSWERS_EDIT)
def missing_answers() -> str:
    """What waits for an answer, the most often asked first, and what became of the last ones."""
    return _page(None, "", 0)


@bp.post("/answers/missing/<int:missing_id>/set-aside")
@requires(Can.ANSWERS_EDIT)
def set_aside_missing_answer(missing_id: int) -> Answer:
    """No answer will be written, and why."""
    form = SetAsideForm()
    form.step.data = "save"

    def page(form: EditForm, words: str) -> str:
        return _page(form, words, missing_id)

    def save() -> str:
        set_aside_missing(missing_id, because=form.because.data, by=actor(), now=clock.now())
        said(_l("The question is set aside."))
        return url_for("admin.missing_answers")

    return edited(form, page=page, preview=save, save=save, version=lambda: 1)


def _page(wrong: EditForm | None, words: str, missing_id: int) -> str:
    """The list; the form that came back with an error stands at its own question, each other gets a fresh one."""
    lacks = knowledge.missing_answers()
    forms = {lack.id: SetAsideForm(formdata=None, version=1, prefix="") for lack in lacks}
    if wrong is not None:
        forms[missing_id] = wrong
    return render_template(
        "admin/missing_answers.html",
        lacks=lacks,
        forms=forms,
        message=words,
        wrong_id=missing_id,
        settled=knowledge.settled_answers(),
    )
