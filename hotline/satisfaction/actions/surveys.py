"""The survey of a closing: asked, or suppressed with a reason, the one text that tells the citizen, one reminder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import or_, select

from hotline.calls.models import NuisanceNumber
from hotline.catalogue.settings import Province, province
from hotline.db import db, stand_in_line
from hotline.messages.actions import queue_text
from hotline.messages.queries import ARRIVED, is_opted_out, text_with_link
from hotline.phone import PhoneKind, read_number
from hotline.satisfaction import rules
from hotline.satisfaction.actions.sums import note_change
from hotline.satisfaction.models import Rating, Suppression, Survey
from hotline.staff.models import User
from hotline.tickets.actions.texts import take_back_outcome
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Verb
from hotline.web.formats import local
from hotline.web.tokens import link_token, token_hash

A_MONTH, LONGEST_ROUND = timedelta(days=30), timedelta(minutes=10)


def make_survey(event: TicketEvent, *, now: datetime) -> Survey:
    """The one survey of a closing: asked, or suppressed with a reason. Queues the one text of that closing."""
    ticket, house = event.ticket, province()
    _take_turn(ticket)
    reason = rules.suppression(
        _facts(event, house, now), a_day=house.invitations_a_day, a_month=house.invitations_a_month
    )
    asked, expires_at = reason is None, max(now, event.at) + timedelta(days=house.rating_days)
    survey = Survey(
        ticket=ticket,
        cycle=event.cycle,
        closing_event=event,
        department_id=event.department_id,
        closed_by_id=event.by_id,
        written_by_id=_writer_id(ticket, event.cycle),
        category_id=ticket.category_id,
        area_id=ticket.area_id,
        channel=ticket.channel,
        caller_kind=ticket.caller_kind,
        closed_at=event.at,
        to_number=ticket.phone_e164,
        suppressed_as=None if asked else Suppression(str(reason)),
        expires_at=expires_at,
        remind_at=rules.remind_at(now, expires_at, house.reminder_after_hours) if asked else None,
        token_hash=token_hash(f"closing:{ticket.code}:{event.cycle}"),
        made_at=now,
    )
    db.session.add(survey)
    db.session.flush()
    # The token is made from the id, which the database has just given.
    survey.token_hash = token_hash(link_token(current_app.config["HOTLINE"].secret_key, rules.LINK_PURPOSE, survey.id))
    note_change(survey)
    _tell(survey, event, now)
    return survey


def _take_turn(ticket: Ticket) -> None:
    """Of two processes at one number the second waits, and then counts what the first asked; a reopening waits too, or
    is seen: the case is read again once it is ours."""
    if ticket.phone_e164:
        stand_in_line(f"invitations:{ticket.phone_e164}")
    db.session.refresh(ticket, with_for_update=True)


def _writer_id(ticket: Ticket, cycle: int) -> int | None:
    written = [answer.written_by_id for answer in ticket.answers if answer.cycle == cycle and answer.published_at]
    return written[-1] if written else None


def _facts(event: TicketEvent, house: Province, now: datetime) -> rules.Askable:
    ticket, number = event.ticket, event.ticket.phone_e164
    asked_at = _asked_since(number, now - A_MONTH) if number else []
    return rules.Askable(
        is_imported=ticket.source is not None,
        has_number=number is not None,
        is_nuisance=number is not None and db.session.get(NuisanceNumber, number) is not None,
        is_staff_number=number is not None and _belongs_to_staff(number, house),
        is_mobile=ticket.phone_kind is PhoneKind.MOBILE,
        is_sensitive=bool(ticket.category and ticket.category.is_sensitive),
        is_opted_out=number is not None and is_opted_out(number),
        is_duplicate=number is not None and event.verb is Verb.FOLLOW and _asked_about_incident(ticket, number),
        asked_last_day=sum(at > now - timedelta(days=1) for at in asked_at),
        asked_last_month=len(asked_at),
    )


def _belongs_to_staff(number: str, house: Province) -> bool:
    if number in {read_number(test).e164 for test in house.test_numbers}:
        return True
    return db.session.scalar(select(User.id).where(User.mobile == number, User.is_enabled).limit(1)) is not None


def _asked_about_incident(ticket: Ticket, number: str) -> bool:
    """Whether this number was invited about the main case or another case that joined it."""
    others = or_(Ticket.id == ticket.parent_id, Ticket.parent_id == ticket.parent_id) & (Ticket.id != ticket.id)
    incident = select(Ticket.id).where(others)
    asked = (Survey.to_number == number) & Survey.suppressed_as.is_(None) & Survey.ticket_id.in_(incident)
    return db.session.scalar(select(Survey.id).where(asked).limit(1)) is not None


def _is_told_of_incident(survey: Survey, ticket: Ticket) -> bool:
    """Whether the same answer to the incident has its text to this number already."""
    others = or_(Ticket.id == ticket.parent_id, Ticket.parent_id == ticket.parent_id) & (Ticket.id != ticket.id)
    same = (Survey.to_number == survey.to_number) & (Survey.closed_at == survey.closed_at) & (Survey.id != survey.id)
    earlier = select(Survey.id).where(same, Survey.ticket_id.in_(select(Ticket.id).where(others)))
    return db.session.scalar(earlier.limit(1)) is not None


def _asked_since(number: str, since: datetime) -> Sequence[datetime]:
    asked = (Survey.to_number == number) & Survey.suppressed_as.is_(None) & (Survey.made_at > since)
    return db.session.scalars(select(Survey.made_at).where(asked)).all()


def _tell(survey: Survey, event: TicketEvent, now: datetime) -> None:
    """One text for a closing: with the link where the citizen is asked, without it where only that is suppressed.

    Who reported one incident twice is told once: the answer is the same.
    """
    ticket, asked = event.ticket, survey.suppressed_as is None
    if not asked and event.verb is Verb.FOLLOW and _is_told_of_incident(survey, ticket):
        return
    template = rules.text_of_closing(
        event.new_status,
        is_asked=asked,
        is_mobile=ticket.phone_kind is PhoneKind.MOBILE and ticket.phone_e164 is not None,
        is_imported=ticket.source is not None,
    )
    if template is None:
        return
    queue_text(
        template,
        to=str(ticket.phone_e164),
        params={"code": ticket.code},
        dedupe_key=f"survey:{survey.id}",
        ticket_code=ticket.code,
        link=(rules.LINK_PURPOSE, survey.id) if asked else None,
        expires_at=survey.expires_at,
        now=now,
    )
    if ticket.cycle > event.cycle and _reopened_by(event, now):
        take_back_outcome(ticket)


def _reopened_by(event: TicketEvent, now: datetime) -> bool:
    # `now` is when the round of the job began; while it waited for this case somebody may have reopened it.
    later = (TicketEvent.ticket_id == event.ticket_id) & (TicketEvent.cycle > event.cycle)
    later &= TicketEvent.at <= now + LONGEST_ROUND
    return db.session.scalar(select(TicketEvent.id).where(later).limit(1)) is not None


def remind(survey: Survey, *, now: datetime) -> bool:
    """The one reminder, if it still makes sense; whether one was queued. It follows an invitation that has really left,
    and is put off while that has not."""
    ticket = survey.ticket
    survey.remind_at = None
    facts = rules.Remindable(
        is_rated=db.session.scalar(select(Rating.id).where(Rating.survey_id == survey.id)) is not None,
        is_opted_out=survey.to_number is None or is_opted_out(survey.to_number),
        is_last_cycle=ticket.cycle == survey.cycle,
        is_stopped=ticket.status.is_stopped,
        expires_at=survey.expires_at,
    )
    if not rules.is_reminded(facts, now):
        return False
    invited_at, may_leave = _invited(survey)
    due = rules.reminder_due(invited_at, now, province().reminder_after_hours, may_leave=may_leave)
    if due is None or due > now:
        survey.remind_at = due if due is not None and due < survey.expires_at else None
        return False
    return queue_text(
        "reminder",
        to=str(survey.to_number),
        params={"code": ticket.code, "until": f"{local(survey.expires_at):%d/%m}"},
        dedupe_key=f"reminder:{survey.id}",
        ticket_code=ticket.code,
        link=(rules.LINK_PURPOSE, survey.id),
        expires_at=survey.expires_at,
        now=now,
    )


def _invited(survey: Survey) -> tuple[datetime | None, bool]:
    """When the invitation left, if it did; else whether it may yet."""
    text = text_with_link(rules.INVITATION, rules.LINK_PURPOSE, survey.id)
    if text is None:
        return None, False
    return (text.sent_at if text.state in ARRIVED else None), text.may_leave
