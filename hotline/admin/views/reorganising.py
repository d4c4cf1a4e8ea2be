"""What becomes of a unit on a day: renamed, merged, dissolved; looked at first, then written down and carried out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from hotline import clock
from hotline.admin import reorganising
from hotline.admin.forms.editing import EditForm, carried
from hotline.admin.forms.units import CallOffForm, DissolveForm, MergeForm, OnADay, RenameForm
from hotline.admin.views.editing import Answer, edited, hold, said, saved
from hotline.admin.views.room import bp
from hotline.admin.views.units import unit_by_id
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import NewUnit, Reorganisation, call_off, reorganise
from hotline.catalogue.actions.successions import check_reorganisation, hold_units
from hotline.catalogue.actions.units import draft_of
from hotline.catalogue.models import Department
from hotline.errors import Invalid
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.formats import day, local

PAGES = ("rename_unit", "merge_unit", "dissolve_unit", "call_off_unit")
MOST_AT_ONCE = 300  # what is left is moved by the job within a minute: nobody waits for a page so long


@dataclass(frozen=True)
class Way:
    """One way in which a unit changes: what it is called, its form, and how the form becomes a plan."""

    title: Any
    hint: Any
    form: type[OnADay]
    plan: Callable[[Department, Any], Reorganisation]


def _renamed(unit: Department, form: Any) -> Reorganisation:
    names: dict[str, Any] = {name: form[name].data or "" for name in ("name_vi", "name_en", "sms_name")}
    return Reorganisation((unit,), NewUnit(unit.code, replace(draft_of(unit), **names)), (), form.on.data)


def _merged(unit: Department, form: Any) -> Reorganisation:
    ending = (unit, *_chosen(form.also))
    if form.taker_id.data:
        return Reorganisation(ending, unit_by_id(form.taker_id.data), (), form.on.data)
    names: dict[str, Any] = {name: form[name].data or "" for name in ("name_vi", "name_en", "sms_name")}
    missing = [name for name in ("code", "name_vi", "sms_name") if not form[name].data]
    if missing:
        sentence = _l("Choose a unit that takes over, or fill this in for a new one.")
        raise Invalid(fields=dict.fromkeys(missing, sentence))
    return Reorganisation(ending, NewUnit(form.code.data, replace(draft_of(unit), **names)), (), form.on.data)


def _dissolved(unit: Department, form: Any) -> Reorganisation:
    return Reorganisation((unit,), unit_by_id(form.taker_id.data), tuple(_chosen(form.others)), form.on.data)


def _chosen(fields: Any) -> list[Department]:
    return [unit_by_id(entry.data) for entry in fields if entry.data]


RENAME = Way(
    _l("New name from a day"),
    _l("A unit with the new name follows the old one; figures know both."),
    RenameForm,
    _renamed,
)
MERGE = Way(_l("Merge"), _l("Several units become one, which takes over everything."), MergeForm, _merged)
DISSOLVE = Way(
    _l("Dissolve or split"),
    _l(
        "Its duties go to one or several units; exactly one takes over the open work. For a split, add new units first."
    ),
    DissolveForm,
    _dissolved,
)


@bp.route("/units/<int:unit_id>/rename", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def rename_unit(unit_id: int) -> Answer:
    """A new name from a day on."""
    return _reorganised(unit_id, RENAME)


@bp.route("/units/<int:unit_id>/merge", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def merge_unit(unit_id: int) -> Answer:
    """Several units become one."""
    return _reorganised(unit_id, MERGE)


@bp.route("/units/<int:unit_id>/dissolve", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def dissolve_unit(unit_id: int) -> Answer:
    """A unit ends and others take over."""
    return _reorganised(unit_id, DISSOLVE)


def _reorganised(unit_id: int, way: Way) -> Answer:
    unit, now = unit_by_id(unit_id), clock.now()
    today = local(now).date()

    def page(form: EditForm, words: str) -> str:
        return render_template("admin/reorganise.html", unit=unit, way=way, form=form, message=words, today=today)

    names = {"name_vi": unit.name_vi, "name_en": unit.name_en, "sms_name": unit.sms_name} if way is RENAME else {}
    is_new = request.method == "GET"
    form = way.form(formdata=None, version=unit.version, on=unit.valid_to or today, **names) if is_new else way.form()
    if unit.valid_to is not None:
        form.on.data = unit.valid_to  # it ended without a taker, who takes over from that day
    form.offer([row for row in catalogue.lasting_units() if row.id != unit.id])
    if is_new:
        return page(form, "")

    def preview() -> str:
        plan = way.plan(unit, form)
        check_reorganisation(plan)
        return render_template(
            "admin/reorganise_preview.html",
            unit=unit,
            way=way,
            plan=plan,
            taker=plan.taker.draft if isinstance(plan.taker, NewUnit) else plan.taker,
            is_new=isinstance(plan.taker, NewUnit),
            found=reorganising.consequences(plan),
            at_once=plan.on <= today,
            carried=carried(),
        )

    def save() -> str:
        row = unit_by_id(unit_id)
        plan = way.plan(row, form)
        hold_units(plan)  # before the page's own, so that two plans ask for their units in one order
        hold(row, form)
        taker = reorganise(plan, by=actor(), now=now)
        if plan.on > today:
            said(_l("Planned. It happens by itself on %(day)s.", day=day(plan.on)))
        return url_for("admin.unit", unit_id=taker.id)

    answer = edited(form, page=page, preview=preview, save=save, version=lambda: unit.version)
    if isinstance(answer, Response) and form.on.data <= today:
        moved = reorganising.carry_out(now, by=actor(), most=MOST_AT_ONCE)
        said(ngettext("Done. %(num)d open case moved.", "Done. %(num)d open cases moved.", moved))
    return answer


@bp.post("/units/<int:unit_id>/call-off")
@requires(Can.CATALOGUE_EDIT)
def call_off_unit(unit_id: int) -> Answer:
    """Take back what is planned for a later day."""
    form, now = CallOffForm(), clock.now()

    def save() -> str:
        row = unit_by_id(unit_id)
        hold(row, form)
        call_off(row, local(now).date(), by=actor(), now=now)
        said(_l("Called off."))
        return url_for("admin.unit", unit_id=unit_id)

    def page(_form: EditForm, words: str) -> str:
        return render_template("admin/refused.html", message=words, back=url_for("admin.unit", unit_id=unit_id))

    return saved(form, page=page, save=save, version=lambda: unit_by_id(unit_id).version)
