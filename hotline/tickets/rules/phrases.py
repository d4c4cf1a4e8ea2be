"""Vietnamese words found in what was typed: whole words, with or without their marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word: its bare letters, its marks in a fixed order (so `hoà` is `hòa`), and where it stands in the text."""

    bare: str
    marks: str
    begin: int
    end: int


class Text:
    """A text read into words. Where any word bears a mark, all are taken to be written as they are meant."""

    def __init__(self, written: str) -> None:
        self.written = unicodedata.normalize("NFC", written)
        self.words = [_word(found) for found in _WORD.finditer(self.written)]
        self.is_marked = any(word.marks for word in self.words)

    def holds(self, phrase: Sequence[Word], at: int) -> bool:
        """Whether `phrase` stands at word number `at`.

        `chay` typed without marks may be `cháy`; in a text with marks `chảy` is not: fire is not flowing water.
        """
        here = self.words[at : at + len(phrase)]
        if [word.bare for word in here] != [word.bare for word in phrase]:
            return False
        if not self.is_marked or not any(word.marks for word in phrase):
            return True
        return [word.marks for word in here] == [word.marks for word in phrase]

    def places_of(self, phrase: Sequence[Word]) -> Iterator[int]:
        """The numbers of the words at which `phrase` begins."""
        if phrase:
            for at, word in enumerate(self.words):
                if word.bare == phrase[0].bare and self.holds(phrase, at):
                    yield at

    def as_written(self, at: int, length: int) -> str:
        """The words from `at` as they stand in the text."""
        return self.written[self.words[at].begin : self.words[at + length - 1].end]

    def finds(self, phrase: str) -> str | None:
        """The first place of `phrase` as it stands in the text, or None."""
        wanted = phrase_of(phrase)
        at = next(self.places_of(wanted), None)
        return None if at is None else self.as_written(at, len(wanted))


@lru_cache(maxsize=8192)
def phrase_of(written: str) -> tuple[Word, ...]:
    """The words of a keyword; none when there is no letter or digit in it."""
    return tuple(_word(found) for found in _WORD.finditer(unicodedata.normalize("NFC", written)))


def key_of(phrase: str) -> str:
    """What two ways of writing the same keyword share."""
    return " ".join(word.bare + word.marks for word in phrase_of(phrase))


def _word(found: re.Match[str]) -> Word:
    letters = unicodedata.normalize("NFD", found[0].casefold())
    marks = [letter for letter in letters if unicodedata.combining(letter)]
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    crossed = "đ" * bare.count("đ")
    return Word(bare.replace("đ", "d"), crossed + "".join(sorted(marks)), found.start(), found.end())
