"""Units: the number that is answered day and night."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.admin.forms.units import DutyForm
from hotline.admin.views.editing import Answer, said
from hotline.admin.views.room import bp
from hotline.catalogue.actions import change_duty_number
from hotline.catalogue.models import Department
from hotline.db import db, transaction
from hotline.errors import Invalid, NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires

PAGES = ("unit",)


@bp.route("/units/<int:unit_id>", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def unit(unit_id: int) -> Answer:
    """One unit and its duty number."""
    found = _unit(unit_id)
    form = DutyForm()
    if not form.is_submitted():
        form = DutyForm(formdata=None, version=1, duty_number=found.duty_number)
        return render_template("admin/unit.html", unit=found, form=form)
    try:
        form.check()
        with transaction():
            change_duty_number(_unit(unit_id), form.duty_number.data or "", by=actor(), now=clock.now())
    except Invalid as error:
        for name, sentence in error.fields.items():
            if name in form and not form[name].errors:
                form[name].errors = [sentence]
        return render_template("admin/unit.html", unit=_unit(unit_id), form=form), error.status
    said(_l("Saved."))
    return redirect(url_for("admin.catalogue_page"), 303)


def _unit(unit_id: int) -> Department:
    found = db.session.get(Department, unit_id)
    if found is None:
        raise NotFound(_l("There is no such unit."))
    return found
