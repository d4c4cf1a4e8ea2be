"""Looks at what a case waits for: questions without an answer, decisions not taken, parts other units still owe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from hotline.tickets.models import ClockKind, Extension, Pause, SubTask, Ticket
from hotline.tickets.rules.lifecycle import Status


@dataclass(frozen=True)
class Matter:
    """One thing the case waits for: what, in whose words, since when, until when at the latest."""

    title: str
    words: str
    since: datetime
    until: datetime | None
    icon: str
    is_over: bool


def open_matters(ticket: Ticket, now: datetime) -> list[Matter]:
    """All that waits, what ends first first."""
    found = [*_waits(ticket, now), *_extensions(ticket, now), *_tasks(ticket, now), *_replies(ticket, now)]
    return sorted(found, key=lambda matter: (matter.until is None, matter.until or matter.since))


def _waits(ticket: Ticket, now: datetime) -> Iterator[Matter]:
    for row in ticket.pauses:
        if row.ended_at is None:
            icon = "help" if row.kind is Status.WAITING_CITIZEN else "pause"
            yield Matter(_wait_words(row), row.reason, row.asked_at, row.until_at, icon, row.until_at < now)


def _wait_words(row: Pause) -> str:
    if row.kind is not Status.WAITING_CITIZEN:
        return _("On hold: waiting for something outside")
    if row.delivered_at is None:
        return _("Question to the person who reported: not yet delivered, the time still runs")
    if row.confirmed_at is None:
        return _("Question to the person who reported: the switchboard has to confirm it")
    return _("Question to the person who reported: no reply yet, the time stands still")


def _extensions(ticket: Ticket, now: datetime) -> Iterator[Matter]:
    for row in ticket.extensions:
        if row.decided_at is None:
            yield Matter(_extension_words(row), row.reason, row.asked_at, row.deadline_before, "clock",
                         row.deadline_before < now)  # fmt: skip


def _extension_words(row: Extension) -> str:
    return _("%(who)s asks for more time: a decision is due", who=row.asked_by_name)


def _tasks(ticket: Ticket, now: datetime) -> Iterator[Matter]:
    for row in ticket.sub_tasks:
        if row.is_open:
            yield Matter(_task_words(row), row.question, row.asked_at, row.due_at, "building", row.due_at < now)


def _task_words(row: SubTask) -> str:
    return _("%(unit)s has to contribute", unit=row.department.name)


def _replies(ticket: Ticket, now: datetime) -> Iterator[Matter]:
    """Whoever reported has asked, and the unit owes a word (R1)."""
    for row in ticket.clocks:
        if row.kind is ClockKind.NEXT_RESPONSE and row.stopped_at is None:
            until = row.deadline_at
            title = _("The person who reported waits for a reply")
            yield Matter(title, "", row.started_at, until, "phone", until is not None and until < now)
