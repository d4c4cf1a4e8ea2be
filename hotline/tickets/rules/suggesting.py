"""Which category the typed words speak of: at most three proposals with the words for each. People decide."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

from hotline.tickets.rules.phrases import Text, Word, key_of, phrase_of

MOST = 3
LONGER_COUNTS = 1.6
INSIDE_COUNTS = 0.4
_PARTS = re.compile(r"[,:;]")


@dataclass(frozen=True)
class Candidate:
    """A category and the phrases that speak for it."""

    category_id: int
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """A category that may be meant, and the words of the text that say so, the weightiest first."""

    category_id: int
    words: tuple[str, ...]
    weight: float


@dataclass
class _Found:
    begin: int
    length: int
    weight: float


@dataclass(frozen=True)
class Lexicon:
    """The phrases of all candidates, found by their first word."""

    order: tuple[int, ...]
    by_first: dict[str, list[tuple[tuple[Word, ...], str]]]
    owners: dict[str, list[int]] = field(default_factory=dict)

    def weight(self, key: str) -> float:
        """Longer phrases count more, and so do those that few categories share."""
        rarity = log(1 + len(self.order) / len(self.owners[key]))
        return float((key.count(" ") + 1) ** LONGER_COUNTS * rarity)


def phrases_of(keywords: str, name: str) -> tuple[str, ...]:
    """The phrases in a list of keywords and in the parts of a name."""
    return tuple(part.strip() for part in (*keywords.split(","), *_PARTS.split(name)) if part.strip())


def lexicon(candidates: Iterable[Candidate]) -> Lexicon:
    """Read the candidates once, to be asked for many texts."""
    order: list[int] = []
    by_first: dict[str, list[tuple[tuple[Word, ...], str]]] = defaultdict(list)
    owners: dict[str, list[int]] = {}
    for candidate in candidates:
        order.append(candidate.category_id)
        for written in candidate.phrases:
            words, key = phrase_of(written), key_of(written)
            if not words:
                continue
            if key not in owners:
                owners[key] = []
                by_first[words[0].bare].append((words, key))
            if candidate.category_id not in owners[key]:
                owners[key].append(candidate.category_id)
    return Lexicon(tuple(order), by_first, owners)


def suggest(known: Lexicon, content: str, *, most: int = MOST) -> list[Suggestion]:
    """The categories that most weight speaks for, the best first; equal ones in the order of the candidates.

    A phrase inside a longer one that was found (`rác` in `đốt rác`) counts less; each phrase counts once.
    """
    text = Text(content)
    found: dict[str, _Found] = {}
    spans: list[tuple[int, int]] = []
    for at, word in enumerate(text.words):
        for words, key in known.by_first.get(word.bare, ()):
            if text.holds(words, at):
                spans.append((at, at + len(words)))
                found.setdefault(key, _Found(at, len(words), known.weight(key)))
    by_category: dict[int, list[_Found]] = defaultdict(list)
    for key, one in found.items():
        one.weight *= INSIDE_COUNTS if _is_inside(one, spans) else 1
        for category_id in known.owners[key]:
            by_category[category_id].append(one)
    place = {category_id: number for number, category_id in enumerate(known.order)}
    made = [_suggestion(category_id, ones, text) for category_id, ones in by_category.items()]
    return sorted(made, key=lambda one: (-one.weight, place[one.category_id]))[:most]


def _is_inside(one: _Found, spans: Sequence[tuple[int, int]]) -> bool:
    end = one.begin + one.length
    return any(begin <= one.begin and end <= last and last - begin > one.length for begin, last in spans)


def _suggestion(category_id: int, ones: list[_Found], text: Text) -> Suggestion:
    ones = sorted(ones, key=lambda one: (-one.weight, one.begin))
    spans = [(one.begin, one.begin + one.length) for one in ones]
    words = dict.fromkeys(text.as_written(one.begin, one.length) for one in ones if not _is_inside(one, spans))
    return Suggestion(category_id, tuple(words), round(sum(one.weight for one in ones), 6))
