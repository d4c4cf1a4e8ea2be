"""The citizen's time as a bar: who used how much of it, what is left or over (R6, R7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline.tickets.rules.legs import CITIZEN, LegSpan, Worked
from hotline.tickets.rules.spans import apportioned, whole_second


class StripKind(StrEnum):
    """What a part of the strip shows."""

    USED = "used"
    OVER = "over"  # used after the citizen's time was up
    WAITED = "waited"  # by the citizen: no part of the time, so no width
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class StripPart:
    """One part of the bar: working seconds, and whole percents that sum to 100 over the bar. LEFT has no holder."""

    label_key: StripKind
    holder: str
    department_id: int | None
    seconds: int
    share_percent: int


def strip(legs: Sequence[LegSpan], *, effective_seconds: int, worked: Worked, until: datetime) -> list[StripPart]:
    """Who used the citizen's time, in order of time, and what is left of it at `until` or over (R6, R7).

    A leg that ran across the deadline has a part before and a part after. Legs without working time are left out.
    """
    parts: list[tuple[StripKind, str, int | None, int]] = []
    left = effective_seconds
    for leg in legs:
        end = until if leg.ended_at is None else min(leg.ended_at, until)
        seconds = worked(whole_second(leg.began_at), whole_second(end)) if end > leg.began_at else 0
        if leg.holder == CITIZEN:
            parts.append((StripKind.WAITED, leg.holder, None, seconds))
            continue
        within = min(left, seconds)
        parts.append((StripKind.USED, leg.holder, leg.department_id, within))
        parts.append((StripKind.OVER, leg.holder, leg.department_id, seconds - within))
        left -= within
    parts.append((StripKind.LEFT, "", None, left))
    parts = [part for part in parts if part[3]]
    shares = apportioned(100, [0 if kind is StripKind.WAITED else seconds for kind, _, _, seconds in parts])
    return [StripPart(*part, share) for part, share in zip(parts, shares, strict=True)]
