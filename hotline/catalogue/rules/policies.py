"""What a policy may say, and what a set of policies must always have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hotline.worktime import Target

APPROVERS = ("head", "lead")
MOST_EXTENSIONS = 3
_CODE = re.compile(r"[A-Z0-9-]{2,32}")


def is_code(text: str) -> bool:
    """Whether `text` can be the code of a calendar or a policy: 2 to 32 capital letters, digits and hyphens."""
    return _CODE.fullmatch(text) is not None


def read_target(text: str) -> str:
    """A target that a policy may set, `8wh`, `24h` or `5wd`. Raises ValueError for another form, nothing, ten years."""
    target = Target.parse(text)
    if target.amount < 1:
        raise ValueError("A target is at least one hour or day.")
    return str(target)


def is_for_all(conditions: tuple[object, ...]) -> bool:
    """Whether a policy has no condition at all."""
    return all(value is None for value in conditions)


def keeps_a_rule_for_all(conditions: Iterable[tuple[object, ...]]) -> bool:
    """Whether one policy in force has no condition at all, so that every case finds one (R9)."""
    return any(is_for_all(asked) for asked in conditions)


def place_among(in_force: Sequence[tuple[object, ...]], conditions: tuple[object, ...]) -> int:
    """Where a new policy is asked: before the first that is for all cases, which would leave it nothing; else last."""
    general = [place for place, asked in enumerate(in_force) if is_for_all(asked)]
    return general[0] if general and not is_for_all(conditions) else len(in_force)
