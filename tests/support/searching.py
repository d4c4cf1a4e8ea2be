"""The list of what people look for, planted into a province and asked for: what was found of what had to be."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from hotline.actor import SYSTEM, Actor, ActorKind
from hotline.catalogue.models import Area, Category
from hotline.db import transaction
from hotline.staff.permissions import PERMISSIONS, Role
from hotline.tickets import actions
from hotline.tickets.models import CallerKind, Ticket
from hotline.tickets.queries.searching import search
from hotline.web.folding import plain

LIST = Path(__file__).parent.parent / "tickets" / "search"
FIRST = 10


@dataclass
class Outcome:
    """One query: what it found in order, what it missed, what it should have left out, how the first ten fit."""

    kind: str
    query: str
    codes: list[str]
    hits: int
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    fitting: float | None = None


def table(name: str) -> list[dict[str, str]]:
    """The rows of one of the two lists."""
    with (LIST / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))


def plant(now: datetime) -> dict[str, str]:
    """Open the reports of the list, one a minute until `now`, through the verb; their codes by key."""
    rows = table("reports.tsv")
    codes = {}
    with transaction() as session:
        for number, row in enumerate(rows):
            at = now - timedelta(minutes=len(rows) - number)
            form = "NFD" if row["key"].startswith("nfd") else "NFC"
            category = session.scalars(select(Category).where(Category.code == row["category"])).one()
            area = session.scalar(select(Area).where(Area.code == row["area"], Area.valid_to.is_(None)))
            wish = actions.NewTicket(
                content=unicodedata.normalize(form, row["content"]),
                address=row["address"],
                received_at=at,
                category_id=category.id,
                area_id=area.id if area else None,
                caller_kind=CallerKind.BUSINESS if row["company"] else CallerKind.CITIZEN,
                caller_name=row["caller"],
                business_name=row["company"],
                tax_code=row["tax_code"],
                phone=row["phone"],
                dossier_code=row["dossier"],
                is_confidential=bool(row["confidential"]),
            )
            codes[row["key"]] = actions.open_ticket(wish, by=SYSTEM, now=at).code
    return codes


def province() -> Actor:
    """Somebody of the switchboard, who may find every case."""
    return Actor(ActorKind.STAFF, "Tổng đài", role="lead", permissions=PERMISSIONS[Role.LEAD])


def everything_found(words: str, actor: Actor) -> list[Ticket]:
    """All pages of a search, one after the other."""
    found, after = [], ""
    while True:
        page = search(words, actor, after=after).page
        found += page.rows
        if page.after is None:
            return found
        after = page.after


def outcomes(codes: dict[str, str]) -> list[Outcome]:
    """Each query of the list, asked by the province."""
    return [_outcome(row, codes) for row in table("queries.tsv")]


def _outcome(row: dict[str, str], codes: dict[str, str]) -> Outcome:
    query = re.sub(r"\{([^}:]+)(?::(\w+))?\}", lambda found: _code(codes[found[1]], found[2]), row["query"])
    query = unicodedata.normalize("NFD" if row["kind"] == "nfd" else "NFC", query)
    tickets = everything_found(query, province())
    found = [ticket.code for ticket in tickets]
    outcome = Outcome(row["kind"], query, found, len(row["hit"].split()))
    outcome.missed = [key for key in row["hit"].split() if codes[key] not in found]
    outcome.wrong = [key for key in row["miss"].split() if codes[key] in found]
    if row["about"]:
        first = [_fits(row["about"], ticket) for ticket in tickets[:FIRST]]
        outcome.fitting = sum(first) / len(first) if first else 0.0
    return outcome


def _code(code: str, form: str | None) -> str:
    forms: dict[str | None, str] = {
        None: code,
        "compact": code.replace("-", ""),
        "blanks": code.replace("-", " "),
        "serial": code[3:],
    }
    return forms[form]


def _fits(about: str, ticket: Ticket) -> bool:
    """Whether a report speaks of it, or lies where a place of that name was."""
    before = ticket.area.search_text if ticket.area else ""
    return bool(re.search(about, _said(ticket), re.IGNORECASE) or re.search(plain(about), before, re.IGNORECASE))


def _said(ticket: Ticket) -> str:
    parts = [ticket.content, ticket.address, ticket.business_name, ticket.caller_name]
    parts += [ticket.area.name_vi if ticket.area else "", ticket.category.name_vi if ticket.category else ""]
    return unicodedata.normalize("NFC", " · ".join(parts))


def report(found: list[Outcome]) -> str:
    """Recall, what should not have been found, and the fit of the first ten, by kind of query and in all."""
    lines = ["| kind of query | queries | recall | not left out | first ten fit |", "|---|---:|---:|---:|---:|"]
    for kind in [*dict.fromkeys(one.kind for one in found), "all"]:
        rows = [one for one in found if kind in (one.kind, "all")]
        judged = [one.fitting for one in rows if one.fitting is not None]
        precision = f"{sum(judged) / len(judged):.0%}" if judged else "–"
        lines.append(
            f"| {kind} | {len(rows)} | {recall(rows):.1%} | {sum(len(one.wrong) for one in rows)} | {precision} |"
        )
    for one in found:
        if one.missed or one.wrong:
            lines.append(f"{one.query!r}: missed {one.missed}, not left out {one.wrong}, found {len(one.codes)}")
    return "\n".join(lines)


def recall(found: list[Outcome]) -> float:
    """The share of what had to be found that was."""
    return 1 - sum(len(one.missed) for one in found) / sum(one.hits for one in found)
