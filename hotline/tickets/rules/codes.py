"""Ticket codes: year, serial number and a check digit, `26-0045127`: nine digits that survive being read aloud."""

from __future__ import annotations

import re

SERIALS_A_YEAR = 1_000_000
# The quasigroup of Damm's algorithm: catches every single wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_digit(digits: str) -> int:
    """The Damm check digit of a string of decimal digits."""
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state


def ticket_code(year: int, serial: int) -> str:
    """The code of ticket `serial` (1 to 999,999) of `year`. Raises ValueError when the year is full."""
    if not 0 < serial < SERIALS_A_YEAR:
        raise ValueError(f"no ticket code for serial {serial}")
    body = f"{year % 100:02}{serial:06}"
    return f"{body[:2]}-{body[2:]}{check_digit(body)}"


def read_code(text: str) -> str | None:
    """The code that a person typed or keyed, with or without hyphen and blanks; None when it cannot be one."""
    digits = re.sub(r"[\s\-–.]", "", text)
    if not re.fullmatch(r"[0-9]{9}", digits) or check_digit(digits) != 0:
        return None
    return f"{digits[:2]}-{digits[2:]}"
