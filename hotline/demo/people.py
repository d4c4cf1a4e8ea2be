"""The people of the demonstration: one for each role, and the staff of the units that answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from hotline.actor import SYSTEM, Actor
from hotline.catalogue.models import Department
from hotline.catalogue.queries import current_departments, department_by_code
from hotline.demo.words import GIVEN, SURNAMES
from hotline.staff.actions import actor_of, add_user
from hotline.staff.models import User
from hotline.staff.passwords import hash_password
from hotline.staff.permissions import Role
from hotline.web.formats import local

PASSWORD = "hotline-demo"
ROLES = (
    ("operator", "Trần Thị Mai", Role.OPERATOR, None),
    ("staff", "Lê Văn Hùng", Role.STAFF, "SXD"),
    ("head", "Phạm Quốc Bảo", Role.HEAD, "SXD"),
    ("lead", "Nguyễn Minh Tuấn", Role.LEAD, None),
    ("leader", "Hoàng Thị Thu", Role.LEADER, None),
    ("admin", "Bùi Anh Khoa", Role.ADMIN, None),
)


@dataclass(frozen=True)
class Crew:
    """Who acts in the demonstration: by role at the switchboard, by unit elsewhere."""

    operator: Actor
    lead: Actor
    staff: dict[int, Actor]
    heads: dict[int, Actor]


def settle_people(chance: Random, now: datetime) -> Crew:
    """Create the six sign-ins and a clerk and a head for every unit; all have the same password, hashed once."""
    hashed = hash_password(PASSWORD)
    on = local(now).date()
    known: dict[str, User] = {}

    def add(email: str, name: str, role: Role, unit: Department | None) -> User:
        return add_user(email, name, role, unit, PASSWORD, by=SYSTEM, now=now, is_demo=True, password_hash=hashed)

    for name, full_name, role, code in ROLES:
        known[name] = add(f"{name}@demo.test", full_name, role, department_by_code(code, on) if code else None)
    staff, heads = {}, {}
    for unit in current_departments(on):
        clerk, head = (f"{chance.choice(SURNAMES[:12])} {chance.choice(GIVEN)}" for _ in range(2))
        code = unit.code.lower()
        own = unit.code == "SXD"
        staff[unit.id] = actor_of(known["staff"] if own else add(f"cv.{code}@demo.test", clerk, Role.STAFF, unit), "")
        heads[unit.id] = actor_of(known["head"] if own else add(f"ld.{code}@demo.test", head, Role.HEAD, unit), "")
    return Crew(actor_of(known["operator"], ""), actor_of(known["lead"], ""), staff, heads)
