"""The board of wrong doors, and the legs or cases behind each of its numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import render_template, request, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.dashboards import misrouting, queries
from hotline.dashboards.figures import count_of
from hotline.dashboards.sendings import By, Cut, Sending, cases_of
from hotline.dashboards.views.asked_for import asked_for
from hotline.dashboards.views.blueprint import bp
from hotline.errors import NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets.queries import is_visible
from hotline.web.access import requires
from hotline.web.formats import local

LEAST_DAYS = Fraction(1, 100)


@bp.get("/dashboard/misrouting")
@requires(Can.DASHBOARD_VIEW)
def misrouted() -> str:
    """What wrong doors cost, and which category, rule or unit they come from; every number opens its list."""
    asked = asked_for()
    breakdowns = [by for by in By if by is not By.UNIT or asked.scope.department_id is None]
    return render_template(
        "dashboards/misrouted.html",
        board=misrouting.board(asked.scope, breakdowns, on=local(asked.scope.now).date()),
        by=By,
        sending=Sending,
        link=lambda which, cut=None: _list_of(which, cut, asked.wish),
        days=_days,
        **asked.shown,
    )


@bp.get("/dashboard/misrouting/list")
@requires(Can.DASHBOARD_VIEW)
def misrouted_list() -> str:
    """The legs or cases behind a number of that board: the same predicate, so the same count."""
    asked = asked_for()
    which, cut, after = _sending(), _cut(), request.args.get("after", "")
    shown: dict[str, Any] = {
        "figure": which,
        "begin": asked.begin,
        "end": asked.end,
        "unit": asked.unit,
        "caller_kind": asked.scope.caller_kind,
        "back": (_("Wrong doors"), url_for("dashboards.misrouted", **asked.wish)),
        "cut": cut,
        "subject": misrouting.subject_of(cut, on=local(asked.scope.now).date()) if cut else None,
    }
    if which.is_of_cases:
        of_cases = cases_of(which, asked.scope, cut)
        page = queries.tickets_of(of_cases, after)
        mine = {ticket.id for ticket in page.rows if is_visible(ticket, actor())}
        return render_template("dashboards/list.html", page=page, total=count_of(of_cases), mine=mine, **shown)
    legs = misrouting.passages(which, asked.scope, cut, after)
    total, lost = misrouting.totals(which, asked.scope, cut)
    mine = {row.leg.ticket_id for row in legs.rows if is_visible(row.leg.ticket, actor())}
    return render_template(
        "dashboards/passages.html", page=legs, total=total, lost=lost, days=_days, hours=_hours, mine=mine, **shown
    )


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


def _list_of(which: Sending, cut: Cut | None, wish: dict[str, Any]) -> str:
    line: dict[str, Any] = {"by": cut.by.value, "key": "" if cut.key is None else cut.key} if cut else {}
    return url_for("dashboards.misrouted_list", figure=which.value, **wish, **line)


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
