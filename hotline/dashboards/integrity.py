"""The page of signs that figures may have been arranged, and the list behind each of its numbers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.catalogue.models import Department
from hotline.dashboards import rules
from hotline.dashboards.figures import Scope
from hotline.dashboards.signs import board, queries
from hotline.dashboards.signs.rules import CHANCE, FEWEST_EVENTS, FEWEST_PEERS, HONEST_UNITS, LEAST_RATIO, Sign
from hotline.dashboards.signs.words import COLUMNS, LABELS, MEANINGS
from hotline.db import db
from hotline.errors import Invalid, NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets.queries import is_visible
from hotline.web.access import requires
from hotline.web.formats import local, province_zone

bp = Blueprint("integrity", __name__, template_folder="templates")
PERIODS = (("last-month", _l("Last month")), ("month", _l("This month")), ("year", _l("Twelve months")))
USUAL_PERIOD = "last-month"


def register(app: Flask) -> None:
    """Add the page; the figures lead to it."""
    app.register_blueprint(bp)


@bp.get("/dashboard/integrity")
@requires(Can.INTEGRITY_VIEW)
def signs() -> str:
    """Every unit under every sign, those that stand out first; every number opens its list."""
    scope, begin, end, name = _scope(None)
    return render_template(
        "dashboards/integrity.html",
        groups=board.groups(scope),
        all_signs=list(Sign),
        begin=begin,
        end=end,
        period=name,
        periods=PERIODS,
        odds=round(1 / CHANCE),
        fewest=FEWEST_EVENTS,
        peers=FEWEST_PEERS,
        ratio=LEAST_RATIO,
        units=HONEST_UNITS,
        link=lambda sign, unit, of="events": _link(sign, unit, of, begin, end),
        **_words(),
    )


@bp.get("/dashboard/integrity/list")
@requires(Can.INTEGRITY_VIEW)
def sign_list() -> str:
    """The cases of one unit under one sign, or those among them with the event: as many lines as the number says."""
    unit, sign, of = _unit(), _sign(), request.args.get("of", "events")
    if of not in ("events", "cases"):
        raise NotFound(_l("There is no such figure."))
    scope, begin, end, _name = _scope(unit.id)
    finding, network = board.finding_of(sign, scope, unit)
    page, total = queries.listed(
        sign, scope, only_events=of == "events", network=network, after=request.args.get("after", "")
    )
    period: dict[str, Any] = {"from": begin, "to": end}
    return render_template(
        "dashboards/integrity_list.html", page=page, total=total, sign=sign, unit=unit, of=of, finding=finding,
        begin=begin, end=end,
        back=(_("Signs to look at"), url_for("integrity.signs", **period)),
        mine={row.survey.ticket_id for row in page.rows if is_visible(row.survey.ticket, actor())}, **_words(),
    )  # fmt: skip


def _words() -> dict[str, Any]:
    return {"labels": LABELS, "meanings": MEANINGS, "columns": COLUMNS}


def _link(sign: Sign, unit: Department, of: str, begin: date, end: date) -> str:
    wish: dict[str, Any] = {"sign": sign, "unit": unit.id, "of": of, "from": begin, "to": end}
    return url_for("integrity.sign_list", **wish)


def _sign() -> Sign:
    try:
        return Sign(request.args.get("sign", ""))
    except ValueError as error:
        raise NotFound(_l("There is no such figure.")) from error


def _unit() -> Department:
    text = request.args.get("unit", "")
    unit = db.session.get(Department, int(text)) if text.isdecimal() and len(text) < 10 else None
    if unit is None:
        raise NotFound()
    return unit


def _scope(unit_id: int | None) -> tuple[Scope, date, date, str]:
    """The period of the request. Raises Invalid for one that cannot be."""
    now, zone = clock.now(), province_zone()
    today = local(now).date()
    name = request.args.get("period", USUAL_PERIOD)
    found = rules.period(name, today)
    if request.args.get("from") or request.args.get("to"):
        found, name = (_day("from", today), _day("to", today)), ""
    if found is None or not rules.is_sound(*found):
        raise Invalid(fields={"from": _l("The period must begin before it ends and span ten years at most.")})
    begin, end = found
    scope = Scope(rules.begin_of(begin, zone), rules.begin_of(end + timedelta(days=1), zone), now, unit_id)
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
