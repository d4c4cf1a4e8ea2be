"""Pure sums: CSAT with its interval, shares, on-time, the estimate by QĐ 766."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

Z_95 = 1.959963984540054
SATISFIED_FROM = 4
UNHAPPY_TO = 2
PRIOR_RATINGS = 20  # how many ratings of the peers' average are added before a thin figure is drawn


def csat(scores: dict[int, int]) -> float | None:
    """100 × (fours and fives) / ratings, from counts by score; None when nobody answered."""
    answered = sum(scores.values())
    satisfied = sum(count for score, count in scores.items() if score >= SATISFIED_FROM)
    return 100 * satisfied / answered if answered else None


def wilson(satisfied: int, answered: int) -> tuple[float, float] | None:
    """The 95 % Wilson interval of a share, as two numbers between 0 and 1; None when nobody answered."""
    if answered == 0:
        return None
    share, z2 = satisfied / answered, Z_95 * Z_95
    middle = share + z2 / (2 * answered)
    spread = Z_95 * sqrt(share * (1 - share) / answered + z2 / (4 * answered * answered))
    whole = 1 + z2 / answered
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def share(part: int, whole: int) -> float | None:
    """Percent; None when there is nothing to divide by."""
    return 100 * part / whole if whole else None


def bounds(satisfied: int, silent: int, asked: int) -> tuple[float, float] | None:
    """What silence could hide, in percent: all silent dissatisfied or all satisfied. None when nobody was asked."""
    return (100 * satisfied / asked, 100 * (satisfied + silent) / asked) if asked else None


def shrunk(satisfied: int, rated: int, average: float) -> float:
    """Percent for maps and trends, drawn towards the peers' `average` (percent): (s + 20 p0) / (n + 20)."""
    return (100 * satisfied + PRIOR_RATINGS * average) / (rated + PRIOR_RATINGS)


def weighted(kinds: Iterable[tuple[int, int, int]]) -> tuple[float, float] | None:
    """CSAT as if every kind of case had been rated as often as it occurs, from (cases, satisfied, rated) of each kind.

    Returns it in percent, and the percent of cases whose kind has any rating: the others cannot weigh. None when
    nobody rated.
    """
    known = list(kinds)
    heard = [(cases, satisfied, rated) for cases, satisfied, rated in known if cases and rated]
    cases = sum(kind[0] for kind in heard)
    if not cases:
        return None
    mixed = sum(100 * weight * satisfied / rated for weight, satisfied, rated in heard) / cases
    return mixed, 100 * cases / sum(kind[0] for kind in known)


def on_time_strict(on_time: int, late: int, open_overdue: int) -> float | None:
    """Percent of what was due that was answered in time; what lies open past its deadline counts against it."""
    return share(on_time, on_time + late + open_overdue)


def qd766(total: int, dissatisfied_or_overdue: int) -> float | None:
    """QĐ 766/QĐ-TTg: (all − those dissatisfied or overdue) / all, in percent. Silence counts as satisfied."""
    return share(total - dissatisfied_or_overdue, total)


def is_unhappy(solved: str, score: int) -> bool:
    """Whether the lead must look at it: score 1 or 2, or not solved."""
    return score <= UNHAPPY_TO or solved == "no"
