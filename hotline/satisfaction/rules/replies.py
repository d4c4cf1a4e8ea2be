"""What a citizen's text says about the answer: a score from 1 to 5, or nothing that is plain enough."""

from __future__ import annotations

import re
import unicodedata

_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5}
_SCORE = re.compile(r"([1-5]|mot|hai|ba|bon|nam) ?(?:diem|sao|d|\*{1,5}|/ ?5)?[.!]*")
LONGEST_SCORE = 40  # nothing longer is a score


def score_of(body: str) -> int | None:
    """The score of a reply: `5`, `5 điểm`, `5*`, `5/5`, `năm`, in whatever form of Unicode; else None.

    Strict: `55`, `0`, `6`, `4-5` and sentences that hold a digit are not guessed at.
    """
    if len(body) > LONGEST_SCORE:
        return None
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", body).casefold().replace("đ", "d"))
    folded = " ".join("".join(c for c in text if not unicodedata.combining(c)).split())
    found = _SCORE.fullmatch(folded)
    if found is None:
        return None
    word = found.group(1)
    return _WORDS.get(word) or int(word)
