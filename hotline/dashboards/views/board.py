"""The dashboard, and the list behind each of its numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Level
from hotline.dashboards import queries, rules
from hotline.dashboards.figures import Figure, count, joined
from hotline.dashboards.views.asked_for import asked_for, code_of
from hotline.dashboards.views.blueprint import bp
from hotline.dashboards.views.structures import Structure, asked_structure, in_structure
from hotline.satisfaction.rules import month_after
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets.queries import is_visible
from hotline.web.access import requires
from hotline.web.formats import local, province_zone

SHOWN = (Level.PROVINCE, Level.COMMUNE)  # also when there is nothing to show


@bp.get("/dashboard")
@requires(Can.DASHBOARD_VIEW)
def dashboard() -> str:
    """Where we are late, whether it helped; every number opens its list."""
    asked, zone, structure = asked_for(), province_zone(), asked_structure()
    scope = in_structure(asked.scope, structure)
    firsts = rules.months_between(asked.begin, asked.end)[-24:]
    borders = [(f, rules.begin_of(f, zone), rules.begin_of(month_after(f), zone)) for f in firsts]
    today = local(scope.now).date()
    mapping = catalogue.structure_on(today) if structure is Structure.TODAY else None
    lines = {} if scope.department_id else queries.by_unit(scope, mapping)
    levels = () if scope.department_id else (*SHOWN, *(level for level in lines if level not in SHOWN))
    wish = asked.wish | structure.wish
    return render_template(
        "dashboards/dashboard.html",
        numbers=queries.numbers(scope),
        units={level: lines.get(level, []) for level in levels},
        together=queries.together,
        structure=structure,
        structures=list(Structure),
        today=today,
        months=queries.months(scope, borders),
        figure=Figure,
        joined={which: joined(which, scope) for which in (Figure.RECEIVED, Figure.STOPPED, Figure.OPEN)},
        link=lambda which, department=None: _link(which, wish, department),
        month_link=lambda which, first: _link(which, wish | _month(first), None),
        **asked.shown,
    )


@bp.get("/dashboard/list")
@requires(Can.DASHBOARD_VIEW)
def cases() -> str:
    """The cases a number counts: the same predicate, so the same count."""
    figure, asked, structure = code_of(Figure, "figure"), asked_for(), asked_structure()
    scope = in_structure(asked.scope, structure)
    page = queries.tickets_behind(figure, scope, request.args.get("after", ""))
    back = url_for("dashboards.dashboard", **asked.wish | structure.wish | {"department": None})
    return render_template(
        "dashboards/list.html", page=page, figure=figure, total=count(figure, scope), begin=asked.begin,
        end=asked.end, unit=asked.unit, caller_kind=asked.scope.caller_kind, back=(_("Figures"), back),
        mine={ticket.id for ticket in page.rows if is_visible(ticket, actor())},
    )  # fmt: skip


def _month(first: date) -> dict[str, Any]:
    return {"from": first, "to": rules.last_of(first)}


def _link(figure: Figure, wish: dict[str, Any], department_id: int | None) -> str:
    department = {"department": department_id} if department_id else {}
    return url_for("dashboards.cases", figure=figure.value, **wish | department)
