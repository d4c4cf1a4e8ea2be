"""What would happen to a new case: which unit, which policy, by when. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Area, Calendar, Category, Department, Policy, Priority
from hotline.tickets.models import CallerKind, Channel, ClockKind
from hotline.tickets.rules import routing, sla
from hotline.web.formats import local


@dataclass(frozen=True)
class Terms:
    """What is promised: the policy and calendar in force, and the targets of each clock."""

    policy: Policy
    calendar: Calendar
    first_response_target: str
    resolve_target: str

    def target_of(self, kind: ClockKind) -> str:
        """The target of one kind of clock."""
        return {
            ClockKind.ACCEPTANCE: self.policy.acceptance_target,
            ClockKind.FIRST_RESPONSE: self.first_response_target,
            ClockKind.NEXT_RESPONSE: self.policy.next_response_target,
            ClockKind.RESOLUTION: self.resolve_target,
        }[kind]


def terms(category: Category | None, priority: Priority, channel: str, caller_kind: str) -> Terms:
    """The policy that matches first, the calendar version in force and the targets that follow (R9).

    Raises LookupError when no policy matches: the catalogue always keeps one without conditions.
    """
    wish = sla.Wish(category.id if category else None, priority, channel, caller_kind)
    policy = policy_for(catalogue.policies(), wish)
    return terms_of(policy, catalogue.current_calendar(policy.calendar_code), category)


def policy_for(policies: Sequence[Policy], wish: sla.Wish) -> Policy:
    """The first of `policies` that matches (R9). Raises LookupError when none does."""
    asked = [
        sla.PolicyRow(place, p.category_id, p.priority, p.channel, p.caller_kind) for place, p in enumerate(policies)
    ]
    chosen = sla.choose_policy(asked, wish)
    if chosen is None:
        raise LookupError("no policy matches: the catalogue needs one without conditions")
    return policies[chosen.id]


def terms_of(policy: Policy, calendar: Calendar, category: Category | None) -> Terms:
    """What a policy promises for a category; what it leaves open is the category's own."""
    return Terms(
        policy=policy,
        calendar=calendar,
        first_response_target=policy.first_response_target or (category.first_response_target if category else "8wh"),
        resolve_target=policy.resolve_target or (category.resolve_target if category else "5wd"),
    )


@dataclass(frozen=True)
class Plan:
    """Where a ticket goes and by when: what the operator says aloud before saving."""

    department: Department | None
    reason: str
    rule_id: int | None
    terms: Terms
    due_at: datetime | None


def plan(
    category: Category | None,
    area: Area | None,
    received_at: datetime,
    *,
    channel: str = Channel.PHONE,
    caller_kind: str = CallerKind.CITIZEN,
) -> Plan:
    """Routing and deadlines for a ticket received at `received_at` (UTC). Writes nothing."""
    on = local(received_at).date()
    category_id, area_id = category.id if category else None, area.id if area else None
    rules = [
        routing.Rule(row.id, row.category_id, row.area_id, row.department_code, row.to_area_committee)
        for row in catalogue.rules_for(category_id, area_id)
    ]
    area_code = area.code if area else None
    decision = routing.route(rules, category_id=category_id, area_id=area_id, area_code=area_code)
    department = catalogue.department_by_code(decision.department_code, on) if decision else None
    promised = terms(category, category.priority if category else Priority.NORMAL, channel, caller_kind)
    facts = sla.Facts(promised.resolve_target, catalogue.arithmetic(promised.calendar), received_at)
    return Plan(
        department=department,
        reason=_reason(decision, department, category, area),
        rule_id=decision.rule.id if decision and department else None,
        terms=promised,
        due_at=sla.plan_of(facts).deadline_at,
    )


def _reason(
    decision: routing.Decision | None, department: Department | None, category: Category | None, area: Area | None
) -> str:
    if decision is None or department is None:
        if category is None:
            return _("because no category is known yet; the switchboard sorts it")
        return _("because no rule decides; the switchboard sorts it")
    if decision.rule.to_area_committee and area is not None:
        return _("because “%(category)s” is dealt with by the People's Committee of %(area)s",
                 category=category.name if category else "", area=area.name)  # fmt: skip
    return _(
        "because “%(category)s” belongs to %(unit)s", category=category.name if category else "", unit=department.name
    )
