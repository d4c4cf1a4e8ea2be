"""Tax codes (mã số thuế): which texts are one, and the one way in which a code is written here."""

from __future__ import annotations

import unicodedata

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
CHECKED_DIGITS, PERSONAL_DIGITS, BRANCH_DIGITS = 10, 12, 3
PROVINCES_OF_PERSONAL_NUMBERS = range(1, 97)
_BETWEEN = str.maketrans("", "", " .-\u2010\u2011\u2012\u2013\u00a0\u202f")


def check_digit(nine: str) -> int | None:
    """The tenth digit that belongs to the first nine, or None where the authority gives out no such number."""
    rest = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, nine, strict=True)) % 11
    return 10 - rest if rest else None


def read_tax_code(text: str) -> str | None:
    """`text` in its normal form, or None when it is no tax code.

    Ten digits of which the last checks the others; a branch has `-` and three more; since 1 July 2025 a household
    business has the twelve digits of its owner's personal number. Blanks, dots and hyphens do not matter.
    """
    digits = unicodedata.normalize("NFKC", text).translate(_BETWEEN)
    if not (digits.isascii() and digits.isdecimal()):
        return None
    if len(digits) == PERSONAL_DIGITS:
        return digits if int(digits[:3]) in PROVINCES_OF_PERSONAL_NUMBERS else None
    head, branch = digits[:CHECKED_DIGITS], digits[CHECKED_DIGITS:]
    if len(head) < CHECKED_DIGITS or len(branch) not in (0, BRANCH_DIGITS) or branch == "000":
        return None
    if check_digit(head[:-1]) != int(head[-1]):
        return None
    return f"{head}-{branch}" if branch else head
