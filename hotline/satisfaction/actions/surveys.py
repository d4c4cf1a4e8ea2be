"""The survey of a closing: asked, or suppressed with a reason, and the one text that tells the citizen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from hotline.catalogue.settings import Province, province
from hotline.db import db
from hotline.messages.actions import queue_text
from hotline.messages.queries import is_opted_out
from hotline.phone import PhoneKind
from hotline.satisfaction import rules
from hotline.satisfaction.models import Suppression, Survey
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Status
from hotline.web.tokens import link_token, token_hash


def make_survey(event: TicketEvent, *, now: datetime) -> Survey:
    """The one survey of a closing: asked, or suppressed with a reason. Queues the one text of that closing."""
    ticket, house = event.ticket, province()
    reason = rules.suppression(_facts(ticket, now), a_day=house.invitations_a_day, a_month=house.invitations_a_month)
    asked = reason is None
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
        expires_at=max(now, event.at) + timedelta(days=house.rating_days),
        token_hash=token_hash(f"closing:{ticket.code}:{event.cycle}"),
        made_at=now,
    )
    db.session.add(survey)
    db.session.flush()
    # The token is made from the id, which the database has just given.
    survey.token_hash = token_hash(link_token(current_app.config["HOTLINE"].secret_key, rules.LINK_PURPOSE, survey.id))
    _tell(ticket, survey, house, now)
    return survey


def _writer_id(ticket: Ticket, cycle: int) -> int | None:
    written = [answer.written_by_id for answer in ticket.answers if answer.cycle == cycle and answer.published_at]
    return written[-1] if written else None


def _facts(ticket: Ticket, now: datetime) -> rules.Askable:
    number = ticket.phone_e164
    asked_at = _asked_since(number, now - timedelta(days=30)) if number else []
    return rules.Askable(
        has_number=number is not None,
        is_mobile=ticket.phone_kind is PhoneKind.MOBILE,
        is_opted_out=number is not None and is_opted_out(number),
        is_sensitive=bool(ticket.category and ticket.category.is_sensitive),
        is_imported=ticket.source is not None,
        asked_last_day=sum(at > now - timedelta(days=1) for at in asked_at),
        asked_last_month=len(asked_at),
    )


def _asked_since(number: str, since: datetime) -> Sequence[datetime]:
    asked = (Survey.to_number == number) & Survey.suppressed_as.is_(None) & (Survey.made_at > since)
    return db.session.scalars(select(Survey.made_at).where(asked)).all()


def _tell(ticket: Ticket, survey: Survey, house: Province, now: datetime) -> None:
    """One text for a closing: with the link where the citizen is asked, without it where only that is suppressed."""
    if ticket.phone_e164 is None or ticket.phone_kind is not PhoneKind.MOBILE or ticket.source is not None:
        return
    asked = survey.suppressed_as is None
    queue_text(
        "answered_rate" if asked else "refused" if survey.closing_event.new_status is Status.REFUSED else "answered",
        to=ticket.phone_e164,
        params={"code": ticket.code},
        dedupe_key=f"survey:{survey.id}",
        ticket_code=ticket.code,
        link=(rules.LINK_PURPOSE, survey.id) if asked else None,
        expires_at=survey.expires_at,
        now=now,
    )
