"""The page of satisfaction, and the closings behind each of its numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from hotline.catalogue.settings import province
from hotline.dashboards import queries, scores
from hotline.dashboards.figures import Figure
from hotline.dashboards.rules import last_of
from hotline.dashboards.said import SCORES, By, Line, Said, count_of, subjects, surveys_behind, surveys_of
from hotline.dashboards.views.asked_for import asked_for, code_of, settled_until
from hotline.dashboards.views.blueprint import bp
from hotline.errors import NotFound
from hotline.satisfaction import rules
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets.queries import is_visible
from hotline.web.access import requires
from hotline.web.formats import local, province_zone

LATER, SETTLED = "later", "settled"
LONGEST_KEY = 32


@bp.get("/dashboard/satisfaction")
@requires(Can.DASHBOARD_VIEW)
def satisfaction() -> str:
    """Whether it helped: every figure with its formula, line by line; every number opens its list."""
    asked = asked_for()
    alone = asked.scope.department_id is not None
    by = code_of(By, "by") if request.args.get("by") else By.CATEGORY
    fewest, zone = province().fewest_ratings_to_rank, province_zone()
    begin, end = scores.months_ranked(local(asked.scope.now).date(), zone)
    ranked_days = {"from": local(begin).date(), "to": (local(end) - timedelta(days=1)).date()}
    return render_template(
        "dashboards/satisfaction.html",
        board=scores.board(asked.scope, by),
        breakdowns=[one for one in By if one is not By.UNIT or not alone],
        estimate=queries.numbers(asked.scope, (Figure.STOPPED, Figure.OPEN_OVERDUE, Figure.AGAINST_766)),
        peers={} if alone else scores.ranking(begin, end, fewest=fewest, heard_until=settled_until(asked.scope.now)),
        ranked_days=ranked_days,
        fewest=fewest,
        thin=rules.THIN_RESPONSE,
        said=Said,
        scores=SCORES,
        figure=Figure,
        link=lambda which, line=None, **more: _list_of(which, line, asked.wish | more),
        later_link=lambda which: _list_of(which, None, asked.wish | {"cycle": LATER}),
        ranked_link=lambda which, unit: _list_of(which, None, ranked_days | {"department": unit, "heard": SETTLED}),
        month_days=_month_days,
        case_link=lambda which: url_for("dashboards.cases", figure=which.value, **asked.wish),
        **asked.shown,
    )


@bp.get("/dashboard/satisfaction/list")
@requires(Can.DASHBOARD_VIEW)
def said_list() -> str:
    """The closings a number counts: the same predicate, so the same count."""
    which, asked, line = code_of(Said, "figure"), asked_for(), _line()
    is_first = request.args.get("cycle") != LATER
    is_settled, scope = request.args.get("heard") == SETTLED, asked.scope
    if is_settled:  # what stands behind a ranking
        scope = replace(scope, heard_until=settled_until(scope.now))
    clause = surveys_of(which, scope, line, is_first=is_first)
    page = surveys_behind(clause, scope, request.args.get("after", ""))
    return render_template(
        "dashboards/said.html",
        page=page,
        figure=which,
        total=count_of(clause, scope),
        line=line,
        subject=subjects(line.by, [line.key]).get(line.key) if line else None,
        is_first=is_first,
        is_settled=is_settled,
        back=(_("Satisfaction"), url_for("dashboards.satisfaction", **asked.wish)),
        mine={survey.ticket_id for survey in page.rows if is_visible(survey.ticket, actor())},
        **asked.shown,
    )


def _month_days(first: date) -> dict[str, date]:
    return {"from": first, "to": last_of(first)}


def _line() -> Line | None:
    if not request.args.get("by"):
        return None
    line = Line(code_of(By, "by"), request.args.get("key", ""))
    if len(line.key) > LONGEST_KEY or (line.by is By.UNIT and not (line.key.isdecimal() and len(line.key) < 10)):
        raise NotFound(_("There is no such figure."))
    return line


def _list_of(which: Said, line: Line | None, wish: dict[str, Any]) -> str:
    named: dict[str, Any] = {"by": line.by.value, "key": line.key} if line else {}
    return url_for("dashboards.said_list", figure=which.value, **wish, **named)
