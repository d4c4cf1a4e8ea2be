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
class Absent:
    """Somebody who is away today and for whom the actor stands in: what that person may do is lent for the day."""

    user_id: int
    name: str
    role: str
    permissions: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """A person at work, a citizen, a machine or the system itself.

    `department_id` limits what a member of a department may see and do; None for the switchboard and the province.
    `permissions` are the actor's own; `stands_for` lends those of colleagues who are away today.
    """

    kind: ActorKind
    name: str
    user_id: int | None = None
    role: str = ""
    department_id: int | None = None
    permissions: frozenset[str] = frozenset()
    address: str = ""
    stands_for: tuple[Absent, ...] = ()

    @property
    def is_nobody(self) -> bool:
        """Whether no person acts: the system's own doing is nobody's work on a case."""
        return self.kind is ActorKind.SYSTEM

    def can(self, permission: str) -> bool:
        """Whether the permission map grants this to the actor, or to somebody for whom the actor stands in."""
        return permission in self.permissions or bool(self.instead_of(permission))

    def instead_of(self, permission: str) -> str:
        """In whose stead the actor does this: an absent person's name; empty for what is the actor's own right."""
        lender = self._lender(permission)
        return lender.name if lender else ""

    def hands(self, permission: str) -> frozenset[int | None]:
        """Whose hands act in this: the actor's, and those of the absent person whose right it is."""
        lender = self._lender(permission)
        return frozenset({self.user_id, lender.user_id} if lender else {self.user_id})

    def _lender(self, permission: str) -> Absent | None:
        if permission in self.permissions:
            return None
        return next((one for one in self.stands_for if permission in one.permissions), None)

    @property
    def roles(self) -> frozenset[str]:
        """The actor's own role and those of the people for whom the actor stands in."""
        return frozenset({self.role, *(one.role for one in self.stands_for)})


SYSTEM = Actor(ActorKind.SYSTEM, "Hệ thống")
CITIZEN = Actor(ActorKind.CITIZEN, "Người phản ánh")
