"""Units: the list through time, a new one, and what is said about one."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import clock
from hotline.admin import queries
from hotline.admin.forms.editing import EditForm
from hotline.admin.forms.units import CallOffForm, NewUnitForm, UnitForm
from hotline.admin.views.editing import Answer, hold, said, saved
from hotline.admin.views.room import bp
from hotline.catalogue.actions import add_unit, change_unit
from hotline.catalogue.actions.units import UnitDraft, draft_of
from hotline.catalogue.models import Department, DepartmentSuccession
from hotline.db import db
from hotline.errors import NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.formats import local

PAGES = ("units", "new_unit", "unit")
TIMES = (("now", _l("Standing now")), ("future", _l("Still to come")), ("past", _l("Former")))


@bp.get("/units")
@requires(Can.CATALOGUE_VIEW)
def units() -> str:
    """Units of today, of the future and of the past."""
    today = local(clock.now()).date()
    asked, words = request.args.get("when", "now"), request.args.get("q", "")
    order = (Department.level.desc(), Department.name_vi, Department.valid_from)
    rows = db.session.scalars(select(Department).order_by(*order)).all()
    sorted_in: dict[str, list[Department]] = {name: [] for name, _label in TIMES}
    for row in rows:
        sorted_in[_when(row, today)].append(row)
    shown = sorted_in.get(asked, sorted_in["now"])
    return render_template(
        "admin/units.html",
        units=queries.holding(shown, words, lambda row: f"{row.code} {row.name_vi} {row.name_en} {row.sms_name}"),
        times=TIMES,
        counts={name: len(found) for name, found in sorted_in.items()},
        when=asked if asked in sorted_in else "now",
        words=words,
        today=today,
        successors=successors(),
    )


def _when(unit: Department, today: Any) -> str:
    if unit.valid_to is not None and unit.valid_to <= today:
        return "past"
    return "future" if unit.valid_from > today else "now"


def successors() -> dict[int, list[tuple[Department, bool]]]:
    """Who followed each unit, and whether with its open work."""
    lines = select(DepartmentSuccession.predecessor_id, Department, DepartmentSuccession.takes_open_work).join(
        Department, Department.id == DepartmentSuccession.successor_id
    )
    found: dict[int, list[tuple[Department, bool]]] = {}
    for predecessor_id, unit, takes in db.session.execute(lines.order_by(DepartmentSuccession.takes_open_work.desc())):
        found.setdefault(predecessor_id, []).append((unit, takes))
    return found


def unit_by_id(unit_id: int) -> Department:
    """The unit. Raises NotFound."""
    found = db.session.get(Department, unit_id)
    if found is None:
        raise NotFound(_l("There is no such unit."))
    return found


@bp.route("/units/new", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def new_unit() -> Answer:
    """A unit that does not exist yet; it may begin later."""
    today = local(clock.now()).date()

    def page(form: EditForm, words: str) -> str:
        return render_template("admin/unit.html", unit=None, form=form, message=words)

    if request.method == "GET":
        return page(NewUnitForm(formdata=None, on=today, version=0, valid_from=today), "")
    form = NewUnitForm(on=today)

    def save() -> str:
        made = add_unit(form.code.data, form.draft, form.valid_from.data, by=actor(), now=clock.now())
        said(_l("The unit was added."))
        return url_for("admin.unit", unit_id=made.id)

    return saved(form, page=page, save=save, version=lambda: 0)


@bp.route("/units/<int:unit_id>", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def unit(unit_id: int) -> Answer:
    """One unit: what is said about it, what it came from, what becomes of it."""
    found, today = unit_by_id(unit_id), local(clock.now()).date()

    def page(form: EditForm, words: str) -> str:
        return render_template(
            "admin/unit.html",
            unit=found,
            form=form,
            message=words,
            when=_when(found, today),
            followed_by=successors().get(found.id, []),
            came_from=_predecessors(found.id),
            history=queries.history("department", found.id),
            call_off=CallOffForm(formdata=None, version=found.version),
        )

    if request.method == "GET":
        values = {name: getattr(draft_of(found), name) for name in UnitDraft.__dataclass_fields__}
        return page(UnitForm(formdata=None, on=today, version=found.version, **values), "")
    form = UnitForm(on=today)

    def save() -> str:
        row = unit_by_id(unit_id)
        hold(row, form)
        changed = change_unit(row, form.draft, by=actor(), now=clock.now())
        said(_l("Saved.") if changed else _l("Nothing changed."))
        return url_for("admin.units")

    return saved(form, page=page, save=save, version=lambda: found.version)


def _predecessors(unit_id: int) -> list[Department]:
    lines = select(Department).join(DepartmentSuccession, DepartmentSuccession.predecessor_id == Department.id)
    return list(
        db.session.scalars(lines.where(DepartmentSuccession.successor_id == unit_id).order_by(Department.name_vi))
    )
