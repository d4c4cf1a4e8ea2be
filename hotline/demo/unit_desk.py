"""A unit's desk in the demonstration: a focal point, colleagues who are away and who stand in, lists people saved."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.actor import SYSTEM, Actor
from hotline.catalogue.models import Department
from hotline.db import db
from hotline.demo.people import UNIT_OF_THE_SIGN_INS, Crew
from hotline.staff.actions import actor_of, add_user, entrust, go_away
from hotline.staff.models import User
from hotline.staff.permissions import Role
from hotline.tickets import actions
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Status
from hotline.web.formats import local

COLLEAGUES = (("daumoi", "Ngô Thị Bích Hằng"), ("chuyenvien2", "Trương Văn Lợi"))
ASSIGNED_AT_MOST = 4
UNIT_OF_AN_ABSENT_HEAD = "SNNMT"


def furnish_desks(crew: Crew, now: datetime) -> None:
    """Give the unit of the sign-ins a focal point and a colleague, let a head elsewhere be away, save some lists."""
    today = local(now).date()
    unit, absent = (_unit(crew, code) for code in (UNIT_OF_THE_SIGN_INS, UNIT_OF_AN_ABSENT_HEAD))
    clerk, by = crew.clerks[unit.id], crew.heads[unit.id]
    focal, colleague = (_join(name, full_name, clerk, now) for name, full_name in COLLEAGUES)
    entrust(focal, by=by, now=now)
    go_away(colleague, clerk, today - timedelta(days=1), today + timedelta(days=3), by=actor_of(colleague, ""), now=now)
    head = db.session.get_one(User, crew.heads[absent.id].user_id)
    go_away(head, crew.clerks[absent.id], today, today + timedelta(days=2), by=crew.heads[absent.id], now=now)
    _assign_some(unit, clerk, by, now)
    actions.save_view("Để lâu trên 3 ngày", {"view": "todo", "held": "3"}, by=by, now=now)
    actions.save_view("Doanh nghiệp hỏi", {"view": "todo", "caller": "business"}, by=actor_of(focal, ""), now=now)


def _unit(crew: Crew, code: str) -> Department:
    """The unit of that code that has people, else any that has."""
    units = db.session.scalars(select(Department).where(Department.id.in_(crew.clerks)).order_by(Department.id)).all()
    return next((unit for unit in units if unit.code == code), units[-1])


def _join(name: str, full_name: str, like: User, now: datetime) -> User:
    return add_user(
        f"{name}@demo.test",
        full_name,
        Role.STAFF,
        like.department,
        "",
        by=SYSTEM,
        now=now,
        is_demo=True,
        password_hash=like.password_hash,
    )


def _assign_some(unit: Department, clerk: User, by: Actor, now: datetime) -> None:
    """Some of what the unit has in hand is the clerk's; the rest waits to be given out."""
    unassigned = (
        select(Ticket)
        .where(Ticket.department_id == unit.id, Ticket.status == Status.IN_PROGRESS, Ticket.assignee_id.is_(None))
        .order_by(Ticket.id)
        .limit(ASSIGNED_AT_MOST)
    )
    for ticket in db.session.scalars(unassigned).all():
        actions.assign(ticket, clerk, by=by, now=now)
