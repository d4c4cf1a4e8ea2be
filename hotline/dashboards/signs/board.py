"""All units under all signs: those with a sign first, and how small a pattern could have been seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median_high

from sqlalchemy import select

from hotline.catalogue.models import Department, Level
from hotline.dashboards.figures import Scope
from hotline.dashboards.signs import queries
from hotline.dashboards.signs.rules import Finding, Sign, assess, assess_networks
from hotline.db import db

LEVELS = (Level.PROVINCE, Level.COMMUNE)


@dataclass(frozen=True)
class Line:
    """One unit under every sign under which it has a case."""

    unit: Department
    findings: dict[Sign, Finding]

    @property
    def flags(self) -> list[Sign]:
        """The signs this unit shows."""
        return [sign for sign, finding in self.findings.items() if finding.is_flagged]


@dataclass(frozen=True)
class Sight:
    """How far one sees: a unit with `base` cases, beside peers at `rate`, is flagged from `seen` on (0 to 1)."""

    sign: Sign
    base: int
    rate: float
    seen: float | None


@dataclass(frozen=True)
class Group:
    """Units that are compared with one another: departments apart from communes."""

    level: Level
    lines: list[Line]
    sights: list[Sight]


def groups(scope: Scope) -> list[Group]:
    """Every group that closed a case in the period."""
    units = _units()
    assessed = {sign: _assessed(sign, scope, units) for sign in Sign}
    made = []
    for level in LEVELS:
        peers = [unit for unit in units.values() if unit.level is level]
        lines = [Line(unit, {sign: of[unit.id][0] for sign, of in assessed.items() if unit.id in of}) for unit in peers]
        seen = sorted((line for line in lines if line.findings), key=lambda line: (-len(line.flags), line.unit.name_vi))
        if seen:
            made.append(Group(level, seen, [sight for sign in Sign for sight in _sights(sign, seen)]))
    return made


def finding_of(sign: Sign, scope: Scope, unit: Department) -> tuple[Finding | None, str]:
    """How one unit stands under one sign, and the network that is meant where the sign is ONE_NETWORK."""
    return _assessed(sign, replace(scope, department_id=None), _units()).get(unit.id, (None, ""))


def _units() -> dict[int, Department]:
    answering = select(Department).where(Department.is_switchboard.is_(False))
    return {unit.id: unit for unit in db.session.scalars(answering)}


def _assessed(sign: Sign, scope: Scope, units: dict[int, Department]) -> dict[int, tuple[Finding, str]]:
    found: dict[int, tuple[Finding, str]] = {}
    networks = queries.networks(scope) if sign is Sign.ONE_NETWORK else {}
    counts = {} if sign is Sign.ONE_NETWORK else queries.counts(sign, scope)
    for level in LEVELS:
        peers = {unit.id for unit in units.values() if unit.level is level}
        if sign is Sign.ONE_NETWORK:
            judged = assess_networks({unit: of for unit, of in networks.items() if unit in peers})
            found |= {unit: (finding, network) for unit, (network, finding) in judged.items()}
        else:
            of_peers = assess({unit: count for unit, count in counts.items() if unit in peers})
            found |= {unit: (finding, "") for unit, finding in of_peers.items()}
    return found


def _sights(sign: Sign, lines: Sequence[Line]) -> list[Sight]:
    """What is seen in a unit of middling size, and in the largest."""
    found = [line.findings[sign] for line in lines if sign in line.findings]
    judged = {one.count.base: one for one in found if one.measure}
    if not judged:
        return []
    sizes = sorted({median_high(one.count.base for one in found if one.measure), max(judged)})
    return [Sight(sign, base, judged[base].expected / base, judged[base].seen_from) for base in sizes]
