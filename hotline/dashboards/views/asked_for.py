"""What a reader asks for: a period, a unit, a line of a breakdown; and addresses that ask for the same again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask import request
from flask_babel import lazy_gettext as _l

from hotline import clock
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Department
from hotline.catalogue.settings import province
from hotline.dashboards import rules
from hotline.dashboards.figures import Scope
from hotline.db import db
from hotline.errors import Invalid, NotFound
from hotline.staff.current import actor
from hotline.staff.permissions import Role
from hotline.tickets.models import CallerKind
from hotline.web.formats import local, province_zone

PERIODS = (("month", _l("This month")), ("last-month", _l("Last month")), ("year", _l("Twelve months")))
Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True)
class AskedFor:
    """The scope that a request names, with the first and last day as people read them."""

    scope: Scope
    begin: date
    end: date
    period: str

    @property
    def wish(self) -> dict[str, Any]:
        """Arguments of an address that asks for the same."""
        return {
            "from": self.begin,
            "to": self.end,
            "department": self.scope.department_id,
            "caller_kind": self.scope.caller_kind.value if self.scope.caller_kind else None,
        }

    @property
    def unit(self) -> Department | None:
        """The unit, or None for the whole province."""
        return db.session.get(Department, self.scope.department_id) if self.scope.department_id else None

    @property
    def shown(self) -> dict[str, Any]:
        """What every page with a filter of period and unit shows of it."""
        return {
            "begin": self.begin,
            "end": self.end,
            "period": self.period,
            "periods": PERIODS,
            "departments": _choosable(self.scope.now),
            "chosen": self.scope.department_id,
            "unit": self.unit,
            "caller_kinds": list(CallerKind),
            "caller_kind": self.scope.caller_kind,
        }


def asked_for(usual: str = "year") -> AskedFor:
    """What this request asks for. Raises Invalid for a period that cannot be, NotFound for a foreign unit."""
    now, zone = clock.now(), province_zone()
    today = local(now).date()
    name = request.args.get("period", usual)
    found = rules.period(name, today)
    if request.args.get("from") or request.args.get("to"):
        begin, end, name = _day("from", today), _day("to", today), ""
        if not rules.is_sound(begin, end):
            raise Invalid(fields={"from": _l("The period must begin before it ends and span ten years at most.")})
    elif found is None:
        raise Invalid(fields={"period": _l("There is no such period.")})
    else:
        begin, end = found
    borders = rules.begin_of(begin, zone), rules.begin_of(end + timedelta(days=1), zone)
    heard_until = settled_until(now) if _is_of_a_unit() else None
    scope = Scope(*borders, now, _unit(), heard_until, _caller_kind())
    return AskedFor(scope, begin, end, name)


def settled_until(now: datetime) -> datetime:
    """Ratings given before this instant can no longer be changed."""
    return now - timedelta(hours=province().edit_hours)


def code_of(codes: type[Code], name: str) -> Code:
    """The code that an argument of the address names. Raises NotFound for one that is none."""
    try:
        return codes(request.args.get(name, ""))
    except ValueError as error:
        raise NotFound(_l("There is no such figure.")) from error


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
    if _is_of_a_unit():
        if wished not in (None, who.department_id):
            raise NotFound()
        return who.department_id
    if wished is not None and db.session.get(Department, wished) is None:
        raise NotFound()
    return wished


def _caller_kind() -> CallerKind | None:
    text = request.args.get("caller_kind", "")
    try:
        return CallerKind(text) if text else None
    except ValueError as error:
        raise Invalid(fields={"caller_kind": _l("There is no such kind of caller.")}) from error


def _is_of_a_unit() -> bool:
    role = actor().role
    return bool(role) and Role(str(role)).belongs_to_department


def _choosable(now: datetime) -> list[Department]:
    if actor().department_id:
        return []
    return list(catalogue.current_departments(local(now).date()))
