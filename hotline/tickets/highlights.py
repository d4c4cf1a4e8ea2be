"""What was looked for, marked where it stands in the words of a case: as they were written, whatever was typed."""

from __future__ import annotations

from markupsafe import Markup, escape

from hotline.tickets.models import Ticket
from hotline.tickets.rules.searching import Asked, Way, marked

BEFORE, LONGEST_PASSAGE = 40, 140


def highlighted(ticket: Ticket, asked: Asked, way: Way = Way.LAST_BEGUN) -> Markup:
    """The subject of a case with what was looked for marked; where it stands further on, the passage around it."""
    text, is_cut_before, is_cut_after = _passage(ticket, asked, way)
    return escape("… " if is_cut_before else "") + _marked(text, asked, way) + escape("…" if is_cut_after else "")


def found_elsewhere(ticket: Ticket, asked: Asked, way: Way = Way.LAST_BEGUN, *, may_know: bool = False) -> list[Markup]:
    """What holds the rest of it: address, number of a dossier; company and who asked to a reader who may know."""
    rest = asked.beside(_passage(ticket, asked, way)[0], way)
    names = [ticket.business_name, ticket.tax_code, ticket.caller_name] if may_know else []
    texts = [ticket.address, *names, ticket.dossier_code, ticket.procedure_code]
    return [_marked(text, asked, way) for text in texts if text and marked(rest, text, way)]


def _passage(ticket: Ticket, asked: Asked, way: Way) -> tuple[str, bool, bool]:
    """The words of a case to be shown, and whether there are more before and after them."""
    found = marked(asked, ticket.content, way)
    if not found or marked(asked, ticket.subject, way):
        return ticket.subject, False, False
    begin = max(0, found[0][0] - BEFORE)
    if begin:
        begin = ticket.content.find(" ", begin, found[0][0]) + 1 or begin
    end = min(len(ticket.content), begin + LONGEST_PASSAGE)
    return " ".join(ticket.content[begin:end].split()), begin > 0, end < len(ticket.content)


def _marked(text: str, asked: Asked, way: Way) -> Markup:
    pieces, at = [], 0
    for begin, end in marked(asked, text, way):
        pieces += [escape(text[at:begin]), Markup("<mark>{}</mark>").format(text[begin:end])]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])
