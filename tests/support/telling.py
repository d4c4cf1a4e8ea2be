"""Fixtures: people of the test province who are told something, through the same action that rooms above use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.db import db, transaction
from hotline.messages import actions
from hotline.messages.rules.alerts import AlertKind
from hotline.staff.models import User


@pytest.fixture
def person(app):
    """person("staff", mobile="+84912000111") -> the id of that person, with these columns set."""

    def find(name, **columns):
        with app.app_context(), transaction() as session:
            user = session.scalars(select(User).where(User.email == f"{name}@demo.test")).one()
            for column, value in columns.items():
                setattr(user, column, value)
            return user.id

    return find


@pytest.fixture
def told(app, person):
    """told("staff", "head", kind=…, code=…) -> how many were told something new."""

    def tell(*names, kind=AlertKind.BREACHED, code="26-0045127", key=None, now=None, not_before=None, **more):
        now = now or clock.now()
        people = [person(name) for name in names]
        with app.app_context(), transaction():
            return actions.alert(
                people,
                kind,
                params=more.pop("params", {"due_at": now - timedelta(hours=1)}),
                ticket_code=code if kind.is_about_a_case else "",
                dedupe_key=key or f"{kind}:{code}",
                not_before_at=not_before or now,
                now=now,
                **more,
            )

    return tell


@pytest.fixture
def everything(app):
    """everything(Alert) -> all rows of a table, detached, oldest first."""

    def rows(table):
        with app.app_context():
            found = db.session.scalars(select(table).order_by(*table.__table__.primary_key)).all()
            for row in found:
                db.session.refresh(row)
                db.session.expunge(row)
            return found

    return rows
