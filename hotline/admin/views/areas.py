"""Areas: the list by level, a new one made from others, a mended name, an end on a day."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from hotline import clock
from hotline.admin import queries
from hotline.admin.forms.areas import AreaForm, EndAreaForm, NewAreaForm
from hotline.admin.forms.editing import EditForm
from hotline.admin.refiling import add_area, rename_area, retire_area
from hotline.admin.views.editing import Answer, hold, said, saved
from hotline.admin.views.room import bp
from hotline.catalogue.actions.area_ends import bound_to, hand_on_areas
from hotline.catalogue.actions.areas import AreaDraft
from hotline.catalogue.models import Area, AreaSuccession, Level
from hotline.db import db
from hotline.errors import NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.web.access import requires
from hotline.web.formats import day, local

PAGES = ("areas", "new_area", "area", "retire_area_page")
LISTS = (
    ("commune", _l("Communes and wards")),
    ("future", _l("Still to come")),
    ("past-commune", _l("Former communes and wards")),
    ("past-district", _l("Former districts")),
    ("province", _l("Provinces")),
)


def _list_of(area: Area, today: Any) -> str:
    if area.level is Level.PROVINCE:
        return "province"
    if area.valid_from > today:
        return "future"
    return f"past-{area.level}" if area.valid_to is not None and area.valid_to <= today else str(area.level)


@bp.get("/areas")
@requires(Can.CATALOGUE_VIEW)
def areas() -> str:
    """Areas of today with their former names, of the future, and of the past with what they are now."""
    today, words = local(clock.now()).date(), request.args.get("q", "")
    found: dict[str, list[Area]] = {name: [] for name, _label in LISTS}
    for row in db.session.scalars(select(Area).order_by(Area.name_vi, Area.valid_from)):
        found.setdefault(_list_of(row, today), []).append(row)
    asked = request.args.get("list", "commune")
    asked = asked if asked in found else "commune"
    before, after = names_along("successor_id", "predecessor_id"), names_along("predecessor_id", "successor_id")
    text_of = lambda row: " ".join([row.code, row.name_vi, *before.get(row.id, []), *after.get(row.id, [])])  # noqa: E731
    return render_template(
        "admin/areas.html",
        areas=queries.holding(found[asked], words, text_of),
        lists=[(name, label, len(found[name])) for name, label in LISTS if found[name]],
        asked=asked,
        words=words,
        before=before,
        after=after,
    )


def names_along(one: str, other: str) -> dict[int, list[str]]:
    """For each area the names of those it is joined with by successions, looked along from `one` to `other`."""
    start, end = getattr(AreaSuccession, one), getattr(AreaSuccession, other)
    lines = select(start, Area.name_vi).join(Area, Area.id == end).order_by(Area.name_vi)
    found: dict[int, list[str]] = {}
    for area_id, name in db.session.execute(lines):
        found.setdefault(area_id, []).append(name)
    return found


def area_by_id(area_id: int) -> Area:
    """The area. Raises NotFound."""
    row = db.session.get(Area, area_id)
    if row is None:
        raise NotFound(_l("There is no such area."))
    return row


def _offered(rows: Any) -> list[Any]:
    """Names repeat through time, so each says its code and when it stood."""
    times = {row.id: f"{row.code} · {day(row.valid_from)}–{day(row.valid_to) if row.valid_to else ''}" for row in rows}
    hints = [SelectChoice(str(row.id), row.name_vi, render_kw={"data-hint": times[row.id]}) for row in rows]
    return [SelectChoice("", ""), *hints]


def _all(*levels: Level, lasting: bool = False) -> list[Area]:
    query = select(Area).where(Area.level.in_(levels)).order_by(Area.valid_to.is_not(None), Area.name_vi)
    return list(db.session.scalars(query.where(Area.valid_to.is_(None)) if lasting else query))


@bp.route("/areas/new", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def new_area() -> Answer:
    """An area from a day on, and what it is made from."""
    today = local(clock.now()).date()

    def page(form: EditForm, words: str) -> str:
        return render_template("admin/area.html", area=None, form=form, message=words)

    is_new = request.method == "GET"
    form = NewAreaForm(formdata=None, version=0, valid_from=today) if is_new else NewAreaForm()
    form.offer(_offered(_all(Level.PROVINCE, Level.DISTRICT)), _offered(_all(Level.COMMUNE, Level.DISTRICT)))
    if is_new:
        return page(form, "")

    def save() -> str:
        made_from = tuple(dict.fromkeys(area_by_id(entry.data) for entry in form.made_from if entry.data))
        names = {"code": form.code.data, "name_vi": form.name_vi.data, "parent_id": form.parent_id.data}
        draft = AreaDraft(**names, level=Level(form.level.data), valid_from=form.valid_from.data, made_from=made_from)
        made = add_area(draft, by=actor(), now=clock.now())
        hand_on_areas(today, by=actor(), now=clock.now())
        said(_l("The area was added."))
        return url_for("admin.area", area_id=made.id)

    return saved(form, page=page, save=save, version=lambda: 0)


@bp.route("/areas/<int:area_id>", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def area(area_id: int) -> Answer:
    """One area: its name, what it was made from, what it is now."""
    row = area_by_id(area_id)

    def page(form: EditForm, words: str) -> str:
        return render_template(
            "admin/area.html",
            area=row,
            form=form,
            message=words,
            before=names_along("successor_id", "predecessor_id").get(row.id, []),
            after=names_along("predecessor_id", "successor_id").get(row.id, []),
            history=queries.history("area", row.id),
        )

    if request.method == "GET":
        return page(AreaForm(formdata=None, version=row.version, name_vi=row.name_vi), "")
    form = AreaForm()

    def save() -> str:
        mine = area_by_id(area_id)
        hold(mine, form)
        changed = rename_area(mine, form.name_vi.data, by=actor(), now=clock.now())
        said(_l("Saved.") if changed else _l("Nothing changed."))
        return url_for("admin.areas")

    return saved(form, page=page, save=save, version=lambda: row.version)


@bp.route("/areas/<int:area_id>/retire", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def retire_area_page(area_id: int) -> Answer:
    """The end of an area on a day, and in which it is then."""
    row, today = area_by_id(area_id), local(clock.now()).date()

    def page(form: EditForm, words: str) -> str:
        found = bound_to(row)
        return render_template("admin/area_end.html", area=row, form=form, message=words, found=found)

    is_new = request.method == "GET"
    form = EndAreaForm(formdata=None, version=row.version, on=today) if is_new else EndAreaForm()
    form.offer(_offered([one for one in _all(Level.COMMUNE, Level.PROVINCE, lasting=True) if one.id != row.id]))
    if is_new:
        return page(form, "")

    def save() -> str:
        mine = area_by_id(area_id)
        hold(mine, form)
        successors = list(dict.fromkeys(area_by_id(entry.data) for entry in form.successors if entry.data))
        retire_area(mine, form.on.data, successors, by=actor(), now=clock.now())
        hand_on_areas(today, by=actor(), now=clock.now())
        said(_l("Saved."))
        return url_for("admin.area", area_id=area_id)

    return saved(form, page=page, save=save, version=lambda: row.version)
