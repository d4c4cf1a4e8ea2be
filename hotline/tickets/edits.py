"""Which running clocks an edit concerns and what each becomes: for the preview that writes nothing and for the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true

from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Calendar, Category, Policy
from hotline.db import db
from hotline.tickets import queries
from hotline.tickets.models import Clock, ClockKind, Ticket
from hotline.tickets.rules import sla
from hotline.tickets.rules.replans import NewPlan, replan
from hotline.worktime import WorkCalendar


def under_calendar(versions: Sequence[Calendar]) -> ColumnElement[bool]:
    """The clocks that follow one of these versions of a calendar."""
    return Clock.calendar_id.in_([row.id for row in versions])


def under_policy(versions: Sequence[Policy]) -> ColumnElement[bool]:
    """The clocks that follow one of these versions of a policy."""
    return Clock.policy_id.in_([row.id for row in versions])


def meant_by(policy: Policy) -> ColumnElement[bool]:
    """The cases that fit the conditions of a policy, whichever policy comes before it."""
    asked = (
        (Ticket.category_id, policy.category_id),
        (Ticket.priority, policy.priority),
        (Ticket.channel, policy.channel),
        (Ticket.caller_kind, policy.caller_kind),
    )
    return and_(true(), *(column == value for column, value in asked if value is not None))


def concerned_by(policy: Policy, versions: Sequence[Policy]) -> ColumnElement[bool]:
    """The clocks that an edit of a policy can concern: those under it so far, and those it is meant for now."""
    has_a_calendar = or_(Clock.calendar_id.is_not(None), Ticket.calendar_id.is_not(None))
    under = under_policy(versions)
    return and_(has_a_calendar, or_(under, meant_by(policy)) if policy.is_active else under)


@dataclass
class Choice:
    """Which policy each case would have among `policies`, and what it promises; read once, asked many times."""

    policies: Sequence[Policy]
    calendars: Mapping[str, Calendar]
    categories: Mapping[int, Category]
    _known: dict[sla.Wish, queries.Terms] = field(default_factory=dict)

    def terms(self, wish: sla.Wish) -> queries.Terms:
        """The terms of a case. Raises LookupError when no policy matches."""
        if wish not in self._known:
            policy = queries.policy_for(self.policies, wish)
            category = self.categories.get(wish.category_id) if wish.category_id is not None else None
            self._known[wish] = queries.terms_of(policy, self.calendars[policy.calendar_code], category)
        return self._known[wish]


def choice_among(policies: Sequence[Policy]) -> Choice:
    """The choice among these policies, under the calendars in force."""
    calendars = {row.code: row for row in catalogue.current_calendars()}
    return Choice(policies, calendars, {row.id: row for row in db.session.scalars(select(Category))})


def wish_of(row: Any) -> sla.Wish:
    """What policies ask about a case."""
    return sla.Wish(row.category_id, row.priority, row.channel, row.caller_kind)


def under_new_calendar(row: Any, before: sla.Facts, calendar: WorkCalendar, change_at: datetime) -> NewPlan | None:
    """What an edit of its calendar makes of a clock (R9); None where it stays late as it is."""
    return replan(
        before,
        replace(before, calendar=calendar),
        deadline_at=row.deadline_at,
        breached_at=row.breached_at,
        change_at=change_at,
        may_void=True,
    )


def under_new_terms(
    row: Any, before: sla.Facts, terms: queries.Terms, calendar: WorkCalendar, change_at: datetime
) -> NewPlan | None:
    """What other terms make of a clock: an extension that was granted stays granted; None where it stays late."""
    return replan(
        before,
        replace(before, target=terms.target_of(ClockKind(row.kind)), calendar=calendar),
        deadline_at=row.deadline_at,
        breached_at=row.breached_at,
        change_at=change_at,
        may_void=False,
    )
