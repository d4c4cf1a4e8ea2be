"""Pure decisions about answers to common questions: which are shown, which need looking through, which fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

EXPIRES_SOON_DAYS = 30
REVIEWED_AFTER_DAYS = 180
IN_QUESTION, IN_KEYWORDS, IN_REST = 8, 6, 2  # what a word is worth where it stands
WHOLE_WORD, PHRASE = 1, 10
FEWEST_WORDS_FOR_NEAR = 3  # of fewer words, half would be one: that is a guess, no search


class Standing(StrEnum):
    """Where an entry stands at an instant; only the first is shown."""

    SHOWN = "shown"
    UPCOMING = "upcoming"
    ENDED = "ended"
    EXPIRED = "expired"
    RETIRED = "retired"


def standing(
    *,
    is_active: bool,
    valid_until_on: date | None,
    begins_at: datetime | None,
    ends_at: datetime | None,
    today: date,
    now: datetime,
) -> Standing:
    """Where an entry stands: a notice holds from `begins_at` until `ends_at`, the last day of validity is included."""
    if not is_active:
        return Standing.RETIRED
    if ends_at is not None and ends_at <= now:
        return Standing.ENDED
    if valid_until_on is not None and valid_until_on < today:
        return Standing.EXPIRED
    if begins_at is not None and begins_at > now:
        return Standing.UPCOMING
    return Standing.SHOWN


def is_review_due(review_on: date | None, stands: Standing, today: date) -> bool:
    """Whether somebody must look through it: its day has come and it can still be shown, or would be if mended."""
    return review_on is not None and review_on <= today and stands not in (Standing.RETIRED, Standing.ENDED)


@dataclass(frozen=True)
class Candidate:
    """What is known of an entry that may fit; all three texts are folded, words parted by one blank."""

    id: int
    question: str
    keywords: str
    rest: str
    is_notice: bool = False
    uses: int = 0


@dataclass(frozen=True)
class Fit:
    """How well an entry fits: the more points the better; `missed` counts words that stand nowhere in it."""

    points: int
    missed: int


def fit(wanted: Sequence[str], entry: Candidate) -> Fit:
    """Weigh an entry: a word fits where a word of the entry begins with it, best in the question or the keywords."""
    # Looked for as they stand, between blanks: parting hundreds of long answers into words takes ten times as long.
    texts = ((f" {entry.question} ", IN_QUESTION), (f" {entry.keywords} ", IN_KEYWORDS), (f" {entry.rest} ", IN_REST))
    points = missed = 0
    for part in wanted:
        worth = [weight + WHOLE_WORD * (f" {part} " in text) for text, weight in texts if f" {part}" in text]
        points += max(worth, default=0)
        missed += not worth
    if len(wanted) > 1 and f" {' '.join(wanted)}" in f" {entry.question}\n {entry.keywords}":
        points += PHRASE
    return Fit(points, missed)


def ranked(wanted: Sequence[str], entries: Iterable[Candidate]) -> list[Candidate]:
    """The entries in which all words stand, notices first, then the best, then the most used."""
    return _in_order(wanted, entries, may_miss=0)


def nearly_ranked(wanted: Sequence[str], entries: Iterable[Candidate]) -> list[Candidate]:
    """The same when no entry has all the words: half of them may be missing."""
    return _in_order(wanted, entries, may_miss=len(wanted) // 2)


def _in_order(wanted: Sequence[str], entries: Iterable[Candidate], *, may_miss: int) -> list[Candidate]:
    found = [(fit(wanted, entry), entry) for entry in entries]
    kept = [(how, entry) for how, entry in found if how.missed <= may_miss]
    kept.sort(key=lambda pair: (not pair[1].is_notice, pair[0].missed, -pair[0].points, -pair[1].uses, pair[1].id))
    return [entry for _how, entry in kept]
