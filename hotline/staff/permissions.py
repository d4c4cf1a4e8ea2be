"""Who may do what: the one permission map. A role has what stands here and nothing else."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class Role(StrEnum):
    """The six kinds of people at work."""

    OPERATOR = "operator"
    STAFF = "staff"
    HEAD = "head"
    LEAD = "lead"
    LEADER = "leader"
    ADMIN = "admin"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {
            Role.OPERATOR: _l("Operator"),
            Role.STAFF: _l("Department staff"),
            Role.HEAD: _l("Head of department"),
            Role.LEAD: _l("Shift lead"),
            Role.LEADER: _l("Provincial leader"),
            Role.ADMIN: _l("Administrator"),
        }[self]

    @property
    def belongs_to_department(self) -> bool:
        """Whether people of this role see only their own department's tickets."""
        return self in (Role.STAFF, Role.HEAD)


class Can(StrEnum):
    """Noun and verb; the same words as in URL, action and test."""

    CALLS_CONSOLE = "calls:console"
    CALLS_LIST = "calls:list"
    TICKETS_LIST = "tickets:list"
    TICKETS_OPEN = "tickets:open"
    TICKETS_ACCEPT = "tickets:accept"
    TICKETS_ANSWER = "tickets:answer"
    TICKETS_APPROVE = "tickets:approve"
    TICKETS_ASK = "tickets:ask"
    TICKETS_ASSIGN = "tickets:assign"
    TICKETS_ATTACH = "tickets:attach"
    TICKETS_CHASE = "tickets:chase"
    TICKETS_CLASSIFY = "tickets:classify"
    TICKETS_CONFIRM = "tickets:confirm"
    TICKETS_CONTRIBUTE = "tickets:contribute"
    TICKETS_CONTACT = "tickets:contact"
    TICKETS_CORRECT = "tickets:correct"
    TICKETS_DECLINE = "tickets:decline"
    TICKETS_DETACH = "tickets:detach"
    TICKETS_EXTEND = "tickets:extend"
    TICKETS_GRANT = "tickets:grant"
    TICKETS_FILE = "tickets:file"
    TICKETS_HOLD = "tickets:hold"
    TICKETS_INVOLVE = "tickets:involve"
    TICKETS_NOTE = "tickets:note"
    TICKETS_PHONE = "tickets:phone"
    TICKETS_REFER = "tickets:refer"
    TICKETS_RELEASE = "tickets:release"
    TICKETS_REFUSE = "tickets:refuse"
    TICKETS_REOPEN = "tickets:reopen"
    TICKETS_RESUME = "tickets:resume"
    TICKETS_RETURN = "tickets:return"
    TICKETS_REVEAL = "tickets:reveal"
    TICKETS_REWORK = "tickets:rework"
    TICKETS_ROUTE = "tickets:route"
    TICKETS_SETTLE = "tickets:settle"
    TICKETS_SPLIT = "tickets:split"
    TICKETS_WAIVE = "tickets:waive"
    TICKETS_WITHDRAW = "tickets:withdraw"
    MESSAGES_LIST = "messages:list"
    MESSAGES_RESUME = "messages:resume"
    RATINGS_LIST = "ratings:list"
    FOLLOW_UPS_WORK = "follow-ups:work"
    SAMPLE_CALL = "sample:call"
    NUISANCE_EDIT = "nuisance:edit"
    OPT_OUTS_EDIT = "opt-outs:edit"
    TEXTS_EDIT = "texts:edit"
    SETTINGS_EDIT = "settings:edit"
    INTEGRITY_VIEW = "integrity:view"
    FUNNEL_VIEW = "funnel:view"
    DASHBOARD_VIEW = "dashboard:view"
    FOCAL_POINTS_EDIT = "focal-points:edit"
    ANSWERS_EDIT = "answers:edit"
    PEOPLE_EDIT = "people:edit"
    CATALOGUE_VIEW = "catalogue:view"
    CATALOGUE_EDIT = "catalogue:edit"
    AUDIT_VIEW = "audit:view"


_UNIT_WORK = {
    Can.TICKETS_LIST,
    Can.TICKETS_ACCEPT,
    Can.TICKETS_RETURN,
    Can.TICKETS_ASK,
    Can.TICKETS_RESUME,
    Can.TICKETS_HOLD,
    Can.TICKETS_EXTEND,
    Can.TICKETS_ANSWER,
    Can.TICKETS_INVOLVE,
    Can.TICKETS_CONTRIBUTE,
    Can.TICKETS_RELEASE,
    Can.TICKETS_ATTACH,
    Can.TICKETS_DETACH,
    Can.TICKETS_FILE,
    Can.TICKETS_NOTE,
    Can.TICKETS_REVEAL,
}
_SWITCHBOARD_WORK = {
    Can.CALLS_CONSOLE,
    Can.CALLS_LIST,
    Can.TICKETS_LIST,
    Can.TICKETS_OPEN,
    Can.TICKETS_CONTACT,
    Can.TICKETS_CORRECT,
    Can.SAMPLE_CALL,
    Can.OPT_OUTS_EDIT,
    Can.TICKETS_ASK,
    Can.TICKETS_CONFIRM,
    Can.TICKETS_CHASE,
    Can.TICKETS_PHONE,
    Can.TICKETS_CLASSIFY,
    Can.TICKETS_ATTACH,
    Can.TICKETS_DETACH,
    Can.TICKETS_ROUTE,
    Can.TICKETS_SETTLE,
    Can.TICKETS_REFUSE,
    Can.TICKETS_REFER,
    Can.TICKETS_WITHDRAW,
    Can.TICKETS_RESUME,
    Can.TICKETS_SPLIT,
    Can.TICKETS_FILE,
    Can.TICKETS_NOTE,
    Can.TICKETS_REVEAL,
}

PERMISSIONS: dict[Role, frozenset[Can]] = {
    Role.OPERATOR: frozenset(_SWITCHBOARD_WORK),
    Role.STAFF: frozenset(_UNIT_WORK),
    Role.HEAD: frozenset(
        _UNIT_WORK
        | {
            Can.TICKETS_ASSIGN,
            Can.TICKETS_APPROVE,
            Can.TICKETS_REWORK,
            Can.TICKETS_GRANT,
            Can.TICKETS_DECLINE,
            Can.FOCAL_POINTS_EDIT,
            Can.DASHBOARD_VIEW,
        }
    ),
    Role.LEAD: frozenset(
        _SWITCHBOARD_WORK
        | {
            Can.TICKETS_APPROVE,
            Can.TICKETS_REWORK,
            Can.TICKETS_REOPEN,
            Can.TICKETS_GRANT,
            Can.TICKETS_DECLINE,
            Can.TICKETS_WAIVE,
            Can.MESSAGES_LIST,
            Can.MESSAGES_RESUME,
            Can.RATINGS_LIST,
            Can.FOLLOW_UPS_WORK,
            Can.ANSWERS_EDIT,
            Can.NUISANCE_EDIT,
            Can.INTEGRITY_VIEW,
            Can.FUNNEL_VIEW,
            Can.DASHBOARD_VIEW,
        }
    ),
    Role.LEADER: frozenset(
        {Can.TICKETS_LIST, Can.RATINGS_LIST, Can.INTEGRITY_VIEW, Can.FUNNEL_VIEW, Can.DASHBOARD_VIEW}
    ),
    Role.ADMIN: frozenset(
        {
            Can.CATALOGUE_VIEW,
            Can.CATALOGUE_EDIT,
            Can.PEOPLE_EDIT,
            Can.ANSWERS_EDIT,
            Can.TEXTS_EDIT,
            Can.SETTINGS_EDIT,
            Can.MESSAGES_LIST,
            Can.MESSAGES_RESUME,
            Can.FUNNEL_VIEW,
            Can.DASHBOARD_VIEW,
            Can.AUDIT_VIEW,
        }
    ),
}


# What a focal point may do beside the work of a unit's staff: give it to whom it belongs.
FOCAL_POINT: frozenset[Can] = frozenset({Can.TICKETS_ASSIGN})

# What nobody lends while away: it would outlast the absence.
NOT_LENT: frozenset[Can] = frozenset({Can.FOCAL_POINTS_EDIT})


def permissions_of(role: Role, *, is_focal_point: bool = False) -> frozenset[str]:
    """What the map grants to `role`, and to a focal point of a unit."""
    return frozenset(PERMISSIONS[role] | FOCAL_POINT if is_focal_point else PERMISSIONS[role])
