"""A province of honest units, and units that game in one way: made without any knowledge of the rules that look for it.

Volumes follow what provinces publish (134 units; a few answer hundreds of cases a month, many a few dozen). Honest units
differ from one another, and from month to month, by a log-normal factor; a gaming unit has the pattern in a stated
share of its cases. Networks: a few pools of mobile operators serve everybody, home lines are local.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import log, sqrt
from random import Random

DEPARTMENTS, COMMUNES = 24, 110
# Usual shares of an honest unit's cases (the first three) or web ratings (the last).
HONEST = {"reopened": 0.05, "paused_late": 0.04, "number_changed": 0.01, "office_network": 0.02}
UNITS_DIFFER, MONTHS_DIFFER = 0.35, 0.15  # coefficients of variation
POOLS, OWN_LINES, MOBILE_SHARE = 14, 18, 0.65


@dataclass
class Unit:
    """An honest unit: how much it answers, how often things happen there, who gives its people their internet."""

    key: int
    kind: str
    volume: float
    rates: dict[str, float]
    rated_on_web: float
    pools: list[float]


@dataclass
class Month:
    """What one month left behind, as counts: cases, events among them, web ratings by network."""

    cases: dict[int, int] = field(default_factory=dict)
    events: dict[str, dict[int, int]] = field(default_factory=lambda: {name: {} for name in HONEST})
    ratings: dict[int, int] = field(default_factory=dict)
    networks: dict[int, Counter] = field(default_factory=dict)


def around_one(chance: Random, variation: float) -> float:
    """A log-normal factor with mean 1."""
    sigma = sqrt(log(1 + variation * variation))
    return chance.lognormvariate(-sigma * sigma / 2, sigma)


def province(chance: Random) -> list[Unit]:
    """134 honest units."""
    units = []
    popular = [chance.paretovariate(1.2) for _ in range(POOLS)]
    for key in range(DEPARTMENTS + COMMUNES):
        kind, mean = ("department", 180) if key < DEPARTMENTS else ("commune", 70)
        units.append(
            Unit(
                key,
                kind,
                mean * around_one(chance, 0.9),
                {name: rate * around_one(chance, UNITS_DIFFER) for name, rate in HONEST.items()},
                min(0.6, 0.3 * around_one(chance, 0.3)),
                [weight * around_one(chance, 0.4) for weight in popular],
            )
        )
    return units


def drawn(chance: Random, number: int, share: float) -> int:
    """How many of `number` have what a `share` of all have."""
    return sum(chance.random() < share for _ in range(number))


def month(chance: Random, units: list[Unit], gaming: dict[int, tuple[str, float]] | None = None) -> Month:
    """One month. `gaming` names units with a pattern and the share of their cases that have it."""
    gaming, found = gaming or {}, Month()
    for unit in units:
        pattern, strength = gaming.get(unit.key, ("", 0.0))
        cases = max(1, round(unit.volume * around_one(chance, 0.2)))
        ratings = drawn(chance, cases, unit.rated_on_web)
        found.cases[unit.key], found.ratings[unit.key] = cases, ratings
        for name, usual in unit.rates.items():
            share = strength if name == pattern else min(0.9, usual * around_one(chance, MONTHS_DIFFER))
            found.events[name][unit.key] = drawn(chance, ratings if name == "office_network" else cases, share)
        of_one = drawn(chance, ratings, strength) if pattern == "one_network" else 0
        pools = chance.choices(range(POOLS), unit.pools, k=ratings - of_one)
        found.networks[unit.key] = Counter(
            f"pool {pool}" if chance.random() < MOBILE_SHARE else f"line {unit.key}/{chance.randrange(OWN_LINES)}"
            for pool in pools
        )
        if of_one:
            found.networks[unit.key][f"their own {unit.key}"] += of_one
    return found
