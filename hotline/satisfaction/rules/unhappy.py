"""Pure decisions: what follows from an unhappy answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hotline.satisfaction.rules.scores import UNHAPPY_TO

FEWEST_TRIES = 3  # calls before somebody counts as not reached
WORDS_WITHIN = timedelta(hours=24)  # "not solved" without words is called about after that


@dataclass(frozen=True)
class Heard:
    """What a citizen said about one closing, and how the case stands now.

    `has_page`: said where the next page asks for the words that reopening needs; at a telephone nothing asks for them.
    """

    solved: str
    score: int
    is_last_cycle: bool
    may_reopen: bool
    has_page: bool = True


def may_ask_again(heard: Heard) -> bool:
    """Whether "not solved", with words, reopens the case: this closing is its last one and its window is open."""
    return heard.solved == "no" and heard.is_last_cycle and heard.may_reopen


def follow_up(heard: Heard) -> str | None:
    """The task that a rating makes for the lead, or None.

    "Not solved" when reopening is over is `late_no`. Before, the page asks for the words that reopen the case; said
    without a page, or left without words for a day, it is a `call_back`, or nobody would hear of it. A score of 1 or 2
    otherwise is `call_back`: for "solved" as the rule says, and for "partly" too, because the citizen cannot reopen
    with it and would fall between the two ways. Nothing where the case was reopened meanwhile: the loop runs already.
    """
    if not heard.is_last_cycle:
        return None
    if heard.solved == "no":
        if not heard.may_reopen:
            return "late_no"
        return None if heard.has_page else "call_back"
    return "call_back" if heard.score <= UNHAPPY_TO else None


def may_give_up(tries: int) -> bool:
    """Whether a task may end as not reached: after three tries."""
    return tries >= FEWEST_TRIES


def offers_reasons(solved: str, score: int) -> bool:
    """Whether the page asks what was wrong: not happy, or not wholly solved."""
    return solved != "yes" or score <= UNHAPPY_TO
