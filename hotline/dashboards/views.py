"""The dashboard and the board of wrong doors, and the list behind each of their numbers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Department, Level
from hotline.catalogue.settings import province
from hotline.dashboards import misrouting, queries, rules
from hotline.dashboards.figures import Figure, Scope, count, count_of
from hotline.dashboards.sendings import By, Cut, Sending, cases_of
from hotline.db import db
from hotline.errors import Invalid, NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can, Role
from hotline.tickets.queries import is_visible
from hotline.web.access import requires
from hotline.web.formats import local, province_zone
from hotline.web.navigation import Entry, add_entry

bp = Blueprint("dashboards", __name__, template_folder="templates")
PAGES = ("dashboards.cases", "dashboards.misrouted", "dashboards.misrouted_list")
LEAST_DAYS = Fraction(1, 100)
PERIODS = (("month", _l("This month")), ("last-month", _l("Last month")), ("year", _l("Twelve months")))


def register(app: Flask) -> None:
    """Add the dashboard."""
    app.register_blueprint(bp)
    add_entry(app, Entry("dashboards.dashboard", _l("Figures"), "chart", Can.DASHBOARD_VIEW, 50, PAGES))


@bp.get("/dashboard")
@requires(Can.DASHBOARD_VIEW)
def dashboard() -> str:
    """Where we are late, whether it helped; every number opens its list."""
    scope, begin, end, name = _scope()
    house, zone = province(), province_zone()
    firsts = rules.months_between(begin, end)[-24:]
    borders = [(f, rules.begin_of(f, zone), rules.begin_of(rules.month_after(f), zone)) for f in firsts]
    levels = () if scope.department_id else (Level.PROVINCE, Level.COMMUNE)
    units = {level: queries.by_unit(scope, level=level, fewest=house.fewest_ratings_to_rank) for level in levels}
    return render_template(
        "dashboards/dashboard.html",
        numbers=queries.numbers(scope),
        units=units,
        months=queries.months(scope, borders),
        figure=Figure,
        link=lambda which, department=None: _link(which, begin, end, department or scope.department_id),
        month_link=lambda which, first: _link(which, first, rules.last_of(first), scope.department_id),
        begin=begin,
        end=end,
        period=name,
        periods=PERIODS,
        departments=_choosable(scope.now),
        chosen=scope.department_id,
        unit=_named(scope),
        fewest=house.fewest_ratings_to_rank,
    )


@bp.get("/dashboard/list")
@requires(Can.DASHBOARD_VIEW)
def cases() -> str:
    """The cases a number counts: the same predicate, so the same count."""
    scope, begin, end, _name = _scope()
    try:
        figure = Figure(request.args.get("figure", ""))
    except ValueError as error:
        raise NotFound(_l("There is no such figure.")) from error
    page = queries.tickets_behind(figure, scope, request.args.get("after", ""))
    return render_template(
        "dashboards/list.html", page=page, figure=figure, total=count(figure, scope), begin=begin, end=end,
        unit=_named(scope), back=(_("Figures"), url_for("dashboards.dashboard", **_between(begin, end))),
        mine={ticket.id for ticket in page.rows if is_visible(ticket, actor())},
    )  # fmt: skip


@bp.get("/dashboard/misrouting")
@requires(Can.DASHBOARD_VIEW)
def misrouted() -> str:
    """What wrong doors cost, and which category, rule or unit they come from; every number opens its list."""
    scope, begin, end, name = _scope()
    breakdowns = [by for by in By if by is not By.UNIT or scope.department_id is None]
    return render_template(
        "dashboards/misrouted.html",
        board=misrouting.board(scope, breakdowns, on=local(scope.now).date()),
        by=By,
        sending=Sending,
        link=lambda which, cut=None: _list_of(which, cut, begin, end, scope.department_id),
        days=_days,
        begin=begin,
        end=end,
        period=name,
        periods=PERIODS,
        departments=_choosable(scope.now),
        chosen=scope.department_id,
        unit=_named(scope),
    )


@bp.get("/dashboard/misrouting/list")
@requires(Can.DASHBOARD_VIEW)
def misrouted_list() -> str:
    """The legs or cases behind a number of that board: the same predicate, so the same count."""
    scope, begin, end, _name = _scope()
    which, cut, after = _sending(), _cut(), request.args.get("after", "")
    back = url_for("dashboards.misrouted", **_between(begin, end), department=scope.department_id)
    shown: dict[str, Any] = {
        "figure": which,
        "begin": begin,
        "end": end,
        "unit": _named(scope),
        "back": (_("Wrong doors"), back),
        "cut": cut,
        "subject": misrouting.subject_of(cut, on=local(scope.now).date()) if cut else None,
    }
    if which.is_of_cases:
        of_cases = cases_of(which, scope, cut)
        page = queries.tickets_of(of_cases, after)
        mine = {ticket.id for ticket in page.rows if is_visible(ticket, actor())}
        return render_template("dashboards/list.html", page=page, total=count_of(of_cases), mine=mine, **shown)
    legs = misrouting.passages(which, scope, cut, after)
    total, lost = misrouting.totals(which, scope, cut)
    mine = {row.leg.ticket_id for row in legs.rows if is_visible(row.leg.ticket, actor())}
    return render_template(
        "dashboards/passages.html", page=legs, total=total, lost=lost, days=_days, hours=_hours, mine=mine, **shown
    )


def _between(begin: date, end: date) -> dict[str, Any]:
    return {"from": begin, "to": end}


def _sending() -> Sending:
    try:
        return Sending(request.args.get("figure", Sending.RETURNS))
    except ValueError as error:
        raise NotFound(_l("There is no such figure.")) from error


def _cut() -> Cut | None:
    """The line of a breakdown that the request names; `key` is empty for the line without category or rule."""
    by, key = request.args.get("by", ""), request.args.get("key", "")
    if not by:
        return None
    if by not in {one.value for one in By} or not (key == "" or (key.isdecimal() and len(key) < 10)):
        raise NotFound(_l("There is no such figure."))
    return Cut(By(by), int(key) if key else None)


def _list_of(which: Sending, cut: Cut | None, begin: date, end: date, department_id: int | None) -> str:
    wish: dict[str, Any] = {"figure": which.value, "from": begin, "to": end, "department": department_id}
    if cut is not None:
        wish |= {"by": cut.by.value, "key": "" if cut.key is None else cut.key}
    return url_for("dashboards.misrouted_list", **wish)


def _days(value: Fraction) -> str:
    """Working days with two decimals, in the reader's way of writing; what is little is not written as nothing."""
    text = format_decimal(float(max(value, LEAST_DAYS) if value else value), format="#,##0.00")
    return f"<\N{NO-BREAK SPACE}{text}" if 0 < value < LEAST_DAYS else text


def _hours(seconds: int) -> str:
    """Working time in hours and minutes, never in days: a working day is not 24 hours."""
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    parts = [ngettext("%(num)d hour", "%(num)d hours", hours)] if hours else []
    if minutes or not hours:
        parts.append(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    return " ".join(parts)


def _scope() -> tuple[Scope, date, date, str]:
    """The period and unit of the request. Raises Invalid for a period that cannot be, NotFound for a foreign unit."""
    now, zone = clock.now(), province_zone()
    today = local(now).date()
    name = request.args.get("period", "year")
    found = rules.period(name, today)
    if request.args.get("from") or request.args.get("to"):
        begin, end, name = _day("from", today), _day("to", today), ""
        if not rules.is_sound(begin, end):
            raise Invalid(fields={"from": _l("The period must begin before it ends and span ten years at most.")})
    elif found is None:
        raise Invalid(fields={"period": _l("There is no such period.")})
    else:
        begin, end = found
    scope = Scope(rules.begin_of(begin, zone), rules.begin_of(end + timedelta(days=1), zone), now, _unit())
    return scope, begin, end, name


def _day(name: str, default: date) -> date:
    text = request.args.get(name, "")
    try:
        found = date.fromisoformat(text) if text else default
    except ValueError as error:
        raise Invalid(fields={name: _l("Please give a date.")}) from error
    if not 2000 <= found.year <= 2100:
        raise Invalid(fields={name: _l("Please give a date between 2000 and 2100.")})
    return found


def _unit() -> int | None:
    who = actor()
    text = request.args.get("department", "")
    if text and not (text.isdecimal() and len(text) < 10):
        raise Invalid(fields={"department": _l("There is no such unit.")})
    wished = int(text) if text else None
    if who.role and Role(who.role).belongs_to_department:
        if wished not in (None, who.department_id):
            raise NotFound()
        return who.department_id
    if wished is not None and db.session.get(Department, wished) is None:
        raise NotFound()
    return wished


def _named(scope: Scope) -> Department | None:
    return db.session.get(Department, scope.department_id) if scope.department_id else None


def _choosable(now: datetime) -> list[Department]:
    if actor().department_id:
        return []
    return list(catalogue.current_departments(local(now).date()))


def _link(figure: Figure, begin: date, end: date, department_id: int | None) -> str:
    wish: dict[str, Any] = {"figure": figure.value, "from": begin, "to": end, "department": department_id}
    return url_for("dashboards.cases", **wish)
