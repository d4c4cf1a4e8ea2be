"""What a citizen may see of a case without an account: no name, no number, no content."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from hotline.dashboards.figures import Scope
from hotline.dashboards.queries import Numbers, numbers
from hotline.db import db
from hotline.tickets.models import Answer, Ticket
from hotline.tickets.rules.codes import read_code
from hotline.tickets.rules.lifecycle import Status, Verb

FEWEST_TO_PUBLISH = 5


@dataclass(frozen=True)
class Step:
    """One step of the way: name of the word, state (done, current, next) and when."""

    word: str
    state: str
    at: datetime | None = None


def case_of(code: str, proof: str) -> Ticket | None:
    """The case when code and proof fit: the last four digits of its number, or its follow code where it has none."""
    found = db.session.scalar(
        select(Ticket)
        .where(Ticket.code == (read_code(code) or "-"))
        .options(joinedload(Ticket.department), selectinload(Ticket.events), selectinload(Ticket.answers))
    )
    digits = "".join(c for c in proof if c.isascii() and c.isdigit())
    expected = [found.follow_code] if found else ["xxxx"]
    if found and found.phone_e164:
        expected.append(found.phone_e164[-4:])
    fits = [hmac.compare_digest(digits.encode(), answer.encode()) for answer in expected]
    return found if found and any(fits) else None


def steps_of(ticket: Ticket) -> list[Step]:
    """Received, sent on, in progress, answered: each with its date, in the order a citizen understands."""
    when = {event.verb: event.at for event in ticket.events if event.cycle == ticket.cycle}
    if ticket.status in (Status.REFUSED, Status.REFERRED_OUT, Status.WITHDRAWN, Status.ANSWERED_ON_CALL):
        return [Step("received", "done", ticket.received_at), Step(ticket.status.value, "done", ticket.stopped_at)]
    reached = 1
    if ticket.department_id and not ticket.status.is_with_switchboard:
        reached = 2
    if ticket.status in (
        Status.IN_PROGRESS, Status.WAITING_CITIZEN, Status.ON_HOLD, Status.AWAITING_APPROVAL, Status.REOPENED,
    ):  # fmt: skip
        reached = 3
    if not ticket.is_open:
        reached = 5
    plan = [
        ("received", ticket.received_at),
        ("sent", when.get(Verb.ROUTE)),
        ("working", when.get(Verb.ACCEPT)),
        ("answered", ticket.stopped_at),
    ]
    return [
        Step(
            word,
            "done" if place < reached else "current" if place == reached else "next",
            at if place <= reached else None,
        )
        for place, (word, at) in enumerate(plan, start=1)
    ]


def answers_of(ticket: Ticket) -> list[Answer]:
    """What was published about the case, newest first."""
    return [answer for answer in reversed(ticket.answers) if answer.published_at is not None]


def open_figures(now: datetime) -> Numbers:
    """The province's numbers of the last twelve months."""
    return numbers(Scope(now - timedelta(days=365), now + timedelta(seconds=1), now))
