"""Looks at what happened to a case, told for its page: the steps, the noticeboard by days, the hands it went through.

Everything is worked out from the rows that `queries.ticket_by_code` has loaded; nothing asks the database again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from hotline.tickets import courses
from hotline.tickets.models import Clock, ClockKind, Leg, Ticket, TicketEvent
from hotline.tickets.rules import steps as step_rules
from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.tickets.rules.steps import StepKind
from hotline.tickets.words import VERB_LOOK, event_actor, event_at, event_title, event_unit, status_label
from hotline.web.formats import local, moment

SHOWN_AT_FIRST = 12
# Notices that leave the version as it was: pinned beside a change, or by a timer.
WITHOUT_A_VERSION = frozenset({Verb.OPEN, Verb.CONTACT, Verb.BREACH})


@dataclass(frozen=True)
class Happening:
    """One notice as people read it: what the citizen may read and what stays inside are never the same text."""

    at: datetime
    who: str
    title: Any
    public_text: str
    note: str
    tone: str
    icon: str

    @property
    def is_public(self) -> bool:
        """Whether the person who reported reads something of it."""
        return bool(self.public_text)


@dataclass(frozen=True)
class Day:
    """The happenings of one day of the province, newest first."""

    on: date
    happenings: tuple[Happening, ...]

    @property
    def is_public(self) -> bool:
        """Whether the person who reported reads something of this day."""
        return any(one.is_public for one in self.happenings)

    @property
    def is_internal(self) -> bool:
        """Whether something of this day stays inside."""
        return any(not one.is_public for one in self.happenings)


@dataclass(frozen=True)
class Story:
    """The noticeboard by days, newest first; `earlier` is folded away."""

    days: tuple[Day, ...]
    earlier: tuple[Day, ...]
    earlier_count: int


@dataclass(frozen=True)
class Holding:
    """A leg for the page: `working_seconds` of the case's calendar, up to now while it runs."""

    leg: Leg
    working_seconds: int


def happening(event: TicketEvent) -> Happening:
    """A notice in words."""
    icon, tone = VERB_LOOK.get(event.verb, ("dot", "neutral"))
    unit = f" · {event_unit(event)}" if event_unit(event) else ""
    return Happening(
        event_at(event), f"{event_actor(event)}{unit}", event_title(event), event.public_text, event.note, tone, icon
    )


def story(ticket: Ticket) -> Story:
    """All that happened, newest first; beyond the first dozen the rest is folded."""
    told = [happening(event) for event in reversed(ticket.events)]
    cut = SHOWN_AT_FIRST if len(told) > SHOWN_AT_FIRST + 3 else len(told)
    return Story(_by_days(told[:cut]), _by_days(told[cut:]), len(told) - cut)


def _by_days(told: Sequence[Happening]) -> tuple[Day, ...]:
    days: list[tuple[date, list[Happening]]] = []
    for one in told:
        on = local(one.at).date()
        if not days or days[-1][0] != on:
            days.append((on, []))
        days[-1][1].append(one)
    return tuple(Day(on, tuple(rows)) for on, rows in days)


def happened_since(ticket: Ticket, version: int) -> list[Happening]:
    """What happened to the case since somebody looked at `version`, oldest first.

    Notices say at which version they were pinned; of old ones, which do not, each change pinned one.
    """
    if version >= ticket.version:
        return []
    known = [event for event in ticket.events if "version" in event.detail]
    if known and known[0].detail["version"] <= version + 1:
        return [happening(event) for event in known if event.detail["version"] > version]
    changes = [event for event in ticket.events if event.verb not in WITHOUT_A_VERSION]
    return [happening(event) for event in changes[-(ticket.version - version) :]]


def steps_of(ticket: Ticket) -> list[dict[str, object]]:
    """The stepper's steps in words; waits, returns and what is unusual stand as notes below their step."""
    reached = {event.verb: event_at(event) for event in ticket.events if event.cycle == ticket.cycle}
    left_out = reached.get(Verb.WITHDRAW)
    found = step_rules.steps(
        ticket.status,
        ticket.left_status,
        reached,
        received_at=ticket.received_at,
        ended_at=ticket.stopped_at or left_out,
    )
    return [
        {"label": _step_label(step.kind, ticket), "state": step.state, "note": _step_note(step, ticket)}
        for step in found
    ]


def _step_label(kind: StepKind, ticket: Ticket) -> Any:
    labels = {
        StepKind.RECEIVED: pgettext("step", "Received"),
        StepKind.SENT: pgettext("step", "Sent to a unit"),
        StepKind.WORKED_ON: pgettext("step", "In progress"),
        StepKind.APPROVAL: pgettext("step", "Approval"),
        StepKind.ENDED: pgettext("step", "Answered"),
    }
    if kind is StepKind.ENDED and not ticket.is_open:
        outcomes = [event.new_status for event in ticket.events if event.stops_clock and event.cycle == ticket.cycle]
        return status_label(outcomes[-1] if outcomes else ticket.status)
    return labels[kind]


def _step_note(step: step_rules.Step, ticket: Ticket) -> str:
    notes = [moment(step.at)] if step.at else []
    if step.kind is StepKind.RECEIVED and ticket.returns:
        notes.append(ngettext("returned %(num)d time", "returned %(num)d times", ticket.returns))
    if step.state == "current":
        if ticket.status in (Status.WAITING_CITIZEN, Status.ON_HOLD, Status.ATTACHED, Status.REOPENED, Status.RETURNED):
            notes.append(str(status_label(ticket.status)))
        elif ticket.status is Status.IN_PROGRESS and ticket.is_sent_back:
            notes.append(_("sent back for rework"))
    if step.kind is StepKind.WORKED_ON and step.state != "next":
        waits = [row for row in ticket.pauses if row.kind is Status.WAITING_CITIZEN and row.ended_at]
        if waits:
            notes.append(
                ngettext("waited for the person %(num)d time", "waited for the person %(num)d times", len(waits))
            )
    return " · ".join(notes)


def holdings(ticket: Ticket, now: datetime) -> list[Holding]:
    """Who held the case from when to when, with the working time of each leg."""
    if ticket.calendar is None:
        return [Holding(leg, 0) for leg in ticket.legs]
    calendar = courses.calendar_of(ticket)
    return [Holding(leg, calendar.elapsed(leg.began_at, max(leg.began_at, leg.ended_at or now))) for leg in ticket.legs]


def clock_of_answer(ticket: Ticket) -> Clock | None:
    """The answer's clock of the present cycle."""
    own = [c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION and c.cycle == ticket.cycle]
    return own[-1] if own else None
