"""Answers that somebody began to write and left for later: they wait in the form when the case is opened again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.db import db
from hotline.demo.people import Crew
from hotline.tickets import actions
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Status

BEGUN = "Kính gửi Ông/Bà, sau khi kiểm tra thực tế ngày hôm nay, đơn vị ghi nhận nội dung phản ánh là đúng. "
BEGUN_AGO = timedelta(hours=2)


def leave_drafts(crew: Crew, now: datetime) -> None:
    """One of the latest cases in work of every unit has an answer begun by its clerk."""
    in_work = select(Ticket).where(Ticket.status == Status.IN_PROGRESS).order_by(Ticket.id.desc())
    latest = {ticket.department_id: ticket for ticket in db.session.scalars(in_work)}
    for unit_id, ticket in latest.items():
        clerk = crew.staff.get(unit_id or 0)
        if clerk is not None:
            actions.keep_draft(ticket, "answer", {"body": BEGUN}, by=clerk, now=now - BEGUN_AGO)
