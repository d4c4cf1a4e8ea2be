"""Telephone numbers: what was typed or sent, the E.164 form where there is one, and what kind of number it is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

REGION = "VN"
# What Twilio sends for withheld callers (ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE spelt on a keypad).
WITHHELD_NUMBERS = {"266696687", "7378742833", "2562533", "8656696", "86282452253"}
WITHHELD_WORDS = {"anonymous", "restricted", "blocked", "unknown", "unavailable", "withheld", "private"}
# Vietnam's eleven-digit mobile numbers became ten digits between 15 September and 14 November 2018.
OLD_MOBILE_PREFIXES = {f"016{n}": f"03{n}" for n in range(2, 10)} | {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
OLD_LANDLINE_PREFIXES = {"0651": "0271"}
_NUMBER = re.compile(r"\+?[0-9 .()\-/]+")


class PhoneKind(StrEnum):
    """What can be done with a number: only a mobile one gets texts."""

    MOBILE = "mobile"
    FIXED = "fixed"
    SHORT = "short"
    WITHHELD = "withheld"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PhoneNumber:
    """A number as it came (`raw`), its E.164 form or None, and its kind."""

    raw: str
    e164: str | None
    kind: PhoneKind

    @property
    def is_textable(self) -> bool:
        """Whether a text message can reach it."""
        return self.kind is PhoneKind.MOBILE and self.e164 is not None

    @property
    def masked(self) -> str:
        """`+84*****789`: enough to recognise, too little to dial."""
        return mask(self.e164 or self.raw)


def mask(number: str | None) -> str:
    """Hide the middle of a number; an empty one stays empty."""
    if not number:
        return ""
    head = number[:3] if number.startswith("+") else number[:2]
    return f"{head}{'*' * max(3, len(number) - len(head) - 3)}{number[-3:]}" if len(number) > 6 else "***"


def national(number: str) -> str:
    """A Vietnamese number in E.164 as it is dialled in the country: `0912345678`; others as they are."""
    return "0" + number[3:] if number.startswith("+84") else number


def read_number(raw: str) -> PhoneNumber:
    """Understand whatever a person typed or an exchange sent; never raises. Old Vietnamese numbers become today's."""
    raw = unicodedata.normalize("NFKC", raw or "").strip()
    digits = re.sub(r"\D", "", raw) if raw.isascii() else ""
    if not raw or raw.lower() in WITHHELD_WORDS or (raw.startswith("+") and digits in WITHHELD_NUMBERS):
        return PhoneNumber(raw, None, PhoneKind.WITHHELD)
    if not _NUMBER.fullmatch(raw) or not digits:
        return PhoneNumber(raw, None, PhoneKind.UNKNOWN)
    for candidate in _readings(raw, digits):
        try:
            number = phonenumbers.parse(candidate, REGION)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return PhoneNumber(
                raw, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), _kind(number)
            )
    return PhoneNumber(raw, None, PhoneKind.SHORT if 3 <= len(digits) <= 4 and digits[0] != "0" else PhoneKind.UNKNOWN)


def _readings(raw: str, digits: str) -> list[str]:
    national = digits
    if digits.startswith("0084"):
        national = "0" + digits[4:]
    elif raw.startswith("+84"):
        national = "0" + digits[2:]
    for old, new in (OLD_MOBILE_PREFIXES | OLD_LANDLINE_PREFIXES).items():
        if national.startswith(old) and len(national) == 11:
            return [new + national[len(old) :]]
    readings = [raw]
    if digits.startswith("00"):
        readings.append("+" + digits[2:])
    if not raw.startswith("+"):
        readings.append("+" + digits)
    return readings


def _kind(number: phonenumbers.PhoneNumber) -> PhoneKind:
    if number.country_code != 84:
        return PhoneKind.FOREIGN
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.MOBILE:
        return PhoneKind.MOBILE
    if kind == PhoneNumberType.FIXED_LINE:
        return PhoneKind.FIXED
    return PhoneKind.UNKNOWN
