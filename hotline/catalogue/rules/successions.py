"""What became of a unit: who took over its open work, and which unit that is today. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Succession:
    """One line of the record: `successor` took over duties of `predecessor`, and its open work or not."""

    predecessor: int
    successor: int
    takes_open_work: bool = True


def takers(record: Iterable[Succession]) -> dict[int, int]:
    """For each unit that ended the one that took its open work; of several that claim it the one named first."""
    found: dict[int, int] = {}
    for line in record:
        if line.takes_open_work:
            found.setdefault(line.predecessor, line.successor)
    return found


def unit_today(unit: int, taken_by: Mapping[int, int], standing: Collection[int]) -> int | None:
    """The unit in which `unit` lives on: itself while it stands, else by the successions; None when nobody took over.

    A record that runs in a circle leads nowhere, too.
    """
    seen = set()
    while unit not in standing:
        if unit in seen or unit not in taken_by:
            return None
        seen.add(unit)
        unit = taken_by[unit]
    return unit


def taken_over_by(unit: int, taken_by: Mapping[int, int]) -> list[int]:
    """The units that live on in `unit`, sooner or later, along the successions that took the open work."""
    found: list[int] = []
    waiting = [unit]
    while waiting:
        successor = waiting.pop()
        new = [one for one, taker in taken_by.items() if taker == successor and one != unit and one not in found]
        found += new
        waiting += new
    return sorted(found)


def structure(units: Iterable[int], record: Iterable[Succession], standing: Collection[int]) -> dict[int, int]:
    """For each unit that ever stood the one that stands for it today; itself where nobody took over."""
    taken_by = takers(record)
    found = {unit: unit_today(unit, taken_by, standing) for unit in units}
    return {unit: unit if today is None else today for unit, today in found.items()}


def leads_back(predecessors: Collection[int], successors: Collection[int], record: Iterable[Succession]) -> bool:
    """Whether a succession would close a circle: one of the successors was, sooner or later, made one with a
    predecessor already.
    """
    onward: dict[int, set[int]] = {}
    for line in record:
        onward.setdefault(line.predecessor, set()).add(line.successor)
    waiting, seen = list(successors), set()
    while waiting:
        unit = waiting.pop()
        if unit in predecessors:
            return True
        if unit not in seen:
            seen.add(unit)
            waiting.extend(onward.get(unit, ()))
    return False
