"""Pure: what is hidden in a citizen's words before anybody else reads them, and how a receipt is written."""

from __future__ import annotations

import re

HIDDEN = "•••"
_MAIL = re.compile(r"[^\s@<>(),;]+@[^\s@<>(),;]+\.[^\s@<>(),;]+")
# A Vietnamese number as people write it: 0 or 84 and eight to ten more digits, with blanks, dots or hyphens between.
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .()-]{0,2}\d){8,10}(?!\d)")
# A number of an identity card: nine or twelve digits, also in threes; with nine or more in a row whatever it is.
_GROUPED = re.compile(r"(?<!\d)(?<!\d )\d{3}(?: \d{3}){2,3}(?! ?\d)")
_LONG = re.compile(r"\d{9,}")


def masked_comment(text: str) -> str:
    """The words with telephone numbers, numbers of identity cards and e-mail addresses replaced by •••.

    Rather a number too many than one too few: accounts and long sums disappear too; dates, house numbers and the code
    of a report (26-0045127) stay.
    """
    for pattern in (_MAIL, _GROUPED, _PHONE, _LONG):
        text = pattern.sub(HIDDEN, text)
    return text


def grouped(receipt: str) -> str:
    """A receipt in groups of four, to be read aloud or copied: `1f2e 3d4c 5b6a 7988`."""
    return " ".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))
