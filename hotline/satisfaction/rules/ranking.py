"""Who stands before whom among peers, and how far that can be told from chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from hotline.satisfaction.rules.scores import wilson

Unit = TypeVar("Unit", int, str)


@dataclass(frozen=True, slots=True)
class Placed(Generic[Unit]):
    """One ranked unit. `lower` and `upper` are its 95 % Wilson interval, between 0 and 1.

    `place` goes by the lower bound; equal bounds share it. `best` and `worst` are the places that the intervals leave
    open: only units that lie wholly above, or wholly below, are surely before or behind. `band` counts from 1.
    """

    unit: Unit
    place: int
    band: int
    best: int
    worst: int
    lower: float
    upper: float


def ranked(ratings: Mapping[Unit, tuple[int, int]], fewest: int) -> list[Placed[Unit]]:
    """Rank units by the lower bound, from (satisfied, rated) of each; below `fewest` ratings nobody is ranked.

    Overlapping intervals share a band. Overlap itself is not transitive, so a band is all units that a chain of
    overlaps connects: two units in different bands surely differ, and no order of the units changes that.
    """
    intervals = {unit: wilson(*of) or (0.0, 1.0) for unit, of in ratings.items() if of[1] >= max(fewest, 1)}
    bands = _bands(intervals)
    lowers, uppers = ([interval[end] for interval in intervals.values()] for end in (0, 1))
    return [
        Placed(
            unit,
            place=1 + sum(other > lower for other in lowers),
            band=bands[unit],
            best=1 + sum(other > upper for other in lowers),
            worst=len(intervals) - sum(other < lower for other in uppers),
            lower=lower,
            upper=upper,
        )
        for unit, (lower, upper) in sorted(intervals.items(), key=lambda one: (-one[1][0], -one[1][1], one[0]))
    ]


def _bands(intervals: Mapping[Unit, tuple[float, float]]) -> dict[Unit, int]:
    """From above: an interval that does not reach up to any before it begins the next band."""
    found: dict[Unit, int] = {}
    band, reached = 0, 2.0
    for unit, (lower, upper) in sorted(intervals.items(), key=lambda one: (-one[1][1], one[0])):
        if upper < reached:
            band += 1
        reached = lower if upper < reached else min(reached, lower)
        found[unit] = band
    return found
