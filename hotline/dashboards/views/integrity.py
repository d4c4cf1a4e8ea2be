"""The page of signs that figures may have been arranged, and the list behind each of its numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.catalogue.models import Department
from hotline.dashboards.signs import board, queries
from hotline.dashboards.signs.rules import CHANCE, FEWEST_EVENTS, FEWEST_PEERS, HONEST_UNITS, LEAST_RATIO, Sign
from hotline.dashboards.signs.words import COLUMNS, LABELS, MEANINGS
from hotline.dashboards.views.asked_for import asked_for, code_of
from hotline.dashboards.views.blueprint import bp
from hotline.errors import NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets.queries import is_visible
from hotline.web.access import requires

WORDS = {"labels": LABELS, "meanings": MEANINGS, "columns": COLUMNS}
USUAL_PERIOD = "last-month"


@bp.get("/dashboard/integrity")
@requires(Can.INTEGRITY_VIEW)
def integrity() -> str:
    """Every unit under every sign, those that stand out first; every number opens its list."""
    asked = asked_for(USUAL_PERIOD)

    def link(sign: Sign, unit: Department, of: str = "events") -> str:
        wish: dict[str, Any] = asked.wish | {"sign": sign, "department": unit.id, "of": of}
        return url_for("dashboards.integrity_list", **wish)

    return render_template(
        "dashboards/integrity.html",
        groups=board.groups(replace(asked.scope, department_id=None)),
        all_signs=list(Sign),
        odds=round(1 / CHANCE),
        fewest=FEWEST_EVENTS,
        peers=FEWEST_PEERS,
        ratio=LEAST_RATIO,
        units=HONEST_UNITS,
        link=link,
        **WORDS,
        **asked.shown,
    )


@bp.get("/dashboard/integrity/list")
@requires(Can.INTEGRITY_VIEW)
def integrity_list() -> str:
    """The cases of one unit under one sign, or those among them with the event: as many lines as the number says."""
    asked, sign, of = asked_for(USUAL_PERIOD), code_of(Sign, "sign"), request.args.get("of", "events")
    unit = asked.unit
    if unit is None or of not in ("events", "cases"):
        raise NotFound(_l("There is no such figure."))
    finding, network = board.finding_of(sign, asked.scope, unit)
    page, total = queries.listed(
        sign, asked.scope, only_events=of == "events", network=network, after=request.args.get("after", "")
    )
    period: dict[str, Any] = {"from": asked.begin, "to": asked.end}
    return render_template(
        "dashboards/integrity_list.html",
        page=page,
        total=total,
        sign=sign,
        of=of,
        finding=finding,
        back=(_("Signs to look at"), url_for("dashboards.integrity", **period)),
        mine={row.survey.ticket_id for row in page.rows if is_visible(row.survey.ticket, actor())},
        **WORDS,
        **asked.shown,
    )
