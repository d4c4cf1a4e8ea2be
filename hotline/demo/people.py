"""The people of the demonstration: one sign-in for each role, colleagues at the switchboard, staff of every unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from hotline.actor import SYSTEM, Actor
from hotline.catalogue.models import Department
from hotline.demo.words import GIVEN, SURNAMES
from hotline.staff.actions import actor_of, add_user
from hotline.staff.models import User
from hotline.staff.passwords import hash_password
from hotline.staff.permissions import Role

PASSWORD = "hotline-demo"
UNIT_OF_THE_SIGN_INS = "SXD"
AT_THE_SWITCHBOARD = (
    ("operator", "Trần Thị Mai", Role.OPERATOR),
    ("lead", "Nguyễn Minh Tuấn", Role.LEAD),
    ("leader", "Hoàng Thị Thu", Role.LEADER),
    ("admin", "Bùi Anh Khoa", Role.ADMIN),
    ("tdv2", "Đỗ Thị Hạnh", Role.OPERATOR),
    ("tdv3", "Điểu Minh", Role.OPERATOR),
)


@dataclass(frozen=True)
class Crew:
    """Who acts in the demonstration: at the switchboard, and by unit elsewhere."""

    operators: list[Actor]
    lead: Actor
    clerks: dict[int, User]
    staff: dict[int, Actor]
    heads: dict[int, Actor]


def settle_people(chance: Random, units: Sequence[Department], now: datetime) -> Crew:
    """Create everybody; all have the same password, hashed once."""
    hashed = hash_password(PASSWORD)

    def add(name: str, full_name: str, role: Role, unit: Department | None = None) -> User:
        email = f"{name}@demo.test"
        return add_user(email, full_name, role, unit, PASSWORD, by=SYSTEM, now=now, is_demo=True, password_hash=hashed)

    board = {name: add(name, full_name, role) for name, full_name, role in AT_THE_SWITCHBOARD}
    clerks, heads = {}, {}
    for unit in units:
        clerk, head = (f"{chance.choice(SURNAMES[:12])} {chance.choice(GIVEN)}" for _ in range(2))
        if unit.code == UNIT_OF_THE_SIGN_INS:
            clerks[unit.id] = add("staff", "Lê Văn Hùng", Role.STAFF, unit)
            heads[unit.id] = add("head", "Phạm Quốc Bảo", Role.HEAD, unit)
        else:
            clerks[unit.id] = add(f"cv.{unit.code.lower()}", clerk, Role.STAFF, unit)
            heads[unit.id] = add(f"ld.{unit.code.lower()}", head, Role.HEAD, unit)
    return Crew(
        operators=[actor_of(user, "") for user in board.values() if user.role is Role.OPERATOR],
        lead=actor_of(board["lead"], ""),
        clerks=clerks,
        staff={unit_id: actor_of(user, "") for unit_id, user in clerks.items()},
        heads={unit_id: actor_of(user, "") for unit_id, user in heads.items()},
    )
