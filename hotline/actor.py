"""Who acts: handed to every action as `by=`, so that rooms need neither the request nor the session."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of being acts."""

    STAFF = "staff"
    CITIZEN = "citizen"
    SYSTEM = "system"
    MACHINE = "machine"


@dataclass(frozen=True)
class Actor:
    """A person at work, a citizen, a machine or the system itself.

    `department_id` limits what a member of a department may see and do; None for the switchboard and the province.
    """

    kind: ActorKind
    name: str
    user_id: int | None = None
    role: str = ""
    department_id: int | None = None
    permissions: frozenset[str] = frozenset()
    address: str = ""

    @property
    def is_nobody(self) -> bool:
        """Whether no person acts: the system's own doing is nobody's work on a case."""
        return self.kind is ActorKind.SYSTEM

    def can(self, permission: str) -> bool:
        """Whether the permission map grants this to the actor's role."""
        return permission in self.permissions


SYSTEM = Actor(ActorKind.SYSTEM, "Hệ thống")
CITIZEN = Actor(ActorKind.CITIZEN, "Người phản ánh")
