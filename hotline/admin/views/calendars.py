"""Working calendars: the list, a year of days, and edits that are looked at before they are saved (R9, R12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.admin import queries
from hotline.admin.forms.calendars import (
    DayForm,
    Edited,
    NewCalendarForm,
    SuggestionsForm,
    SwapForm,
    WeekForm,
    day_values,
    usual_shifts,
    week_values,
)
from hotline.admin.forms.editing import EditForm, carried
from hotline.admin.views.editing import Answer, edited, said
from hotline.admin.views.room import bp
from hotline.admin.words import calendar_changes, names_changed
from hotline.catalogue import queries as catalogue
from hotline.catalogue import rules, suggestions
from hotline.catalogue.actions import add_calendar, change_calendar
from hotline.catalogue.actions.calendars import check_definition
from hotline.catalogue.models import Calendar
from hotline.catalogue.words import calendar_complaint
from hotline.errors import Invalid, NotFound
from hotline.shifts import FIRST_YEAR, LAST_YEAR
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import previews
from hotline.tickets.actions.replanning import begin_replan
from hotline.web.access import requires
from hotline.web.formats import local
from hotline.worktime import WEEKDAYS, CalendarError

PAGES = ("calendars", "new_calendar", "calendar", "day", "week", "swap", "suggest")


@bp.get("/calendars")
@requires(Can.CATALOGUE_VIEW)
def calendars() -> str:
    """Every calendar: its version, since when, which policies count by it, how many deadlines follow it."""
    rows = catalogue.current_calendars()
    users: dict[str, list[str]] = {}
    for policy in catalogue.policies():
        users.setdefault(policy.calendar_code, []).append(policy.name)
    running = previews.running_clocks_by_calendar()
    versions = {row.code: [version.id for version in catalogue.calendar_versions(row.code)] for row in rows}
    clocks = {code: sum(running.get(version, 0) for version in ids) for code, ids in versions.items()}
    runs = previews.unfinished_runs()
    return render_template("admin/calendars.html", calendars=rows, users=users, clocks=clocks, runs=runs)


@bp.get("/calendars/<calendar_code>")
@requires(Can.CATALOGUE_VIEW)
def calendar(calendar_code: str) -> str:
    """A year of days; a click on one opens its form."""
    row, year = _current(calendar_code), _year()
    on = _wanted_day(year)
    form = DayForm(formdata=None, version=row.version, **day_values(row, on, catalogue.arithmetic(row).day_kind(on)))
    return _year_page(row, year, form, "")


@bp.post("/calendars/<calendar_code>/day")
@requires(Can.CATALOGUE_EDIT)
def day(calendar_code: str) -> Answer:
    """One date: off, worked, or as its weekday."""
    row, form = _current(calendar_code), DayForm()
    year = form.on.data.year if form.on.data and FIRST_YEAR <= form.on.data.year <= LAST_YEAR else _year()
    back = url_for("admin.calendar", calendar_code=row.code, year=year)
    return _edited(row, form, lambda form, words: _year_page(row, year, form, words), lambda: form.edited(row), back)


@bp.route("/calendars/<calendar_code>/week", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def week(calendar_code: str) -> Answer:
    """Names, zone and the shifts of a normal week."""
    row = _current(calendar_code)

    def page(form: EditForm, words: str) -> str:
        return render_template("admin/week.html", calendar=row, form=form, message=words, weekdays=WEEKDAYS)

    if request.method == "GET":
        return page(WeekForm(formdata=None, version=row.version, **week_values(row)), "")
    form = WeekForm()
    back = url_for("admin.week", calendar_code=row.code)
    return _edited(row, form, page, lambda: form.edited(row), back, names=lambda: form.names)


@bp.route("/calendars/<calendar_code>/suggestions", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def suggest(calendar_code: str) -> Answer:
    """Public holidays as a library knows them, each to be confirmed; swaps are added by hand."""
    row, year = _current(calendar_code), _year()
    offered = {one.on.isoformat(): one for one in suggestions.suggestions(year, row.definition)}

    def page(form: EditForm, words: str) -> str:
        return _suggestions_page(row, year, form, _fresh_swap(row), words)

    form = SuggestionsForm() if request.method == "POST" else SuggestionsForm(formdata=None, version=row.version)
    form.days.choices = [(key, key) for key in offered]
    if request.method == "GET":
        form.year.data = year
        return page(form, "")
    back = url_for("admin.suggest", calendar_code=row.code, year=year)
    return _edited(row, form, page, lambda: form.edited(row, offered), back)


@bp.post("/calendars/<calendar_code>/swap")
@requires(Can.CATALOGUE_EDIT)
def swap(calendar_code: str) -> Answer:
    """A day off that is worked on another date."""
    row, form = _current(calendar_code), SwapForm()
    year = form.on.data.year if form.on.data and FIRST_YEAR <= form.on.data.year <= LAST_YEAR else _year()

    def page(form: EditForm, words: str) -> str:
        fresh = SuggestionsForm(formdata=None, version=row.version, year=year)
        return _suggestions_page(row, year, fresh, form, words)

    back = url_for("admin.suggest", calendar_code=row.code, year=year)
    return _edited(row, form, page, lambda: form.edited(row), back)


@bp.route("/calendars/new", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def new_calendar() -> Answer:
    """A calendar that does not exist yet; nothing follows it, so nothing is planned anew."""

    def page(form: EditForm, words: str) -> str:
        return render_template("admin/week.html", calendar=None, form=form, message=words, weekdays=WEEKDAYS)

    if request.method == "GET":
        return page(NewCalendarForm(formdata=None, version=0, **week_values(None)), "")
    form = NewCalendarForm()

    def save() -> str:
        definition, names = _read(lambda: form.edited(None))
        row = add_calendar(form.code.data, definition, names, names=form.names, by=actor(), now=clock.now())
        said(_l("The calendar was added."))
        return url_for("admin.calendar", calendar_code=row.code)

    form.step.data = "save" if form.step.data == "preview" else form.step.data
    return edited(form, page=page, preview=save, save=save, version=lambda: 0)


def _edited(
    row: Calendar,
    form: EditForm,
    page: Callable[[EditForm, str], str],
    read: Callable[[], Edited],
    back: str,
    *,
    names: Callable[[], tuple[str, str]] | None = None,
) -> Answer:
    """Every edit of a calendar: what would move is shown, then a version is made and its re-planning ordered."""
    called = names or (lambda: (row.name_vi, row.name_en))

    def preview() -> str:
        catalogue.calendar_in_force(row.code, version=form.version.data)
        definition, days = _checked(read)
        arithmetic = check_definition(definition)
        changes = [*names_changed(row, called()), *calendar_changes(row, definition, days)]
        if not changes:
            raise Invalid(_l("Nothing would change."))
        moves = previews.of_calendar(row.code, definition, arithmetic, clock.now())
        return render_template(
            "admin/calendar_preview.html", calendar=row, changes=changes, moves=moves, carried=carried(), back=back
        )

    def save() -> str:
        catalogue.calendar_in_force(row.code, version=form.version.data, locked=True)
        definition, days = _checked(read)
        now = clock.now()
        new = change_calendar(row.code, definition, days, names=called(), by=actor(), now=now)
        run = begin_replan(calendar=new, by=actor(), now=now)
        said(_l("Version %(number)d of the calendar is in force.", number=new.version))
        return url_for("admin.replan", run_id=run.id)

    return edited(form, page=page, preview=preview, save=save, version=lambda: _current(row.code).version)


def _read(read: Callable[[], Edited]) -> Edited:
    """What a form means; what cannot be read is said beside its field."""
    try:
        return read()
    except CalendarError as error:
        raise Invalid(fields={rules.wrong_field(error): calendar_complaint(error)}) from error


def _checked(read: Callable[[], Edited]) -> Edited:
    """The definition, known to be right, and the names of the days that are special in it."""
    definition, names = _read(read)
    check_definition(definition)
    return definition, rules.names_of_special_days(definition, names)


def _current(code: str) -> Calendar:
    versions = catalogue.calendar_versions(code)
    if not versions:
        raise NotFound(_l("There is no such calendar."))
    return versions[0]


def _year() -> int:
    """The year of the address or of the form, else the present one. Raises Invalid for one that is not known."""
    text = request.values.get("year", "")
    if not text:
        return local(clock.now()).year
    if not (text.isascii() and text.isdecimal() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise Invalid(fields={"year": _l("A year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)})
    return int(text)


def _wanted_day(year: int) -> date:
    """The date that was clicked, else today, or the first day of another year."""
    text = request.args.get("day", "")
    try:
        if text:
            on = date.fromisoformat(text)
            if len(text) == 10 and FIRST_YEAR <= on.year <= LAST_YEAR:
                return on
    except ValueError:
        pass
    if text:
        raise Invalid(fields={"day": _l("Please give a date that exists, such as 2026-12-03.")})
    today = local(clock.now()).date()
    return today if today.year == year else date(year, 1, 1)


def _year_page(row: Calendar, year: int, form: EditForm, words: str) -> str:
    arithmetic = catalogue.arithmetic(row)
    return render_template(
        "admin/calendar.html",
        calendar=row,
        year=year,
        today=local(clock.now()).date(),
        months=queries.year_of(row, arithmetic, year),
        special=queries.special_days(row, arithmetic, year),
        weekdays=WEEKDAYS,
        week=[(name, rules.shifts_text(row.definition["weekly"].get(name, []))) for name in WEEKDAYS],
        form=form,
        is_opened=bool(request.args.get("day")) or request.method == "POST",
        message=words,
        history=_history(row.code),
        runs=[run for run in previews.unfinished_runs() if run.calendar and run.calendar.code == row.code],
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
    )


def _history(code: str) -> list[queries.Version]:
    """The versions of a calendar, newest first, with what each changed."""
    versions, makers = list(catalogue.calendar_versions(code)), queries.makers("calendar", code)
    told = []
    for row, before in zip(versions, [*versions[1:], None], strict=True):
        changes: list[str] = []
        if before is not None:
            changes = names_changed(before, (row.name_vi, row.name_en))
            changes += calendar_changes(before, row.definition, row.day_names)
        told.append(queries.Version(row, makers.get(row.version, ""), changes))
    return told


def _fresh_swap(row: Calendar) -> SwapForm:
    return SwapForm(formdata=None, version=row.version, shifts=rules.shifts_text(usual_shifts(row)))


def _suggestions_page(row: Calendar, year: int, form: EditForm, swap_form: EditForm, words: str) -> str:
    ticked: Mapping[str, Any] = dict.fromkeys(form.days.data or [], True)
    return render_template(
        "admin/suggestions.html",
        calendar=row,
        year=year,
        offered=suggestions.suggestions(year, row.definition),
        ticked=ticked,
        form=form,
        swap_form=swap_form,
        message=words,
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
    )
