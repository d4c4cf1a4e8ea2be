"""Vietnamese folded for search: both sides lose their diacritics, so "duong" finds "đường"."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d, punctuation as one blank: `Đường Hùng, P.5` -> `duong hung p 5`."""
    text = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return _NOT_WORD.sub(" ", "".join(c for c in text if not unicodedata.combining(c))).strip()


def plain(text: str) -> str:
    """The text without Vietnamese diacritics but otherwise as it stands, for plain text messages."""
    text = unicodedata.normalize("NFC", text).replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
