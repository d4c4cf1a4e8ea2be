"""Rows of closed cases planted into a real database: what months of work leave behind, without living through it."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from hotline.actor import ActorKind
from hotline.catalogue.models import Calendar, Priority
from hotline.db import db
from hotline.phone import PhoneKind
from hotline.satisfaction.models import Mode, Rating, Solved, Survey
from hotline.tickets.models import CallerKind, Channel, Clock, ClockKind, Pause, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Status, Verb

_numbers = count(1)


@dataclass(frozen=True)
class Closed:
    """One closing. `did`: what happened to the case besides; `score`: how it was rated, if at all, and from where."""

    unit_id: int | None
    closed_at: object
    did: str = ""
    score: int | None = None
    network: str = ""
    from_office: bool = False
    rated_at: object = None


def plant(closings):
    """Add tickets, notices, clocks, pauses, surveys and ratings in the running transaction; the surveys, in order."""
    calendar_id = db.session.query(Calendar.id).filter_by(code="VN-OFFICE", is_current=True).scalar()
    return [_one(closed, calendar_id) for closed in closings]


def _one(closed, calendar_id):
    number, at = next(_numbers), closed.closed_at
    ticket = Ticket(
        code=f"99-{number:07}", status=Status.CLOSED, channel=Channel.PHONE, content="Ổ gà.", priority=Priority.NORMAL,
        caller_kind=CallerKind.CITIZEN, phone_kind=PhoneKind.MOBILE, follow_code="0000", department_id=closed.unit_id,
        received_at=at - timedelta(days=9), opened_at=at - timedelta(days=9), stopped_at=at,
        cycle=2 if closed.did == "reopened" else 1,
    )  # fmt: skip

    def pinned(verb, when, old, new, cycle=1, **detail):
        return TicketEvent(
            ticket=ticket, verb=verb, old_status=old, new_status=new, cycle=cycle, at=when, by_kind=ActorKind.SYSTEM,
            by_name="–", department_id=closed.unit_id, stops_clock=verb is Verb.APPROVE, detail=detail,
        )  # fmt: skip

    closing = pinned(Verb.APPROVE, at, Status.AWAITING_APPROVAL, Status.ANSWERED)
    rows = [ticket, closing]
    if closed.did == "reopened":
        rows.append(pinned(Verb.REOPEN, at + timedelta(days=1), Status.ANSWERED, Status.REOPENED, cycle=2))
    if closed.did == "number_changed":
        same = Status.IN_PROGRESS
        rows.append(pinned(Verb.CORRECT, at - timedelta(hours=3), same, same, old_number="09…1", new_number="09…2"))
    if closed.did == "paused_late":
        held_at = at - timedelta(hours=2)
        rows += [
            pinned(Verb.HOLD, held_at, Status.IN_PROGRESS, Status.ON_HOLD),
            Pause(ticket=ticket, kind=Status.ON_HOLD, reason="Chờ", asked_at=held_at, began_at=held_at, until_at=at),
            Clock(
                ticket=ticket, kind=ClockKind.RESOLUTION, target="5wd", calendar_id=calendar_id, stopped_at=at,
                started_at=at - timedelta(days=9), planned_at=at - timedelta(days=9), deadline_at=at + timedelta(minutes=5),
            ),
        ]  # fmt: skip
    survey = Survey(
        ticket=ticket, cycle=1, closing_event=closing, department_id=closed.unit_id, channel=Channel.PHONE,
        caller_kind=CallerKind.CITIZEN, closed_at=at, token_hash=f"planted-{number}", expires_at=at + timedelta(days=14),
        made_at=at,
    )  # fmt: skip
    if closed.score is not None:
        solved = Solved.YES if closed.score > 3 else Solved.NO
        survey.rating = Rating(
            solved=solved, score=closed.score, mode=Mode.LINK, first_solved=solved, first_score=closed.score,
            receipt=f"{number:016x}", network=closed.network, is_from_office=closed.from_office,
            rated_at=closed.rated_at or at + timedelta(hours=5),
        )  # fmt: skip
    db.session.add_all([*rows, survey])
    return survey
