"""Which cases hold the words that somebody looks for."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from hotline.tickets.models import Ticket
from hotline.tickets.rules.codes import read_code
from hotline.web.folding import fold


def matches(words: str) -> ColumnElement[bool]:
    """The condition that finds `words` in code, number and folded text."""
    code = read_code(words)
    if code:
        return Ticket.code == code
    digits = "".join(c for c in words if c.isdigit())
    if digits and len(digits) >= 4 and not any(c.isalpha() for c in words):
        return or_(
            Ticket.phone_e164.like(f"%{digits.lstrip('0')}"), Ticket.search_text.contains(digits, autoescape=True)
        )
    return and_(
        *[Ticket.search_text.contains(word, autoescape=True) for word in fold(words).split()[:8]] or [Ticket.id < 0]
    )
