"""Whether a unit stands out from its peers more than chance and honest differences explain.

A unit's events among its cases are compared with the rate of its peers, pooled without the unit itself. Honest units
differ too, so the comparison is a beta-binomial one: its spread is what the peers show, held near a usual spread where
they are few. A unit is flagged when so many events or more would come by chance less than `CHANCE` of the time, which
leaves at most one false flag among 150 honest units a month over all signs, with room to spare (docs/decisions/0021).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import exp, lgamma, log

from hotline.worktime import WorkCalendar


class Sign(StrEnum):
    """What is looked at. Each counts some events among the cases of a unit."""

    REOPENED = "reopened"
    PAUSED_LATE = "paused_late"
    NUMBER_CHANGED = "number_changed"
    OFFICE_NETWORK = "office_network"
    ONE_NETWORK = "one_network"


HONEST_UNITS = 150  # among so many units a month ...
ROOM = 8  # ... an eighth of one false flag is planned for, so that one holds even where honest units differ more
CHANCE = 1 / (HONEST_UNITS * ROOM * len(Sign))
FEWEST_EVENTS = 5
FEWEST_PEERS = 6
LEAST_RATIO = 2.0  # at least twice the peers' rate: what is certain but small is no sign
USUAL_SPREAD = 0.5  # standard deviation of honest units' rates, as a part of their mean
USUAL_SPREAD_WEIGHT = 20  # as much as so many peers say
MOST_OF_ONE_PEER = 16.0  # a peer four deviations away widens the spread; one ten away not more, it may be no honest one
NETWORK_SPREAD = 1.0  # places differ much in who gives them their internet
LEAST_NETWORK_RATE = 0.01  # a household, a café
SEEN_AT_LEAST = 0.9
PRECISE = 1e-10
CHANGED_LATE = timedelta(days=7)  # a number corrected earlier was needed for the work itself
LAST_PART = 4  # a promise shorter than four working days has its last quarter in place of its last day


@dataclass(frozen=True, slots=True)
class Count:
    """How many of `base` cases had the event."""

    events: int
    base: int

    @property
    def rate(self) -> float:
        """A share between 0 and 1; 0 where there is no case."""
        return self.events / self.base if self.base else 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """What the peers show: their pooled rate, and how much of the variance is not chance (the beta-binomial's rho).

    `rho` includes what is not known about the rate because the peers' cases are few.
    """

    rate: float
    rho: float
    units: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One unit under one sign. `measure` is None where there are too few peers or no case to compare.

    `ways`: in how many ways the unit could have stood out; the chance allowed is divided by them.
    """

    count: Count
    measure: Measure | None
    ways: int = 1

    @property
    def expected(self) -> float:
        """How many events a unit of this size has at the peers' rate."""
        return self.count.base * self.measure.rate if self.measure else 0.0

    @property
    def chance(self) -> float:
        """The probability of so many events or more in a unit like its peers."""
        return chance_of(self.count.events, self.count.base, self.measure) if self.measure else 1.0

    @property
    def needed(self) -> int | None:
        """The fewest events that flag; None when not even all cases would."""
        return needed(self.count.base, self.measure, CHANCE / self.ways) if self.measure else None

    @property
    def seen_from(self) -> float | None:
        """The smallest share at which this unit would be flagged in nine months of ten; None: it cannot be seen."""
        return seen_from(self.count.base, self.measure, CHANCE / self.ways) if self.measure else None

    @property
    def is_flagged(self) -> bool:
        """Whether it stands out: enough events, well above the peers' rate, and by more than chance explains."""
        if self.measure is None or self.count.events < _least(self.count.base, self.measure):
            return False
        return self.chance <= CHANCE / self.ways


def measure_of(peers: Sequence[Count], spread: float = USUAL_SPREAD) -> Measure:
    """Rate and spread of the peers: pooled rate, spread by the method of moments (Pearson's statistic).

    `spread` is the coefficient of variation that honest units usually have; it weighs as `USUAL_SPREAD_WEIGHT` peers.
    """
    seen = [peer for peer in peers if peer.base]
    whole = sum(peer.base for peer in seen)
    rate = (sum(peer.events for peer in seen) + 0.5) / (whole + 1)
    usual = min(0.5, spread * spread * rate / (1 - rate))
    beyond, room = 0.0, 0.0
    for peer in seen:
        expected = peer.base * rate
        off = (peer.events - expected) ** 2 / (expected * (1 - rate))
        beyond += min(off, MOST_OF_ONE_PEER) - 1
        room += peer.base - 1
    shown = max(0.0, beyond / room) if room > 0 else usual
    rho = (len(seen) * shown + USUAL_SPREAD_WEIGHT * usual) / (len(seen) + USUAL_SPREAD_WEIGHT)
    squares = sum(peer.base * peer.base for peer in seen)
    unsure = (1 + rho * (squares / whole - 1)) / whole if whole else 1.0
    return Measure(rate, min(0.9, rho + unsure), len(seen))


def chance_of(events: int, base: int, measure: Measure) -> float:
    """P(X >= events) for X beta-binomial with `base` trials and the peers' rate and rho."""
    if events <= 0:
        return 1.0
    if events > base:
        return 0.0
    grain = (1 - measure.rho) / measure.rho
    a, b = measure.rate * grain, (1 - measure.rate) * grain

    def exactly(k: int) -> float:
        return exp(
            lgamma(base + 1) - lgamma(k + 1) - lgamma(base - k + 1)
            + lgamma(k + a) + lgamma(base - k + b) - lgamma(base + a + b)
            + lgamma(a + b) - lgamma(a) - lgamma(b)
        )  # fmt: skip

    def rise(k: int) -> float:
        return (base - k) / (k + 1) * (k + a) / (base - k - 1 + b)

    return _tail(events, base, base * measure.rate, exactly, rise)


def _tail(events: int, base: int, mean: float, exactly: Callable[[int], float], rise: Callable[[int], float]) -> float:
    """P(X >= events) from P(X = k) and P(X = k + 1) / P(X = k), summed on the side of the mean where terms fall."""
    if events > mean:
        term = total = exactly(events)
        for k in range(events, base):
            term *= rise(k)
            total += term
            if term <= total * PRECISE:
                break
        return min(1.0, total)
    term = total = exactly(events - 1)
    for k in range(events - 2, -1, -1):
        term /= rise(k)
        total += term
        if term <= total * PRECISE:
            break
    return max(0.0, 1.0 - total)


def needed(base: int, measure: Measure, chance: float = CHANCE) -> int | None:
    """The fewest events among `base` cases that flag a unit; None when not even all of them would."""
    low, high = _least(base, measure), base
    if low > base or chance_of(base, base, measure) > chance:
        return None
    while low < high:  # the chance falls as events rise: bisect for the first that is small enough
        middle = (low + high) // 2
        if chance_of(middle, base, measure) <= chance:
            high = middle
        else:
            low = middle + 1
    return low


def _least(base: int, measure: Measure) -> int:
    """Fewer events are no sign, whatever their chance."""
    return max(FEWEST_EVENTS, int(LEAST_RATIO * base * measure.rate) + 1)


def seen_from(base: int, measure: Measure, chance: float = CHANCE) -> float | None:
    """The smallest rate at which a unit of this size is flagged in nine months of ten; None: cannot be seen at all."""
    fewest = needed(base, measure, chance)
    if fewest is None:
        return None
    low, high = fewest / base, 1.0
    for _step in range(14):
        middle = (low + high) / 2
        if _reaches(fewest, base, middle) >= SEEN_AT_LEAST:
            high = middle
        else:
            low = middle
    return high


def _reaches(events: int, base: int, rate: float) -> float:
    """P(X >= events) for a binomial X."""
    if rate >= 1:
        return 1.0
    ways, odds = lgamma(base + 1), rate / (1 - rate)

    def exactly(k: int) -> float:
        return exp(ways - lgamma(k + 1) - lgamma(base - k + 1) + k * log(rate) + (base - k) * log(1 - rate))

    return _tail(events, base, base * rate, exactly, lambda k: (base - k) / (k + 1) * odds)


def judge(count: Count, peers: Sequence[Count]) -> Finding:
    """One unit against its peers (itself not among them)."""
    if not count.base or sum(1 for peer in peers if peer.base) < FEWEST_PEERS:
        return Finding(count, None)
    return Finding(count, measure_of(peers))


def assess(counts: Mapping[int, Count]) -> dict[int, Finding]:
    """All units of one kind under one sign. Who is flagged is in a second round no measure for the others."""
    first = {unit: judge(count, _others(counts, unit)) for unit, count in counts.items()}
    honest = {unit: counts[unit] for unit, finding in first.items() if not finding.is_flagged}
    if len(honest) == len(counts):
        return first
    return {unit: judge(count, _others(honest, unit)) for unit, count in counts.items()}


def _others(counts: Mapping[int, Count], unit: int) -> list[Count]:
    return [count for other, count in counts.items() if other != unit]


def assess_networks(ratings: Mapping[int, Mapping[str, int]]) -> dict[int, tuple[str, Finding]]:
    """For each unit the network that most stands out among its ratings, and how: `ratings` counts unit by network.

    A network's share in a unit is held against its share among all others' ratings: what a mobile operator gives to
    half of the province is no sign. The chance is divided by the number of networks that could have stood out.
    """
    whole = sum(sum(of.values()) for of in ratings.values())
    by_network: dict[str, int] = {}
    for of in ratings.values():
        for network, number in of.items():
            by_network[network] = by_network.get(network, 0) + number
    found = {}
    for unit, of in ratings.items():
        base = sum(of.values())
        others = whole - base
        if not base or len(ratings) <= FEWEST_PEERS:
            continue
        ways = max(1, base // FEWEST_EVENTS)  # so many networks can have given enough ratings to be named
        candidates = []
        for network, number in of.items():
            rate = max(LEAST_NETWORK_RATE, (by_network[network] - number + 0.5) / (others + 1))
            rho = min(0.9, NETWORK_SPREAD**2 * rate / (1 - rate) + 1 / (others + 1))
            finding = Finding(Count(number, base), Measure(rate, rho, len(ratings) - 1), ways)
            chance = finding.chance if number >= FEWEST_EVENTS else 1.0
            candidates.append((chance, -number, network, finding))
        _chance, _number, network, finding = min(candidates, key=lambda one: one[:3])
        found[unit] = (network, finding)
    return found


def is_paused_late(began_at: datetime, *, started_at: datetime, deadline_at: datetime, calendar: WorkCalendar) -> bool:
    """Whether a wait or hold began on the last working day before the deadline that then held.

    Of a promise of less than four working days it is the last quarter; after the deadline it helps nobody (R4).
    """
    if not started_at <= began_at < deadline_at:
        return False
    last = min(calendar.normal_day_seconds, calendar.elapsed(started_at, deadline_at) // LAST_PART)
    return calendar.elapsed(began_at, deadline_at) <= last


def is_changed_late(changed_at: datetime, closed_at: datetime) -> bool:
    """Whether a number was changed within the seven days before the closing that the survey asks about."""
    return timedelta(0) <= closed_at - changed_at <= CHANGED_LATE
