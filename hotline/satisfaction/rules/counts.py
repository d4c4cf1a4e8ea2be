"""The counts of a set of closings and every figure that follows from them, so that no figure can leave its counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from hotline.satisfaction.rules.scores import bounds, csat, share, wilson

THIN_RESPONSE = 20.0  # percent; below it a screen warns that silence outweighs what was said


@dataclass(frozen=True, slots=True)
class Counts:
    """How many closings had a survey, were asked about, were rated, and how.

    `rated` counts every way of rating, `rated_asked` only people who were asked and answered of themselves: whoever
    rates by keypad without having been invited, or on a call of the sample, counts in the satisfaction, never in the
    response rate. An invited person who spoke only when we rang is silent.
    """

    closed: int = 0
    asked: int = 0
    rated: int = 0
    rated_asked: int = 0
    satisfied_asked: int = 0
    unhappy: int = 0
    score_1: int = 0
    score_2: int = 0
    score_3: int = 0
    score_4: int = 0
    score_5: int = 0
    solved_yes: int = 0
    solved_partly: int = 0
    solved_no: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + yours for mine, yours in zip(astuple(self), astuple(other), strict=True)))

    @property
    def scores(self) -> dict[int, int]:
        """Ratings by score, 1 to 5."""
        return {1: self.score_1, 2: self.score_2, 3: self.score_3, 4: self.score_4, 5: self.score_5}

    @property
    def satisfied(self) -> int:
        """Fours and fives: "satisfied" of the three classes."""
        return self.score_4 + self.score_5

    @property
    def accepting(self) -> int:
        """Threes: "accepting" of the three classes."""
        return self.score_3

    @property
    def dissatisfied(self) -> int:
        """Ones and twos: "dissatisfied" of the three classes."""
        return self.score_1 + self.score_2

    @property
    def silent(self) -> int:
        """Asked, and nothing said unless we rang."""
        return self.asked - self.rated_asked

    @property
    def csat(self) -> float | None:
        """Percent satisfied among those who rated."""
        return csat(self.scores)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval of `csat`, in percent."""
        found = wilson(self.satisfied, self.rated)
        return (100 * found[0], 100 * found[1]) if found else None

    @property
    def response_rate(self) -> float | None:
        """Percent of those asked who answered of themselves."""
        return share(self.rated_asked, self.asked)

    @property
    def is_thin(self) -> bool:
        """Whether so few of those asked rated that a screen must warn."""
        rate = self.response_rate
        return rate is not None and rate < THIN_RESPONSE

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Where the satisfaction of all who were asked lies, whatever the silent ones think; in percent."""
        return bounds(self.satisfied_asked, self.silent, self.asked)

    @property
    def solved_said(self) -> int:
        """Ratings that answer the first question; a reply by text gives a score only."""
        return self.solved_yes + self.solved_partly + self.solved_no

    @property
    def solved_share(self) -> float | None:
        """Percent of those who answered the first question who said that it was solved."""
        return share(self.solved_yes, self.solved_said)

    @property
    def classes(self) -> tuple[float | None, float | None, float | None]:
        """Percent satisfied (4-5), accepting (3) and dissatisfied (1-2) among those who rated."""
        return tuple(share(part, self.rated) for part in (self.satisfied, self.accepting, self.dissatisfied))  # type: ignore[return-value]


def whole(parts: Iterable[Counts]) -> Counts:
    """All of them together."""
    return sum(parts, Counts())
