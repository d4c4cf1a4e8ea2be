"""What a case's page shows of others: units that contribute, the incident it belongs to, reports of the same event."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.actor import Actor
from hotline.staff.permissions import Can
from hotline.tickets import queries
from hotline.tickets.models import SubTask, Ticket
from hotline.tickets.queries.duplicates import Alike
from hotline.tickets.rules.lifecycle import MOVES, Verb
from hotline.web.idempotency import new_key


@dataclass(frozen=True)
class Together:
    """One page's data for `tickets/case/tasks.html`, `incident.html` and `duplicates.html`.

    `leads`: the reader's unit leads the case, or the reader is of the province; else it was asked to contribute.
    """

    leads: bool
    owed: list[SubTask]
    tasks: list[SubTask]
    mine: SubTask | None
    callers: int
    members: list[Ticket]
    hidden_members: int
    alike: list[Alike]
    may_attach: bool
    may_take: bool
    key: str


def together(ticket: Ticket, who: Actor) -> Together:
    """All of it for one case and one reader."""
    leads = queries.is_visible(ticket, who)
    owed = queries.open_tasks_of(ticket)
    members = [child for child in ticket.attached if leads and queries.is_visible(child, who)]
    return Together(
        leads=leads,
        owed=owed,
        tasks=list(reversed(ticket.sub_tasks)),
        mine=next((task for task in owed if task.department_id == who.department_id), None) if not leads else None,
        callers=queries.callers_of([ticket]).get(ticket.id, 1) if ticket.attached else 1,
        members=members,
        hidden_members=len(ticket.attached) - len(members),
        alike=queries.alike_to(ticket, who) if leads and who.can(Can.TICKETS_LIST) else [],
        may_attach=leads and who.can(Can.TICKETS_ATTACH) and ticket.status in MOVES[Verb.ATTACH].sources,
        may_take=leads and who.can(Can.TICKETS_ATTACH),
        key=new_key(),
    )
