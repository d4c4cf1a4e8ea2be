"""What a citizen may see of a case without an account: no name, no number, no content."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from hotline.dashboards.figures import Figure, Scope
from hotline.dashboards.queries import Numbers, numbers
from hotline.db import db
from hotline.tickets.models import Answer, CallerKind, Extension, Ticket
from hotline.tickets.rules.codes import read_code
from hotline.tickets.rules.lifecycle import Status, Verb

FEWEST_TO_PUBLISH = 5
PUBLISHED = (
    *(Figure.RECEIVED, Figure.STOPPED, Figure.ON_TIME, Figure.LATE, Figure.OPEN_OVERDUE),
    *(Figure.ASKED, Figure.RATED, Figure.RATED_ASKED, Figure.SATISFIED),
)
WITHOUT_A_UNIT = frozenset({Status.REFUSED, Status.REFERRED_OUT, Status.WITHDRAWN, Status.ANSWERED_ON_CALL})
# The states in which a unit works on a case, with the name of the step a citizen sees.
WORKED_ON = {
    Status.IN_PROGRESS: "working",
    Status.AWAITING_APPROVAL: "working",
    Status.WAITING_CITIZEN: "waiting",
    Status.ON_HOLD: "held",
    Status.REOPENED: "again",
    Status.ATTACHED: "joined",
}


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
        .options(joinedload(Ticket.department), selectinload(Ticket.events))
        .options(selectinload(Ticket.answers).joinedload(Answer.authority))
    )
    digits = "".join(c for c in proof if c.isascii() and c.isdigit())
    expected = [found.follow_code] if found else ["xxxx"]
    if found and found.phone_e164:
        expected.append(found.phone_e164[-4:])
    fits = [hmac.compare_digest(digits.encode(), answer.encode()) for answer in expected]
    return found if found and any(fits) else None


def steps_of(ticket: Ticket) -> list[Step]:
    """Received, sent on, in progress, answered: each with its date, in the order a citizen understands.

    A case that never went to a unit has two steps; one that was answered before and reopened begins with that answer.
    """
    present = [event for event in ticket.events if event.cycle == ticket.cycle]
    when = {event.verb: event.at for event in present}
    outcome = next((event.new_status for event in reversed(present) if event.stops_clock), ticket.status)
    if outcome in WITHOUT_A_UNIT:
        ended_at = ticket.stopped_at or when.get(Verb.WITHDRAW)
        return [Step("received", "done", ticket.received_at), Step(outcome.value, "done", ended_at)]
    reached = 1
    if ticket.department_id and not ticket.status.is_with_switchboard:
        reached = 2
    if ticket.status in WORKED_ON and not ticket.is_accepted_by_silence:  # silence is no work on it
        reached = 3
    if not ticket.is_open:
        reached = 5
    plan = [
        ("received", ticket.received_at),
        ("sent" if reached == 2 else "sent_on", when.get(Verb.ROUTE)),
        (WORKED_ON.get(ticket.status, "working"), when.get(Verb.ACCEPT)),
        ("answered", ticket.stopped_at),
    ]
    if ticket.cycle > 1:
        before = [answer.published_at for answer in ticket.answers if answer.cycle == ticket.cycle - 1]
        plan[1] = ("answered_before", before[-1] if before else None)
        plan[2] = (plan[2][0] if ticket.status is not Status.IN_PROGRESS else "again", when.get(Verb.REOPEN))
        reached = max(reached, 3)
    return [
        Step(
            word,
            "done" if place < reached else "current" if place == reached else "next",
            at if place <= reached else None,
        )
        for place, (word, at) in enumerate(plan, start=1)
    ]


def granted_extension(ticket: Ticket) -> Extension | None:
    """The last extension that was granted in the present cycle: its date and reason are the citizen's to read."""
    granted = [row for row in ticket.extensions if row.cycle == ticket.cycle and row.is_granted]
    return granted[-1] if granted else None


def answers_of(ticket: Ticket) -> list[Answer]:
    """What was published about the case, newest first."""
    return [answer for answer in reversed(ticket.answers) if answer.published_at is not None]


def open_figures(now: datetime, caller_kind: CallerKind | None = None) -> Numbers:
    """The province's numbers of the last twelve months: of all reports, or of one kind of caller."""
    year = Scope(now - timedelta(days=365), now + timedelta(seconds=1), now, caller_kind=caller_kind)
    return numbers(year, PUBLISHED)


def open_figures_by_kind(now: datetime) -> dict[CallerKind, Numbers]:
    """The same for citizens and for businesses; nothing where one part is too small to be published."""
    found = {kind: open_figures(now, kind) for kind in CallerKind}
    counted = (Figure.RECEIVED, Figure.STOPPED, Figure.RATED)
    is_large = all(numbers[figure] >= FEWEST_TO_PUBLISH for numbers in found.values() for figure in counted)
    return found if is_large else {}
