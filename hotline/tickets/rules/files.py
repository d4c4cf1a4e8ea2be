"""Which files a case takes: what a name may be, what the content really is, and what a PDF must not hold.

A file is refused with a `Refusal` that says why by a word of `Why`; what people read of it is in `words`.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass
from enum import StrEnum

LARGEST_FILE = 10 * 1024 * 1024
MOST_FILES = 20
LONGEST_NAME = 200
LARGEST_UNPACKED = 50 * 1024 * 1024
KEY_LENGTH = 32


class Why(StrEnum):
    """Why a file is not taken. Bad names are the sender's to change, wrong types are not taken at all."""

    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    NAME_HAS_PATH = "name_has_path"
    NAME_UNREADABLE = "name_unreadable"
    NAME_RESERVED = "name_reserved"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    WRONG_TYPE = "wrong_type"
    NOT_WHAT_IT_SAYS = "not_what_it_says"
    PDF_BROKEN = "pdf_broken"
    PDF_LOCKED = "pdf_locked"
    PDF_ACTS = "pdf_acts"
    PHOTO_BROKEN = "photo_broken"
    PHOTO_TOO_LARGE = "photo_too_large"

    @property
    def is_about_the_name(self) -> bool:
        """Whether another name would do."""
        return self.value.startswith("name_")


class Refusal(Exception):
    """This file is not taken."""

    def __init__(self, why: Why):
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: how its names end, how its content begins, whether it is a photo."""

    media_type: str
    endings: tuple[str, ...]
    is_photo: bool


JPEG = Kind("image/jpeg", ("jpg", "jpeg"), True)
PNG = Kind("image/png", ("png",), True)
WEBP = Kind("image/webp", ("webp",), True)
PDF = Kind("application/pdf", ("pdf",), False)
KINDS = (JPEG, PNG, WEBP, PDF)

# Devices of Windows: a file of that name cannot be saved there, with any ending.
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
# Turns the direction of writing: "gpj.exe" is then read as "exe.jpg".
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z])")
_ACTS = re.compile(rb"/(?:JavaScript|Launch|RichMedia|EmbeddedFile|XFA)(?![A-Za-z])")


def tidy_name(name: str) -> str:
    """The name in NFC without blanks at its ends. Raises Refusal for what cannot be the name of a file anywhere."""
    if "\ufffd" in name or any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in name):
        raise Refusal(Why.NAME_UNREADABLE)
    tidy = unicodedata.normalize("NFC", name).strip()
    if not tidy.strip(". "):
        raise Refusal(Why.NAME_MISSING)
    if _TURNING.search(tidy):
        raise Refusal(Why.NAME_UNREADABLE)
    if "/" in tidy or "\\" in tidy or tidy.startswith(".."):
        raise Refusal(Why.NAME_HAS_PATH)
    if tidy.partition(".")[0].strip().casefold() in _RESERVED:
        raise Refusal(Why.NAME_RESERVED)
    if len(tidy) > LONGEST_NAME:
        raise Refusal(Why.NAME_TOO_LONG)
    return tidy


def kind_of(name: str, content: bytes) -> Kind:
    """What the file is, by its content and by how its name ends: both must say the same.

    Raises Refusal for an empty or too large file, and for every other kind of file.
    """
    if len(content) > LARGEST_FILE:
        raise Refusal(Why.TOO_LARGE)
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    said = next((kind for kind in KINDS if ending in kind.endings), None)
    if said is None:
        raise Refusal(Why.WRONG_TYPE)
    if not content:
        raise Refusal(Why.EMPTY)
    if _sniffed(content) is not said:
        raise Refusal(Why.NOT_WHAT_IT_SAYS)
    return said


def _sniffed(content: bytes) -> Kind | None:
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    return PDF if content.startswith(b"%PDF-") else None


def check_pdf(content: bytes) -> None:
    """Refuse a PDF that is cut off, locked, runs something, or carries other files. Raises Refusal.

    Names are looked for outside of streams, where they would be chance, and inside of packed object streams, where
    they may hide. A look at bytes, not a proof: downloads are sandboxed as well.
    """
    if b"%%EOF" not in content[-2048:]:
        raise Refusal(Why.PDF_BROKEN)
    for part in (_STREAM.sub(b"stream endstream", content), *_packed_objects(content)):
        plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)
        if _LOCKED.search(plain):
            raise Refusal(Why.PDF_LOCKED)
        if _ACTS.search(plain):
            raise Refusal(Why.PDF_ACTS)


def _packed_objects(content: bytes) -> list[bytes]:
    """The object streams, unpacked up to a limit. Raises Refusal for what unpacks to more than that."""
    unpacked, left = [], LARGEST_UNPACKED
    for found in _STREAM.finditer(content):
        if b"ObjStm" not in content[max(0, found.start() - 400) : found.start()]:
            continue
        machine = zlib.decompressobj()
        try:
            part = machine.decompress(found[1], left)
        except zlib.error:
            part = found[1]
        if machine.unconsumed_tail:
            raise Refusal(Why.PDF_BROKEN)
        left -= len(part)
        unpacked.append(part)
        if left <= 0:
            raise Refusal(Why.PDF_BROKEN)
    return unpacked


def ascii_name(name: str) -> str:
    """The name for programs that know no other letters: everything else is an underscore."""
    letters = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9._-]+", "_", bare).strip("._")[-80:] or "file"
