"""What an answer must not lack: the fields of its template filled in, and the proof that its category asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import SequenceMatcher

_WORD = re.compile(r"\S+\s*|\s+")
_FIELD = re.compile(r"\[([^\[\]\n]{1,80})\]")

# The proof that a category may ask for, and the kinds of file that satisfy it.
_SATISFIES = {
    "none": frozenset({""}),
    "photo": frozenset({"photo"}),
    "document": frozenset({"document"}),
    "either": frozenset({"photo", "document"}),
}


def fields_in(body: str) -> list[str]:
    """The names in square brackets, each once, in the order in which they stand: `[ngày sửa xong]`."""
    return list(dict.fromkeys(name.strip() for name in _FIELD.findall(body) if name.strip()))


def filled_in(body: str, facts: Mapping[str, str]) -> str:
    """The template with what we know put in; a field of which nothing is known stays, for a person to fill in."""

    def put(found: re.Match[str]) -> str:
        return facts.get(found[1].strip().casefold()) or found[0]

    return _FIELD.sub(put, body)


def left_open(body: str, known: Collection[str]) -> list[str]:
    """The fields of templates that still stand in an answer; other words in brackets are the writer's own."""
    names = {name.casefold() for name in known}
    return [name for name in fields_in(body) if name.casefold() in names]


def changed_words(before: str, after: str) -> list[tuple[str, str]]:
    """What became of a text, piece by piece: `same`, `gone` or `new`, and its words; what is not gone is `after`."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces = []
    for step, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if step == "equal":
            pieces.append(("same", "".join(new[c:d])))
            continue
        pieces += [(kind, text) for kind, text in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))) if text]
    return pieces


def lacks_proof(asked: str, kinds: Collection[str]) -> bool:
    """Whether files of these kinds lack what the category asks for (`none`, `photo`, `document`, `either`)."""
    return asked != "none" and not _SATISFIES[asked] & set(kinds)
