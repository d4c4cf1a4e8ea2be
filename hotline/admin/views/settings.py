"""The province's settings on one page: what each is for, what it was as delivered, who changed it."""

from __future__ import annotations

from dataclasses import asdict

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hotline import clock
from hotline.admin import queries
from hotline.admin.forms.editing import EditForm
from hotline.admin.forms.settings import GROUPS, HINTS, SettingsForm, as_written, settings_values
from hotline.admin.views.editing import Answer, edited, said
from hotline.admin.views.room import bp
from hotline.catalogue.actions import change_settings
from hotline.catalogue.settings import Province, province, settings_revision
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires

PAGES = ("settings",)
RESET = "reset-"


@bp.route("/settings", methods=["GET", "POST"])
@requires(Can.SETTINGS_EDIT)
def settings() -> Answer:
    """All of them; saved at once, each change a deed in the audit."""
    if request.method == "GET":
        return _page(SettingsForm(formdata=None, version=settings_revision(), **settings_values(province())), "")
    form = _reset(SettingsForm())

    def save() -> str:
        number = change_settings(form.values, version=int(form.version.data or 0), by=actor(), now=clock.now())
        if number:
            said(ngettext("%(num)d setting was changed.", "%(num)d settings were changed.", number))
        else:
            said(_l("Nothing was changed."))
        return url_for("admin.settings")

    return edited(form, page=_page, preview=save, save=save, version=settings_revision)


def _reset(form: SettingsForm) -> SettingsForm:
    """One field back to what was delivered, as the button that was pressed says; not saved yet."""
    name = (form.step.data or "").removeprefix(RESET)
    if (form.step.data or "").startswith(RESET) and name in asdict(Province()):
        form[name].raw_data = None
        form[name].process_data(settings_values(Province())[name])
    return form


def _page(form: EditForm, words: str) -> str:
    now, delivered = asdict(province()), asdict(Province())
    changed = [name for _title, names in GROUPS for name in names if now[name] != delivered[name]]
    return render_template(
        "admin/settings.html",
        form=form,
        message=words,
        groups=GROUPS,
        hints=HINTS,
        delivered={name: as_written(name, value) for name, value in delivered.items()},
        present={name: as_written(name, value) for name, value in now.items()},
        changed=changed,
        last=queries.last_changes(),
        reset=RESET,
    )
