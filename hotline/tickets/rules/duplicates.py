"""Whether two reports speak of the same event: the words they share, the rarer the weightier; address; distance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import asin, cos, log, radians, sin, sqrt

EARTH_METRES = 6_371_000.0
NEAR_METRES, FAR_METRES = 150.0, 3_000.0
ALIKE_FROM = 0.26
ADDRESS_SHARE = 0.25
NEARNESS_SHARE = 0.35
# Folded syllables that every report has and that therefore say nothing.
_EMPTY = (
    "ai anh bac bao bi biet cac cach cai can chi chua chung co con cua cung da dang de den di duoc em gi "
    "hay het hom hon khi khong kinh la lai lam len luc ma moi mot muon nay nao nen neu ngay nguoi nhieu "
    "nhung noi o ong phai phan anh qua ra rang rat roi se su tai tam the theo thi thoi toi trong tung va "
    "van vao ve vi viec voi vua vui xin xem nghi quan chuc nang xu ly som mong "
)
EMPTY_WORDS = frozenset(_EMPTY.split())

Point = tuple[float, float]


@dataclass(frozen=True)
class Report:
    """What is compared: the folded syllables of content and address, in order, and the position (degrees) if known."""

    content: tuple[str, ...]
    address: tuple[str, ...] = ()
    position: Point | None = None


@dataclass(frozen=True)
class Likeness:
    """How alike two reports are, from 0 to 1; the shared syllables that weigh most, and the metres between them."""

    score: float
    words: tuple[str, ...]
    metres: float | None = None

    @property
    def is_alike(self) -> bool:
        """Whether it is worth showing."""
        return self.score >= ALIKE_FROM


def content_words(folded: Iterable[str]) -> tuple[str, ...]:
    """The syllables that carry meaning, in their order."""
    return tuple(word for word in folded if word not in EMPTY_WORDS and (len(word) > 1 or word.isdecimal()))


def rarity(reports: Iterable[Report]) -> dict[str, float]:
    """How much each syllable weighs among these reports: the fewer hold it, the more.

    Held by one or by two weighs the same, else what two have in common would always be what says least.
    """
    rows = list(reports)
    held = Counter(word for row in rows for word in set(row.content) | set(row.address))
    return {word: 1 + log((1 + len(rows)) / max(1, number - 1)) for word, number in held.items()}


def likeness(one: Report, other: Report, weights: Mapping[str, float]) -> Likeness:
    """How alike the two are. Where both have a position, far apart is another event; near by adds to the score."""
    metres = distance(one.position, other.position) if one.position and other.position else None
    if metres is not None and metres > FAR_METRES:
        return Likeness(0.0, (), metres)
    score = _shared(set(one.content), set(other.content), weights)
    if one.address and other.address:
        place = _shared(set(one.address), set(other.address), weights)
        score = (1 - ADDRESS_SHARE) * score + ADDRESS_SHARE * place
    if metres is not None:
        score = (1 - NEARNESS_SHARE) * score + NEARNESS_SHARE * nearness(metres)
    common = set(one.content + one.address) & set(other.content + other.address)
    words = sorted(common, key=lambda word: (-_weight(word, weights), word))
    return Likeness(min(1.0, score), tuple(words), metres)


def nearness(metres: float) -> float:
    """1 at the same spot, 0 from the distance on at which it is another event."""
    if metres <= NEAR_METRES:
        return 1.0
    return max(0.0, (FAR_METRES - metres) / (FAR_METRES - NEAR_METRES))


def distance(one: Point, other: Point) -> float:
    """Metres along the great circle between two positions in degrees (haversine)."""
    (lat1, lon1), (lat2, lon2) = ((radians(at[0]), radians(at[1])) for at in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(half)))


def phrases(written: Iterable[tuple[str, str]], shared: Iterable[str], at_most: int = 5) -> tuple[str, ...]:
    """The shared syllables as people wrote them (pairs of folded and written), neighbours joined, longest first.

    A pair of empty texts parts neighbours, as a full stop does; what a longer phrase says is not said again.
    """
    wanted, runs, run = set(shared), list[str](), list[str]()
    for folded, word in [*written, ("", "")]:
        if folded in wanted:
            run.append(word.lower())
        elif run:
            runs.append(" ".join(run))
            run = []
    found: list[str] = []
    for text in sorted(dict.fromkeys(runs), key=lambda text: -len(text.split())):
        if not any(f" {text} " in f" {longer} " for longer in found):
            found.append(text)
    return tuple(found[:at_most])


def _shared(one: set[str], other: set[str], weights: Mapping[str, float]) -> float:
    """Dice's share of what both hold, by weight."""
    whole = sum(_weight(word, weights) for word in one) + sum(_weight(word, weights) for word in other)
    return 2 * sum(_weight(word, weights) for word in one & other) / whole if whole else 0.0


def _weight(word: str, weights: Mapping[str, float]) -> float:
    return weights.get(word, 1.0)
