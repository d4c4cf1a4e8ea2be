"""The open ledger of ratings: one line for each, a Merkle root over all of a month, a chain over the months.

A line of the ledger, without its line end, is the leaf itself: who has the file has all that is hashed. Hashes are
SHA-256 as in RFC 6962 (section 2.1): 0x00 before a leaf, 0x01 before two nodes, so that no node can pass for a leaf;
the tree splits at the largest power of two, so that no line can be counted twice unseen (CVE-2012-2459). The published
root is the hash of 0x02, the root before, the month, its two counts and the tree: whoever noted one root has noted all
before it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from hotline.satisfaction.rules.scores import SATISFIED_FROM

COLUMNS = ("receipt", "unit", "month", "cycle", "mode", "solved", "score", "first_solved", "first_score")
HEADER = ",".join(COLUMNS)
FEWEST_TO_NAME_UNIT = 5
FEWEST_UNITS_TOGETHER = 2
OTHER_UNITS = "other"
ON_ITS_WAY = timedelta(hours=1)
LEAF, NODE, SEAL = b"\x00", b"\x01", b"\x02"


@dataclass(frozen=True, slots=True)
class Entry:
    """One rating as it is sealed. `unit` is the code of the unit it counts for."""

    receipt: str
    unit: str
    is_first: bool
    mode: str
    solved: str
    score: int
    first_solved: str
    first_score: int


@dataclass(frozen=True, slots=True)
class Seal:
    """What is published about one month. `previous_root` is empty for the first."""

    month_on: date
    ratings: int
    satisfied: int
    previous_root: str
    root: str


def lines(entries: Iterable[Entry], month_on: date) -> list[str]:
    """The ledger of a month, by receipt: what cannot tell who it was, nor when within the month.

    A unit with fewer than five ratings in the month is not named: two strangers and a neighbour would know who wrote.
    """
    found = sorted(entries, key=lambda entry: entry.receipt)
    hidden = _not_named(Counter(entry.unit for entry in found))
    return [_line(entry, month_on, entry.unit not in hidden) for entry in found]


def _not_named(of_unit: Counter[str]) -> set[str]:
    """The units that stand as `other`: those with few ratings, and where that is one alone, the next smallest with it.

    One unit alone as `other` would be named by elimination: whoever knows all units sees which is missing.
    """
    by_size = sorted(of_unit, key=lambda unit: (of_unit[unit], unit))
    few = sum(of_unit[unit] < FEWEST_TO_NAME_UNIT for unit in by_size)
    return set(by_size[: max(few, FEWEST_UNITS_TOGETHER) if few else 0])


def _line(entry: Entry, month_on: date, is_named: bool) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(
        (
            entry.receipt,
            entry.unit if is_named else OTHER_UNITS,
            f"{month_on:%Y-%m}",
            "first" if entry.is_first else "later",
            entry.mode,
            entry.solved,
            entry.score,
            entry.first_solved,
            entry.first_score,
        )
    )
    return written.getvalue()


def unit_of(line: str) -> str:
    """The unit as a line of the ledger names it."""
    return next(csv.reader([line]))[COLUMNS.index("unit")]


def leaf_hash(line: str) -> bytes:
    """The hash of one line."""
    return sha256(LEAF + line.encode()).digest()


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over hashes of leaves (RFC 6962, 2.1); of none the hash of nothing."""
    level = list(leaves)
    if not level:
        return sha256(b"").digest()
    while len(level) > 1:  # pairs from the left, an odd one goes up as it is: the same tree, level by level
        level = _paired(level)
    return level[0]


def _paired(level: Sequence[bytes]) -> list[bytes]:
    above = [sha256(NODE + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
    return above + list(level[len(level) // 2 * 2 :])


def inclusion_proof(leaves: Sequence[bytes], at: int) -> list[tuple[str, bytes]]:
    """What one leaf is hashed with on its way to the root: ("left" or "right", hash), from below."""
    level, path = list(leaves), []
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            path.append(("left" if beside < at else "right", level[beside]))
        level, at = _paired(level), at // 2
    return path


def root_of_proof(line: str, path: Iterable[tuple[str, bytes]]) -> bytes:
    """The tree's root that a line and its proof lead to."""
    found = leaf_hash(line)
    for side, beside in path:
        found = sha256(NODE + (beside + found if side == "left" else found + beside)).digest()
    return found


def seal(entries: Sequence[Entry], month_on: date, previous_root: str) -> Seal:
    """Count and seal a month; `previous_root` (hex, or empty) is that of the month before."""
    tree = tree_root([leaf_hash(line) for line in lines(entries, month_on)])
    satisfied = sum(entry.score >= SATISFIED_FROM for entry in entries)
    root = published_root(previous_root, month_on, len(entries), satisfied, tree)
    return Seal(month_on, len(entries), satisfied, previous_root, root)


def published_root(previous_root: str, month_on: date, ratings: int, satisfied: int, tree: bytes) -> str:
    """The root of a month in hex, over everything before it."""
    stated = f"{previous_root},{month_on:%Y-%m},{ratings},{satisfied},".encode()
    return sha256(SEAL + stated + tree).hexdigest()


def sealable_from(month_end: datetime, edit_hours: int) -> datetime:
    """From when on no rating of a month can change: its end, the hours for changes, and one for what was on its way."""
    return month_end + timedelta(hours=edit_hours) + ON_ITS_WAY
