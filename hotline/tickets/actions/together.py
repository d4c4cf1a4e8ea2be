"""One verb on many cases at once: those that cannot are left as they are and named, the others are done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline import audit
from hotline.actor import Actor
from hotline.db import db
from hotline.errors import Conflict, Forbidden, Invalid, NotFound
from hotline.tickets import queries
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Verb
from hotline.web.idempotency import new_key

MOST_AT_ONCE = 100


class Why(StrEnum):
    """Why a case was left as it is."""

    ABSENT = "absent"
    CHANGED = "changed"
    STATE = "state"
    NOT_YOURS = "not-yours"
    PERSON = "person"


@dataclass(frozen=True)
class Ticked:
    """A case as it was looked at when somebody ticked it."""

    code: str
    version: int


def do_together(
    ticked: Sequence[Ticked], verb: Verb, act: Callable[[Ticket], object], *, by: Actor, now: datetime
) -> str:
    """Do `act` to each of these cases; the reference under which `queries.report_of` tells what became of each."""
    done, skipped = [], {}
    for one in sorted(set(ticked), key=lambda one: (one.code, one.version)):  # everybody locks in the same order
        why = _try(one, act, by)
        if why is None:
            done.append(one.code)
        else:
            skipped[one.code] = why
    reference = new_key()
    report = {"verb": verb.value, "done": done, "skipped": skipped}
    audit.record(f"tickets:bulk-{verb}", by=by, now=now, object_kind="bulk", object_id=reference, **report)
    return reference


def _try(one: Ticked, act: Callable[[Ticket], object], by: Actor) -> str | None:
    try:
        ticket = queries.ticket_for_change(one.code, by)
    except NotFound:
        return Why.ABSENT
    if ticket.version != one.version:
        return Why.CHANGED
    status = ticket.status
    try:
        with db.session.begin_nested():
            act(ticket)
    except Conflict:
        return f"{Why.STATE}:{status.value}"
    except Invalid:
        return Why.PERSON
    except Forbidden:
        return Why.NOT_YOURS
    return None
