"""Versions of policies: each edit is a version of its own, and one without conditions always stays (R9)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue import queries, rules
from hotline.catalogue.models import Category, Policy, Priority
from hotline.db import db
from hotline.errors import Invalid

TARGETS = ("acceptance_target", "first_response_target", "next_response_target", "resolve_target")
STEP = 10
WRONG_TARGET = _l("A number from 1, in working hours, working days or hours; at most ten years.")


@dataclass(frozen=True)
class PolicyDraft:
    """What a policy says, before it is a version. None as a condition matches everything, as a target the category's.

    `thresholds` are rows for `tickets.rules.thresholds.read_steps`, which the caller has read already.
    """

    name_vi: str
    name_en: str
    calendar_code: str
    acceptance_target: str
    next_response_target: str
    first_response_target: str | None = None
    resolve_target: str | None = None
    category_id: int | None = None
    priority: Priority | None = None
    channel: str | None = None
    caller_kind: str | None = None
    thresholds: list[dict[str, Any]] = field(default_factory=list)
    is_round_the_clock: bool = False
    switchboard_share: int = 10
    unit_share: int = 80
    approval_share: int = 10
    extension_approvers: list[str] = field(default_factory=lambda: list(rules.APPROVERS))

    @property
    def conditions(self) -> tuple[object, ...]:
        """What a case must be for this policy to be its own."""
        return self.category_id, self.priority, self.channel, self.caller_kind


def draft_of(row: Policy) -> PolicyDraft:
    """What a version says."""
    return PolicyDraft(**{name: getattr(row, name) for name in PolicyDraft.__dataclass_fields__})


def unsaved(code: str, draft: PolicyDraft, *, is_active: bool = True) -> Policy:
    """A policy that says this and is stored nowhere, for previews."""
    return Policy(code=code, is_active=is_active, **asdict(draft))


def add_policy(code: str, draft: PolicyDraft, *, by: Actor, now: datetime) -> Policy:
    """A policy that did not exist, asked after the special ones and before those without conditions.

    Raises Invalid for a code that is taken or malformed, and as `change_policy`.
    """
    if not rules.is_code(code):
        raise Invalid(fields={"code": _l("2 to 32 capital letters, digits and hyphens, such as URGENT.")})
    if queries.policy_versions(code):
        raise Invalid(fields={"code": _l("There is, or was, a policy with this code already.")})
    check_draft(draft)
    in_force = list(queries.policies())
    place = rules.place_among([queries.conditions_of(row) for row in in_force], draft.conditions)
    position = in_force[place - 1].position + STEP if place else STEP
    latest = position
    for row in in_force[place:]:
        if row.position > latest:
            break
        latest += STEP  # no room: those behind it step back
        _next_version(row, draft_of(row), position=latest, by=by, now=now, deed="move_policy")
    return _write(code, 1, draft, position, None, by=by, now=now, deed="add_policy")


def change_policy(code: str, draft: PolicyDraft, *, by: Actor, now: datetime) -> Policy:
    """The next version of a policy, for cases opened from now on; cases that are open keep theirs (R9).

    Raises Invalid, with the field, for a target, share, approver or condition that cannot be, and without a field
    when nothing would change.
    """
    row = queries.policy_in_force(code, locked=True)
    if draft_of(row) == draft:
        raise Invalid(_l("Nothing would change."))
    check_draft(draft, code=code)
    return _next_version(row, draft, position=row.position, by=by, now=now, deed="change_policy")


def retire_policy(code: str, *, by: Actor, now: datetime) -> Policy:
    """End a policy: its last version says so. Raises Invalid when no policy without conditions would be left."""
    row = queries.policy_in_force(code, locked=True)
    others = [queries.conditions_of(other) for other in queries.policies() if other.code != code]
    if not rules.keeps_a_rule_for_all(others):
        raise Invalid(_l("This is the only policy for all cases; it cannot be retired."))
    draft = draft_of(row)
    return _next_version(row, draft, position=row.position, is_active=False, by=by, now=now, deed="retire_policy")


def move_policy(code: str, *, up: bool, by: Actor, now: datetime) -> Policy:
    """Ask it one place earlier or later: the two that change places get a new version each.

    Raises Invalid where there is no such place.
    """
    row, in_force = queries.policy_in_force(code, locked=True), list(queries.policies())
    place = [other.code for other in in_force].index(code)
    if not 0 <= place + (-1 if up else 1) < len(in_force):
        raise Invalid(_l("It stands at the end of the list already."))
    other = in_force[place - 1 if up else place + 1]
    mine, its = row.position, other.position
    if mine == its:
        its += -1 if up else 1
    _next_version(other, draft_of(other), position=mine, by=by, now=now, deed="move_policy")
    return _next_version(row, draft_of(row), position=its, by=by, now=now, deed="move_policy")


def check_draft(draft: PolicyDraft, *, code: str = "") -> None:
    """Raises Invalid with every field that cannot be right in the next version of policy `code`, or in a new one."""
    wrong: dict[str, Any] = {}
    for name in TARGETS:
        target = getattr(draft, name)
        if target is None and name in ("first_response_target", "resolve_target"):
            continue
        try:
            rules.read_target(target or "")
        except ValueError:
            wrong[name] = WRONG_TARGET
    shares = (draft.switchboard_share, draft.unit_share, draft.approval_share)
    if any(share < 0 for share in shares) or sum(shares) != 100:
        wrong["unit_share"] = _l("The three shares must add up to 100 %.")
    approvers = draft.extension_approvers
    if not 1 <= len(approvers) <= rules.MOST_EXTENSIONS or not set(approvers) <= set(rules.APPROVERS):
        wrong["extension_approvers"] = _l("One to three decisions, each by the head or by the shift lead.")
    if draft.calendar_code not in {row.code for row in queries.current_calendars()}:
        wrong["calendar_code"] = _l("There is no such calendar.")
    if draft.category_id is not None and db.session.get(Category, draft.category_id) is None:
        wrong["category_id"] = _l("There is no such category. Please choose one from the list.")
    others = [queries.conditions_of(other) for other in queries.policies() if other.code != code]
    if not rules.keeps_a_rule_for_all([*others, draft.conditions]):
        wrong["category_id"] = _l("This is the only policy for all cases; one without conditions must stay.")
    if wrong:
        raise Invalid(fields=wrong)


def _next_version(
    row: Policy, draft: PolicyDraft, *, position: int, is_active: bool = True, by: Actor, now: datetime, deed: str
) -> Policy:
    row.is_current = False
    db.session.flush()  # the database holds one version in force: the old one must go before the new one is written
    return _write(row.code, row.version + 1, draft, position, row, is_active=is_active, by=by, now=now, deed=deed)


def _write(
    code: str,
    version: int,
    draft: PolicyDraft,
    position: int,
    before: Policy | None,
    *,
    is_active: bool = True,
    by: Actor,
    now: datetime,
    deed: str,
) -> Policy:
    row = Policy(
        code=code,
        version=version,
        is_current=True,
        is_active=is_active,
        position=position,
        made_at=now,
        **asdict(draft),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        f"catalogue:{deed}",
        by=by,
        now=now,
        object_kind="policy",
        object_id=code,
        version=version,
        before={**asdict(draft_of(before)), "position": before.position} if before else None,
        after={**asdict(draft), "position": position, "is_active": is_active},
    )
    return row
