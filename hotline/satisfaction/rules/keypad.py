"""Where a call that rates by keys stands: a sum over what was keyed in, whatever the order and however often told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hotline.satisfaction.rules.scores import is_unhappy

MOST_TRIES = 3
WRONG_A_TICKET_A_DAY = 5  # a follow code has four digits: five wrong ones a day, as on the page /t
WRONG_A_CALLER_A_DAY = 10
WRONG_OF_WITHHELD_A_DAY = 50  # all withheld callers together
OWN, ASKED = "own:", "ask:"  # before the code: called from the case's own number, or the follow code is asked
FITS = "fits"
SOLVED_KEYS = {"1": "yes", "2": "partly", "3": "no"}
SCORE_KEYS = frozenset("12345")
CODE, FOLLOW_CODE, SOLVED, SCORE = "code", "follow_code", "solved", "score"


class End(StrEnum):
    """How it ends. The first four are also meanings of an entry that ended it."""

    NOT_YET = "not_yet"
    EXPIRED = "expired"
    RATED = "rated"
    LOCKED = "locked"
    GIVEN_UP = "given_up"
    THANKS = "thanks"
    UNHAPPY = "unhappy"


@dataclass(frozen=True)
class Entry:
    """What was keyed in at one try of one step, and what it was taken for; empty: nothing usable."""

    step: str
    try_no: int
    meaning: str


@dataclass(frozen=True)
class Place:
    """What the caller is asked next (`ask` and the number of the try), or how it ended; `code` once it is known."""

    ask: str | None
    try_no: int = 1
    end: End | None = None
    code: str = ""
    solved: str = ""
    score: int = 0


def place(entries: Iterable[Entry]) -> Place:
    """Where the call stands."""
    told = set(entries)
    first = _answer(told, CODE)
    if isinstance(first, Place):
        return first
    code = first.removeprefix(OWN).removeprefix(ASKED)
    if first.startswith(ASKED):
        proof = _answer(told, FOLLOW_CODE, code)
        if isinstance(proof, Place):
            return proof
    solved = _answer(told, SOLVED, code)
    if isinstance(solved, Place):
        return solved
    score = _answer(told, SCORE, code)
    if isinstance(score, Place):
        return Place(score.ask, score.try_no, score.end, code, solved)
    end = End.UNHAPPY if is_unhappy(solved, int(score)) else End.THANKS
    return Place(None, end=end, code=code, solved=solved, score=int(score))


def _answer(told: set[Entry], step: str, code: str = "") -> str | Place:
    """The usable answer to a step; else the place where the call stands because there is none."""
    tries = {entry.try_no: entry.meaning for entry in told if entry.step == step}
    usable = [tries[number] for number in sorted(tries) if tries[number]]
    if usable and usable[0] in (End.NOT_YET, End.EXPIRED, End.RATED, End.LOCKED):
        return Place(None, end=End(usable[0]), code=code)
    if usable:
        return usable[0]
    last = max(tries, default=0)
    return Place(None, end=End.GIVEN_UP, code=code) if last >= MOST_TRIES else Place(step, last + 1, code=code)
