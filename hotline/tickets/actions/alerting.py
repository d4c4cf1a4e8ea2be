"""Telling colleagues: who hears of a case, in whose office hours, once an occasion (R10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import g

from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Priority
from hotline.messages.actions import NewAlert, alert_many
from hotline.messages.queries import reachability
from hotline.messages.rules.alerts import AlertKind
from hotline.staff import queries as staff
from hotline.staff.permissions import Role
from hotline.tickets.models import Clock, ClockKind, Ticket
from hotline.tickets.rules.thresholds import BREACH, Due, loudest
from hotline.web.formats import local


class Colleagues:
    """Who works here: the people behind the words assignee, head, focal (points), lead and leader."""

    @classmethod
    def at_work(cls) -> Colleagues:
        """As read once for this request or turn of a job."""
        if "colleagues" not in g:
            g.colleagues = cls()
        return cast(Colleagues, g.colleagues)

    @classmethod
    def forget(cls) -> None:
        """People have moved: read them again."""
        g.pop("colleagues", None)

    def __init__(self) -> None:
        self.unit_names = catalogue.department_names()
        self._of_unit: dict[tuple[Role, int | None], list[int]] = {}
        for user_id, role, department_id in staff.enabled_people():
            self._of_unit.setdefault((role, department_id), []).append(user_id)
        self._focal_points: dict[int | None, list[int]] = {}
        for user_id, unit_id in staff.focal_points():
            self._focal_points.setdefault(unit_id, []).append(user_id)

    def of(self, audience: str, *, department_id: int | None, assignee_id: int | None) -> list[int]:
        """The people of one audience for a case; while nobody is assigned, all of the unit's staff."""
        match audience:
            case "assignee" if assignee_id is not None:
                return [assignee_id]
            case "assignee":
                return self._of_unit.get((Role.STAFF, department_id), [])
            case "head":
                return self._of_unit.get((Role.HEAD, department_id), [])
            case "focal":
                return self._focal_points.get(department_id, [])
            case _:
                return self._of_unit.get((Role(audience), None), [])


@dataclass(frozen=True)
class Crossed:
    """A threshold that was crossed on a case, as far as an alert needs it."""

    code: str
    department_id: int | None
    assignee_id: int | None
    priority: Priority
    policy_id: int | None
    calendar_id: int
    clock: ClockKind
    cycle: int
    leg_no: int
    plan_no: int
    step: str
    audiences: tuple[str, ...]
    deadline_at: datetime


def tell_of_crossings(crossed: Sequence[Crossed], *, now: datetime) -> None:
    """Alert the people whom the policy names for these thresholds, each in office hours unless it runs 24x7."""
    if not crossed:
        return
    colleagues = Colleagues.at_work()
    rules = {(one.policy_id, one.calendar_id) for one in crossed}
    office_hours = {rule: _office_hour(*rule, now) for rule in rules}
    alerts = []
    for one in crossed:
        people = _people(colleagues, one.audiences, one.department_id, one.assignee_id)
        params: dict[str, Any] = {
            "due_at": one.deadline_at,
            "unit": colleagues.unit_names.get(one.department_id, ""),
            "clock": one.clock.value,
        } | _amount(one.step)
        alerts.append(
            NewAlert(
                tuple(people),
                _kind(one.step),
                params,
                dedupe_key=f"clock:{one.code}:{one.clock}:{one.cycle}:{one.leg_no}:{one.plan_no}:{one.step}",
                not_before_at=office_hours[one.policy_id, one.calendar_id],
                ticket_code=one.code,
                urgent=one.priority is Priority.URGENT,
            )
        )
    _send(alerts, now)


def tell_of_steps(ticket: Ticket, clock: Clock, passed: Sequence[Due], *, now: datetime) -> Due | None:
    """The same for the steps that one clock of a case at hand has just passed; the step that was told of."""
    loud = loudest(passed)
    calendar_id = clock.calendar_id or ticket.calendar_id
    if loud is None or calendar_id is None or clock.deadline_at is None:
        return None
    crossed = Crossed(
        code=ticket.code,
        department_id=ticket.department_id,
        assignee_id=ticket.assignee_id,
        priority=ticket.priority,
        policy_id=clock.policy_id,
        calendar_id=calendar_id,
        clock=clock.kind,
        cycle=clock.cycle,
        leg_no=clock.leg_no,
        plan_no=clock.plan_no,
        step=loud.step.at,
        audiences=loud.step.alerts,
        deadline_at=clock.deadline_at,
    )
    tell_of_crossings([crossed], now=now)
    return loud


def _kind(step: str) -> AlertKind:
    if step == BREACH:
        return AlertKind.BREACHED
    return AlertKind.LADDER if step.startswith("+") else AlertKind.DUE_TOMORROW


def _amount(step: str) -> dict[str, float]:
    """What the sentence needs to know of a step: the share of the time used, or the hours since the deadline."""
    if step.endswith("%") and step != BREACH:
        return {"percent": int(step[:-1])}
    if step.startswith("+"):
        return {"hours": int(step[1:-1]) / 60 if step.endswith("m") else int(step[1:].rstrip("wh"))}
    return {}


def _people(
    colleagues: Colleagues, audiences: Iterable[str], department_id: int | None, assignee_id: int | None
) -> list[int]:
    found: dict[int, None] = {}
    for audience in audiences:
        found |= dict.fromkeys(colleagues.of(audience, department_id=department_id, assignee_id=assignee_id))
    return list(found)


def _office_hour(policy_id: int | None, calendar_id: int, now: datetime) -> datetime:
    """When people of this policy may be written to: now, or at the next opening (R10)."""
    if policy_id is not None and catalogue.policy_version(policy_id).is_round_the_clock:
        return now
    return catalogue.arithmetic_of(calendar_id).next_open(now)


def _send(alerts: Sequence[NewAlert], now: datetime) -> None:
    people = {user_id for one in alerts for user_id in one.user_ids}
    if people:
        latest = max(one.not_before_at for one in alerts)
        alert_many(alerts, reachability(people, local(max(latest, now)).date()), now=now)


def tell(
    ticket: Ticket,
    kind: AlertKind,
    audiences: Iterable[str],
    *,
    occasion: str,
    by: Actor,
    now: datetime,
    people: Iterable[int] = (),
    **params: Any,
) -> None:
    """Alert the people of `audiences`, and `people`, of something that happened to `ticket`; never the one who did it.

    Told once for each `occasion`.
    """
    named = [*_people(Colleagues.at_work(), audiences, ticket.department_id, ticket.assignee_id), *people]
    told = tuple(user_id for user_id in dict.fromkeys(named) if user_id != by.user_id)
    if not told or ticket.calendar_id is None:
        return
    facts = {"unit": ticket.department.name_vi if ticket.department else "", "by": by.name}
    if ticket.due_at is not None:
        facts["due_at"] = ticket.due_at.isoformat()
    _send(
        [
            NewAlert(
                told,
                kind,
                facts | params,
                dedupe_key=f"case:{ticket.code}:{kind}:{occasion}",
                not_before_at=_office_hour(ticket.policy_id, ticket.calendar_id, now),
                ticket_code=ticket.code,
                urgent=ticket.priority is Priority.URGENT,
            )
        ],
        now,
    )
