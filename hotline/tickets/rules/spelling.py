"""Vietnamese as people type it, read into plain syllables: without marks, with what they abbreviate written out.

Both sides of a search go through `read`, what is filed and what is asked, so that `QL14` meets `quốc lộ 14`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST_WORD, LAST_LATIN = 60, 0x2000

# What stands for the same thing wherever it stands.
ALWAYS = {
    "ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "mttq": "mat tran to quoc", "tp": "thanh pho",
    "tx": "thi xa", "kp": "khu pho", "tdp": "to dan pho", "kcn": "khu cong nghiep", "ccn": "cum cong nghiep",
    "kdc": "khu dan cu",
    "kdt": "khu do thi", "tphcm": "thanh pho ho chi minh", "bv": "benh vien", "bvdk": "benh vien da khoa",
    "tyt": "tram y te", "ttyt": "trung tam y te", "thpt": "trung hoc pho thong", "thcs": "trung hoc co so",
    "gdtx": "giao duc thuong xuyen", "cty": "cong ty", "tnhh": "trach nhiem huu han", "mtv": "mot thanh vien",
    "dntn": "doanh nghiep tu nhan", "htx": "hop tac xa", "hkd": "ho kinh doanh", "bhyt": "bao hiem y te",
    "bhxh": "bao hiem xa hoi", "bhtn": "bao hiem that nghiep", "cccd": "can cuoc cong dan",
    "cmnd": "chung minh nhan dan", "gplx": "giay phep lai xe", "gpxd": "giay phep xay dung", "gcn": "giay chung nhan",
    "qsdd": "quyen su dung dat", "gcnqsdd": "giay chung nhan quyen su dung dat", "csgt": "canh sat giao thong",
    "pccc": "phong chay chua chay", "attp": "an toan thuc pham", "vsattp": "ve sinh an toan thuc pham",
    "gtvt": "giao thong van tai", "tnmt": "tai nguyen moi truong", "gpmb": "giai phong mat bang",
    "tthc": "thu tuc hanh chinh", "dvc": "dich vu cong", "sdt": "so dien thoai",
}  # fmt: skip
# What has a number behind it, with or without a blank or dot between; the number belongs to it.
NUMBERED = {
    "ql": "quoc lo", "dt": "duong tinh", "tl": "duong tinh", "hl": "huong lo", "kp": "khu pho", "tdp": "to dan pho",
    "p": "phuong", "q": "quan",
}  # fmt: skip
# What has a name behind it.
NAMED = {"p": "phuong", "x": "xa", "q": "quan"}
# What has a name behind it and a dot after it.
DOTTED = {"h": "huyen", "d": "duong"}
# By the word before: what TH or CP stands for there.
AFTER = {("truong", "th"): "tieu hoc", ("truong", "mn"): "mam non", ("truong", "mg"): "mau giao",
         ("ty", "cp"): "co phan", ("cty", "cp"): "co phan", ("ti", "cp"): "co phan"}  # fmt: skip
# A centre, where one of these follows; a township otherwise.
CENTRES = frozenset(
    "phuc hanh y van dich kiem khuyen gioi giao quan day dao tiep ngoai thuong hoi phat giam".split()  # noqa: SIM905
)
LONGEST_ROAD_NUMBER = 4

_RAW = re.compile(r"[0-9a-z]+")
_GLUED = re.compile(r"(ql|dt|tl|hl|kp|tdp|p|q)([0-9]{1,4}[a-z]?)")
_POWER = re.compile(r"([0-9]+e[0-9]+)(?=[a-z])")
_Y = re.compile(r"(?:[bcdghklmnprstvx]|qu|th|ph|kh|ch|tr|nh|gi)y")


@dataclass(frozen=True, slots=True)
class Syllable:
    """A plain syllable, where what it was read from stands in the text, and which of them belong together."""

    text: str
    begin: int
    end: int
    group: int


@dataclass(frozen=True, slots=True)
class _Raw:
    text: str
    begin: int
    end: int
    has_dot: bool
    is_struck: bool  # a single Đ, which is a word of its own for a street


class _Plain(dict[int, str]):
    """For each character that without marks; a blank for what is no letter or digit, nothing for a mark of its own."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        bare = unicodedata.normalize("NFD", char.casefold().replace("đ", "d"))
        kept = "".join(c for c in bare if not unicodedata.combining(c))
        plain = "".join(c if c.isascii() and c.isalnum() else " " for c in kept)
        if point < LAST_LATIN:  # what is beyond is not remembered, so that nobody fills the memory with it
            self[point] = plain
        return plain


_PLAIN = _Plain()


def _raws(text: str) -> list[_Raw]:
    letters = text.translate(_PLAIN)
    places: Sequence[int] = range(len(text))
    if len(letters) != len(text) or not unicodedata.is_normalized("NFC", text):
        places = [place for place, char in enumerate(text) for _letter in _PLAIN[ord(char)]]
    found = []
    for match in _RAW.finditer(letters):
        begin, end = places[match.start()], places[match.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        word = match.group()
        is_struck = word == "d" and text[begin] in "đĐ"
        for part in _parts(word):
            size = len(part)
            last = part is word or word.endswith(part)
            stop = end if last else min(end, begin + size)
            found.append(_Raw(part[:LONGEST_WORD], begin, stop, text[stop : stop + 1] == ".", is_struck))
            begin = stop
    return found


def _parts(word: str) -> tuple[str, ...]:
    """A word in the pieces that are filed: `ql14` is two; PostgreSQL would split `2e10a`, so it is split here."""
    glued = _GLUED.fullmatch(word)
    if glued:
        return glued.groups()
    power = _POWER.match(word)
    return (power.group(1), *_parts(word[power.end() :])) if power else (word,)


def _canonical(word: str) -> str:
    """`lý` and `lí` are one."""
    return word[:-1] + "i" if _Y.fullmatch(word) else word


def _is_number(raws: list[_Raw]) -> bool:
    return bool(raws) and raws[0].text[0].isdigit() and len(raws[0].text) <= LONGEST_ROAD_NUMBER


def _reading(raws: list[_Raw], at: int) -> tuple[str, int]:
    """What the word at this place stands for, and how many words it takes up."""
    raw = raws[at]
    word, following = raw.text, raws[at + 1] if at + 1 < len(raws) else None
    before = raws[at - 1].text if at else ""
    if (
        word == "tinh"
        and following
        and following.text == "lo"
        and at + 2 < len(raws)
        and raws[at + 2].text[0].isdigit()
    ):
        return "duong tinh", 2
    if word in NUMBERED and _is_number(raws[at + 1 : at + 2]):
        return NUMBERED[word], 1
    if word in ALWAYS:
        return ALWAYS[word], 1
    if (before, word) in AFTER:
        return AFTER[before, word], 1
    if following and not following.text[0].isdigit():
        if word == "tt":
            return ("trung tam" if following.text in CENTRES else "thi tran"), 1
        if word in NAMED and not before.isdigit():
            return NAMED[word], 1
        if word in DOTTED and (raw.has_dot or raw.is_struck):
            return DOTTED[word], 1
    return word, 1


def _syllables(text: str) -> Iterator[Syllable]:
    raws, at, group, bound = _raws(text), 0, 0, False
    while at < len(raws):
        reading, length = _reading(raws, at)
        words = reading.split()
        begin, end = raws[at].begin, raws[at + length - 1].end
        if not (bound and raws[at].text[0].isdigit()):
            group += 1
        for word in words:
            yield Syllable(_canonical(word), begin, end, group)
        is_short = reading != raws[at].text and at + length < len(raws)
        bound = is_short and raws[at + length - 1].text in (*NUMBERED, "lo")
        at += length


@lru_cache(maxsize=2048)
def read(text: str) -> tuple[Syllable, ...]:
    """The syllables of a text, in order."""
    return tuple(_syllables(text))


@lru_cache(maxsize=2048)
def plain_words(text: str) -> str:
    """The same as one text, each syllable once a blank apart."""
    return " ".join(syllable.text for syllable in _syllables(text))
