"""Pure: what each text is for: how urgent it is, how long it is of use, whether it waits for the permitted hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Occasion:
    """`precedence` 0 leaves before 3. What answers the citizen's own deed of this moment does not wait for the morning.

    `is_for_staff` texts are work: what a citizen gets a day at most does not concern them.
    `validity` is how long the text is of use where its cause names no instant of its own.
    """

    precedence: int
    validity: timedelta
    is_daytime_only: bool = True
    is_for_staff: bool = False


OCCASIONS: dict[str, Occasion] = {
    "staff_alert": Occasion(0, DAY / 2, is_daytime_only=False, is_for_staff=True),
    "opted_out": Occasion(0, DAY, is_daytime_only=False),
    "reply_help": Occasion(0, DAY, is_daytime_only=False),
    "test": Occasion(0, DAY / 24, is_daytime_only=False),
    "received": Occasion(1, DAY, is_daytime_only=False),
    "received_routed": Occasion(1, DAY, is_daytime_only=False),
    "question": Occasion(1, 3 * DAY),
    "extended": Occasion(1, 3 * DAY),
    "reopened": Occasion(1, 3 * DAY),
    "refused": Occasion(1, 7 * DAY),
    "answered": Occasion(1, 7 * DAY),
    "answered_rate": Occasion(2, 14 * DAY),
    "reminder": Occasion(3, 3 * DAY),
}
FOR_STAFF = tuple(name for name, occasion in OCCASIONS.items() if occasion.is_for_staff)
OTHERWISE = Occasion(1, 2 * DAY)
# What tells the course of an open case: of no use any more once the case has ended.
COURSE = ("received", "received_routed", "question", "extended", "reopened")


def occasion_of(name: str) -> Occasion:
    """What the text of this name is for; one that is not in the table leaves by day and is of use for two days."""
    return OCCASIONS.get(name, OTHERWISE)
