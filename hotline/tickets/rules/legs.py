"""Who held the case and who bears a missed deadline (R7): legs tile its life, a breach is charged by overrun share.

Each party has an allotment of the citizen's time: 10 % the switchboard, 80 % the unit, 10 % the approval. The overrun
is charged in proportion to what each used beyond its allotment, so handing the case on at the last hour changes
nothing: the time that was used stays with those who used it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise

from hotline.tickets.rules.spans import Pause, Span, apportioned, merged, whole_second

SWITCHBOARD, UNIT, APPROVER, CITIZEN = "switchboard", "unit", "approver", "citizen"
LONGEST_HOP = Fraction(1, 2)  # of the citizen's time; else an 8-hour case could lie unread for its 8 hours to accept

Worked = Callable[[datetime, datetime], int]


@dataclass(frozen=True, slots=True)
class LegSpan:
    """[began_at, ended_at) in the hands of one holder; ended_at None is still running.

    `holder` is switchboard, unit, approver or citizen. `is_hop`: the unit returned it within its acceptance time.
    """

    holder: str
    department_id: int | None
    began_at: datetime
    ended_at: datetime | None
    is_hop: bool = False


@dataclass(frozen=True, slots=True)
class Shares:
    """What part of the citizen's time each kind of work may take: percent, sum 100 (policy data)."""

    switchboard: int = 10
    unit: int = 80
    approval: int = 10

    def __post_init__(self) -> None:
        parts = (self.switchboard, self.unit, self.approval)
        if min(parts) < 0 or sum(parts) != 100:
            raise ValueError("The shares of switchboard, unit and approval must be 0 or more and sum to 100 percent.")


@dataclass(frozen=True, slots=True)
class Party:
    """Whose time it was: the switchboard, a department's own work, its approval, or the citizen."""

    holder: str
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """One party's account, in working seconds. `charged_share` sums to 1 over all parties of a breach, else to 0.

    `allotted_seconds` is None for the citizen, whose time is never judged.
    """

    party: Party
    used_seconds: int
    allotted_seconds: int | None
    beyond_seconds: int
    charged_share: Fraction
    charged_seconds: int


@dataclass(frozen=True, slots=True)
class Misrouting:
    """What wrong doors cost: returns, hand-overs to yet another department, working time lost in returned legs."""

    returns: int
    hops: int
    returned_seconds: int
    days_lost: float


def tiles(legs: Sequence[LegSpan], start: datetime, end: datetime) -> bool:
    """Whether the legs, in this order, cover [start, end) exactly: no gap, no overlap, none running but the last.

    A running last leg reaches `end`; a leg may have no length.
    """
    at = start
    for number, leg in enumerate(legs, start=1):
        if leg.began_at != at:
            return False
        if leg.ended_at is None:
            return number == len(legs) and leg.began_at <= end
        if leg.ended_at < leg.began_at:
            return False
        at = leg.ended_at
    return at == end


def overrun(legs: Sequence[LegSpan], *, effective_seconds: int, worked: Worked, until: datetime) -> int:
    """Working seconds used beyond the citizen's time by all but the citizen. Holds count: the citizen's time runs on.

    A wait for the citizen counts nowhere, not even after the deadline, where it moves nothing (R4): the case is late by
    the calendar all the same, but nobody of the house is charged for it.
    """
    mine = [leg for leg in legs if leg.holder != CITIZEN]
    return max(0, sum(_seconds(leg, worked, until) for leg in mine) - effective_seconds)


def charges(
    legs: Sequence[LegSpan],
    *,
    effective_seconds: int,
    shares: Shares,
    worked: Worked,
    until: datetime,
    held: Sequence[Pause] = (),
    is_breached: bool,
) -> list[Charge]:
    """What each party used, may use and bears at `until`, in the order in which they first held the case (R7).

    `effective_seconds` is W(start, deadline) (R6). `worked` gives the working seconds between two instants, without
    any pause. `held`: while the unit is on hold its leg goes on, but nothing counts as used by it.

    - A hop belongs to the switchboard, whose routing it was, unless it took more than half of the whole time.
    - Several departments (or approvals) share the one allotment of their kind evenly, and what one leaves of its part
      falls to the others. So who came late or held it briefly is charged only after who held it longer, and handing
      the case on neither makes nor saves time: what a kind of work used beyond its allotment stays the same.
    - A breach is charged in proportion to beyond = max(0, used - allotted). If nobody went beyond (holds), who holds
      it at `until` bears it whole; never the citizen, then the holder before.
    - `charged_seconds` sum exactly to `overrun`. A case that was late in a night has an overrun of 0, and shares.
    """
    begun = [leg for leg in legs if leg.began_at <= until]
    longest_hop = int(effective_seconds * LONGEST_HOP)
    used: dict[Party, int] = {}
    last: Party | None = None
    for leg in begun:
        seconds = _seconds(leg, worked, until)
        party = _party(leg, is_routing=leg.is_hop and seconds <= longest_hop)
        if party.holder == UNIT:
            seconds -= _held_seconds(leg, held, worked, until)
        used[party] = used.get(party, 0) + seconds
        last = last if leg.holder == CITIZEN else party
    allotted = _allotments(used, effective_seconds, shares)
    beyond = {party: max(0, used[party] - allotted[party]) for party in allotted}
    weights = dict.fromkeys(used, 0)
    if is_breached and last is not None:
        weights |= beyond if any(beyond.values()) else {last: 1}
    whole = sum(weights.values())
    over = overrun(begun, effective_seconds=effective_seconds, worked=worked, until=until)
    charged = apportioned(over, list(weights.values()))
    return [
        Charge(
            party,
            used_seconds=used[party],
            allotted_seconds=allotted.get(party),
            beyond_seconds=beyond.get(party, 0),
            charged_share=Fraction(weights[party], whole) if whole else Fraction(0),
            charged_seconds=seconds,
        )
        for party, seconds in zip(used, charged, strict=True)
    ]


def misrouting(legs: Iterable[LegSpan], worked: Worked, seconds_a_day: int) -> Misrouting:
    """The cost of wrong doors in one case; `seconds_a_day` are those of a normal working day.

    A return that leads back to the same department is a return, but no hop to another one.
    """
    of_units = [leg for leg in legs if leg.holder == UNIT]
    returned = [leg for leg in of_units if leg.is_hop and leg.ended_at is not None]
    lost = sum(_seconds(leg, worked, leg.ended_at) for leg in returned if leg.ended_at is not None)
    doors = [leg.department_id for leg in of_units]
    hops = sum(before != after for before, after in pairwise(doors))
    return Misrouting(len(returned), hops, lost, lost / seconds_a_day)


def _party(leg: LegSpan, *, is_routing: bool) -> Party:
    if is_routing or leg.holder in (SWITCHBOARD, CITIZEN):
        return Party(CITIZEN if leg.holder == CITIZEN else SWITCHBOARD)
    return Party(leg.holder, leg.department_id)


def _within(leg: LegSpan, until: datetime) -> Span:
    end = until if leg.ended_at is None else min(leg.ended_at, until)
    return Span(whole_second(leg.began_at), whole_second(end))


def _seconds(leg: LegSpan, worked: Worked, until: datetime) -> int:
    span = _within(leg, until)
    return worked(span.begin, span.end) if span.end > span.begin else 0


def _held_seconds(leg: LegSpan, held: Sequence[Pause], worked: Worked, until: datetime) -> int:
    span = _within(leg, until)
    return sum(worked(stop.begin, stop.end) for stop in merged(held, span.begin, span.end))


def _allotments(used: dict[Party, int], effective_seconds: int, shares: Shares) -> dict[Party, int]:
    """How much each party may use: its kind's part of the time, shared evenly among the parties of that kind.

    The one that used least is served first; what it leaves of its even part raises the part of those that follow.
    """
    parts = apportioned(effective_seconds, [shares.switchboard, shares.unit, shares.approval])
    allotted: dict[Party, int] = {}
    for holder, room in zip((SWITCHBOARD, UNIT, APPROVER), parts, strict=True):
        sharing = sorted((party for party in used if party.holder == holder), key=lambda party: used[party])
        for served, party in enumerate(sharing):
            allotted[party] = room // (len(sharing) - served)
            room -= min(used[party], allotted[party])
    return allotted
