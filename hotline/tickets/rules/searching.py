"""What somebody looks for, and how well a case fits: the language of queries, what is filed, the order of finds.

A query is parts that must all be found. A part is one phrase or another (a number as it was typed, or run together);
a phrase is syllables that stand side by side.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from hotline.tickets.rules.codes import read_code
from hotline.tickets.rules.spelling import Syllable, plain_words, read

READING = 2  # grows with every change to what is filed: cases filed under an earlier one are filed again
MOST_PARTS = 12
SHORTEST_TAIL = 3
SHORTEST_BEGINNING, SHORTEST_NUMBER_BEGINNING = 2, 6
LONGEST_NATIONAL, PREFIX = 9, "84"
# Kinds of places that have a name behind them, and how they are abbreviated.
PLACES = {"phường": "p", "xã": "x", "thị trấn": "tt", "thị xã": "tx", "thành phố": "tp", "huyện": "h"}
QUOTES = '"“”„«»'

Phrase = tuple[str, ...]


class Way(StrEnum):
    """How words are held against what is filed."""

    WHOLE = "w"
    LAST_BEGUN = "l"
    ALL_BEGUN = "a"


@dataclass(frozen=True)
class Part:
    """One thing that must be there: one of these phrases. What stood in quotes is never only the beginning of a word.

    `is_name`: the name of a place with what it is, `phường Hưng Long`; taken apart only when it is found nowhere.
    """

    either: tuple[Phrase, ...]
    is_quoted: bool = False
    is_name: bool = False

    def is_begun(self, phrase: Phrase) -> bool:
        """Whether the last word of one of its phrases may be the beginning of a longer one."""
        last = phrase[-1]
        shortest = SHORTEST_NUMBER_BEGINNING if last.isdigit() else SHORTEST_BEGINNING
        return not self.is_quoted and len(last) >= shortest


@dataclass(frozen=True)
class Asked:
    """A query, read. Without parts nothing can be looked for."""

    parts: tuple[Part, ...]

    def phrases(self, way: Way) -> list[list[tuple[Phrase, bool]]]:
        """For each part its phrases, each with whether its last word may be a beginning."""
        parts = [piece for part in self.parts for piece in (_apart(part) if way is Way.ALL_BEGUN else (part,))]
        last = len(parts) - 1
        return [
            [
                (phrase, (way is Way.ALL_BEGUN or (way is Way.LAST_BEGUN and at == last)) and part.is_begun(phrase))
                for phrase in part.either
            ]
            for at, part in enumerate(parts)
        ]

    def beside(self, text: str, way: Way) -> Asked:
        """What is left of it to be shown once `text` is."""
        return Asked(tuple(part for part in self.parts if not marked(Asked((part,)), text, way)))

    def is_other(self, way: Way, than: Way) -> bool:
        """Whether it makes a difference in which of the two ways it is looked for."""
        return self.phrases(way) != self.phrases(than)


def _apart(part: Part) -> tuple[Part, ...]:
    return tuple(Part(((word,),)) for word in part.either[0]) if part.is_name else (part,)


def ask(text: str) -> Asked:
    """Read what was typed. Never raises: what means nothing is left out."""
    for chunk in text.split():
        code = read_code(chunk) if "-" in chunk else None
        if code:
            return Asked((Part(((code.replace("-", ""),),)),))
    if not any(char.isalpha() for char in text) and not any(quote in text for quote in QUOTES):
        parts = _number(text)
    else:
        parts = []
        for at, piece in enumerate(re.split(f"[{QUOTES}]", text)):
            parts += _quoted(piece) if at % 2 else _loose(piece)
    if len(parts) == 1 and all(len("".join(phrase)) < 2 for phrase in parts[0].either):
        return Asked(())
    return Asked(tuple(parts[:MOST_PARTS]))


def _number(text: str) -> list[Part]:
    apart = tuple(syllable.text for syllable in read(text))
    joined = "".join(apart)
    if not joined or (len(apart) == 1 and len(joined) < LONGEST_NATIONAL):
        return [Part((apart,))] if joined else []
    for prefix in ("00" + PREFIX, PREFIX):
        if joined.startswith(prefix) and len(joined) == len(prefix) + LONGEST_NATIONAL:
            return [Part((("0" + joined.removeprefix(prefix),),))]
    return [Part(tuple(dict.fromkeys(((joined,), apart))))]


def _quoted(piece: str) -> list[Part]:
    words = tuple(syllable.text for syllable in read(piece))
    return [Part((words,), is_quoted=True)] if words else []


def _loose(piece: str) -> list[Part]:
    """Words one by one; side by side must stand what was read from one abbreviation, and a number with its dashes."""
    parts: list[Part] = []
    syllables, named = read(piece), 0
    for chunk in _chunks(piece, syllables):
        if chunk[0].begin < named:
            continue
        name = _name_of_place(piece, syllables, syllables.index(chunk[0]))
        if name:
            parts.append(Part((tuple(syllable.text for syllable in name),), is_name=True))
            named = name[-1].end
            continue
        written = piece[chunk[0].begin : chunk[-1].end]
        is_number = any(char.isdigit() for char in written) and len({s.begin for s in chunk}) > 1
        if is_number and chunk[0].text == written[: chunk[0].end - chunk[0].begin].lower():
            words = tuple(syllable.text for syllable in chunk)
            parts.append(Part(tuple(dict.fromkeys((words, ("".join(words),))))))
            continue
        groups: dict[int, list[str]] = {}
        for syllable in chunk:
            groups.setdefault(syllable.group, []).append(syllable.text)
        parts += [Part((tuple(words),)) for words in groups.values()]
    return parts


def _name_of_place(piece: str, syllables: tuple[Syllable, ...], at: int) -> tuple[Syllable, ...]:
    """A ward, commune or town with the first two syllables of its name, which nearly all have; empty for anything else.

    Only where it is written with its marks or abbreviated: `xa` may be far away, and `phuong` a tree.
    """
    for kind, short in PLACES.items():
        length = len(kind.split())
        here = syllables[at : at + length]
        if plain_words(kind) != " ".join(syllable.text for syllable in here) or len(syllables) == at + length:
            continue
        written = unicodedata.normalize("NFC", piece[here[0].begin : here[-1].end]).casefold()
        if written in (kind, short):
            name = list(here)
            for syllable in syllables[at + length : at + length + 2]:
                between = piece[name[-1].end : syllable.begin]
                if between.strip(" .") or syllable.group == name[-1].group or name[-1].text.isdigit():
                    break
                name.append(syllable)
            return tuple(name) if len(name) > length else ()
    return ()


def _chunks(piece: str, syllables: tuple[Syllable, ...]) -> Iterable[list[Syllable]]:
    """What was written without a blank between, or belongs together in spite of one."""
    chunk: list[Syllable] = []
    for syllable in syllables:
        if chunk and syllable.group != chunk[-1].group:
            between = piece[chunk[-1].end : syllable.begin]
            if any(char.isspace() for char in between):
                yield chunk
                chunk = []
        chunk.append(syllable)
    if chunk:
        yield chunk


def is_code(phrase: Phrase) -> bool:
    """Whether it is the whole code of a case, run together."""
    return len(phrase) == 1 and read_code(phrase[0]) is not None


def led_by(unit_id: int) -> str:
    """The word of scope of the unit that leads a case. No syllable begins so."""
    return f"@{unit_id}"


def asked_of(unit_id: int) -> str:
    """The word of scope of a unit that was asked to contribute, and is not told who reported."""
    return f"@c{unit_id}"


def filed_code(code: str) -> str:
    """A code as it is filed: its pieces, and run together."""
    words = plain_words(code)
    joined = words.replace(" ", "")
    return f"{words} {joined}" if words != joined else words


def filed_number(e164: str | None, raw: str) -> str:
    """A telephone number as it is filed: as it is dialled in the country and in the world, and its last digits."""
    digits = "".join(char for char in e164 or raw if char.isascii() and char.isdigit())
    if not digits:
        return ""
    national = "0" + digits.removeprefix(PREFIX) if e164 and e164.startswith("+" + PREFIX) else digits
    tails = [national[-length:] for length in range(SHORTEST_TAIL, len(national))]
    return " ".join(dict.fromkeys([*tails, national, digits]))


@dataclass(frozen=True)
class Filed:
    """What is filed of a case: what names it, what was said, where and about what, and who asked."""

    keys: str
    body: str
    place: str
    identity: str


WEIGHTS = (50, 40, 20, 10)  # of keys, body, place and identity
SIDE_BY_SIDE, IN_ONE_PIECE, BEGUN_SHARE = 15, 40, 0.6


class Fit:
    """How well cases fit a query: each part by the best place where it stands, more for whole words and their order."""

    def __init__(self, asked: Asked, way: Way) -> None:
        phrases = asked.phrases(way)
        self._parts = [[(f" {' '.join(phrase)}", is_begun) for phrase, is_begun in options] for options in phrases]
        first = [options[0] for options in phrases]
        self._neighbours = [_in_a_row(pair) for pair in pairwise(first)]
        self._all = _in_a_row(first) if len(first) > 1 else None

    def __call__(self, filed: Filed) -> int:
        """The fit of one case; the same for the same case, whatever else there is."""
        texts = [f" {text} " for text in (filed.keys, filed.body, filed.place, filed.identity)]
        total = sum(max(_fit_of(*option, texts) for option in options) for options in self._parts)
        total += SIDE_BY_SIDE * sum(any(pair in text for text in texts) for pair in self._neighbours)
        if self._all and any(self._all in text for text in texts):
            total += IN_ONE_PIECE
        return round(total)


def _in_a_row(phrases: Iterable[tuple[Phrase, bool]]) -> str:
    """The text in which these stand side by side, the last perhaps only begun."""
    row = list(phrases)
    return " " + " ".join(" ".join(phrase) for phrase, _begun in row) + ("" if row[-1][1] else " ")


def _fit_of(phrase: str, is_begun: bool, texts: list[str]) -> float:
    whole = phrase + " "
    for text, weight in zip(texts, WEIGHTS, strict=True):
        if whole in text:
            return weight
    if is_begun:
        for text, weight in zip(texts, WEIGHTS, strict=True):
            if phrase in text:
                return weight * BEGUN_SHARE
    return 0.0


def marked(asked: Asked, text: str, way: Way = Way.LAST_BEGUN) -> list[tuple[int, int]]:
    """Where in `text` stands what was asked for: pairs of places, in order and apart."""
    syllables = read(text)
    spans = [
        (syllables[at].begin, syllables[at + len(phrase) - 1].end)
        for options in asked.phrases(way)
        for phrase, is_begun in options
        for at in range(len(syllables) - len(phrase) + 1)
        if _is_here(syllables, at, phrase, is_begun)
    ]
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(set(spans)):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _is_here(syllables: tuple[Syllable, ...], at: int, phrase: Phrase, is_begun: bool) -> bool:
    here = [syllable.text for syllable in syllables[at : at + len(phrase)]]
    if tuple(here) == phrase:
        return True
    return is_begun and tuple(here[:-1]) == phrase[:-1] and here[-1].startswith(phrase[-1])
