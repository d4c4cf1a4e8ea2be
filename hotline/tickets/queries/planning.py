"""What would happen to a new case: which unit, which policy, by when. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from hotline.catalogue import queries as catalogue
from hotline.catalogue.models import Area, Calendar, Category, Department, Hours, Policy, Priority, RoutingRule
from hotline.tickets.models import CallerKind, Channel, ClockKind
from hotline.tickets.rules import routing, sla
from hotline.web.formats import local

LONGEST_REASON = 300


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
    content: str = "",
    now: datetime | None = None,
) -> Plan:
    """Routing and deadlines for a ticket received at `received_at` (UTC). Writes nothing.

    It goes to a unit that stands `now` (by default when it was received), whoever stood when the telephone rang.
    """
    rows = catalogue.rules_for(category.id if category else None, area.id if area else None)
    facts = facts_of(category, area, received_at, caller_kind=caller_kind, content=content, rules=rows)
    decision = routing.route([rule_of(row) for row in rows], facts)
    on = local(now or received_at).date()
    department = catalogue.department_by_code(decision.department_code, on) if decision else None
    promised = terms(category, category.priority if category else Priority.NORMAL, channel, caller_kind)
    times = sla.Facts(promised.resolve_target, catalogue.arithmetic(promised.calendar), received_at)
    return Plan(
        department=department,
        reason=sentence(decision, department, category, area, caller_kind),
        rule_id=decision.rule.id if decision and department else None,
        terms=promised,
        due_at=sla.plan_of(times).deadline_at,
    )


def rule_of(row: RoutingRule) -> routing.Rule:
    """A stored rule as the pure decision reads it."""
    return routing.Rule(
        id=row.id,
        category_id=row.category_id,
        area_id=row.area_id,
        caller_kind=row.caller_kind,
        keywords=tuple(row.keywords or ()),
        hours=(row.hours or Hours.ALWAYS).value,
        department_code=row.department_code,
        to_area_committee=bool(row.to_area_committee),
    )


def facts_of(
    category: Category | None,
    area: Area | None,
    received_at: datetime,
    *,
    caller_kind: str,
    content: str,
    rules: Sequence[RoutingRule],
) -> routing.Facts:
    """What the rules are asked about; the calendar is read only when one of them asks for the hour."""
    asks_hours = any(row.hours is not Hours.ALWAYS for row in rules)
    return routing.Facts(
        category_id=category.id if category else None,
        area_id=area.id if area else None,
        area_code=area.code if area else None,
        caller_kind=caller_kind,
        content=content,
        is_office_time=not asks_hours or catalogue.is_office_time(received_at),
    )


def sentence(
    decision: routing.Decision | None,
    department: Department | None,
    category: Category | None,
    area: Area | None,
    caller_kind: str,
) -> str:
    """The sentence that says why a case goes where it goes, never longer than the ticket keeps."""
    said = _sentence(decision, department, category, area, caller_kind)
    return said if len(said) <= LONGEST_REASON else said[: LONGEST_REASON - 1].rstrip() + "…"


def _sentence(
    decision: routing.Decision | None,
    department: Department | None,
    category: Category | None,
    area: Area | None,
    caller_kind: str,
) -> str:
    name = category.name if category else ""
    if decision is None:
        if category is None:
            return _("because no category is known yet; the switchboard sorts it")
        return _("because no rule decides; the switchboard sorts it")
    if department is None:
        return _("because the unit that the rule names no longer stands; the switchboard sorts it")
    if decision.rule.to_area_committee and area is not None:
        said = _("because “%(category)s” is dealt with by the People's Committee of %(area)s",
                 category=name, area=area.name)  # fmt: skip
    else:
        said = _("because “%(category)s” belongs to %(unit)s", category=name, unit=department.name)
    particulars = _particulars(decision, area, caller_kind)
    return f"{said} ({'; '.join(particulars)})" if particulars else said


def _particulars(decision: routing.Decision, area: Area | None, caller_kind: str) -> list[str]:
    """The further conditions that matched, in words."""
    rule, said = decision.rule, []
    if rule.area_id is not None and area is not None and not rule.to_area_committee:
        said.append(_("in %(area)s", area=area.name))
    if rule.caller_kind is not None:
        said.append(_("reported by: %(who)s", who=CallerKind(caller_kind).label))
    if decision.word is not None:
        said.append(_("with the words “%(words)s”", words=decision.word))
    if rule.hours != routing.ALWAYS:
        said.append(
            _("received in office hours") if rule.hours == routing.OFFICE else _("received outside office hours")
        )
    return said
