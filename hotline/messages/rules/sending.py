"""Pure decisions about sending: how fast, how much a day, at which hours, when to try again, what a refusal means."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# What the rate did not use is kept for so long: the bell rings every two seconds, and 3 seconds are 5 % of a minute.
KEPT = timedelta(seconds=3)
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=30), timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(hours=24)
# A provider may show a text in its list only a while after it took it.
LISTED_WITHIN = timedelta(minutes=2)
# Wide, because a text overlooked here is sent twice, and texts of ours that are known are left out anyway.
CLOCKS_DIFFER_BY = timedelta(hours=24)
# A lease must outlast the ten seconds that a gateway may take, whatever the settings say.
LEAST_LEASE_SECONDS = 30
LATEST_DOUBT = timedelta(minutes=30)

# A later word about a text never takes it back: the higher rank wins, the last are final.
RANK = {
    "accepted": 0, "scheduled": 0, "queued": 1, "sending": 2, "sent": 3,
    "undelivered": 4, "failed": 4, "canceled": 4, "delivered": 5,
}  # fmt: skip

# Refusals that concern the text or the number, whatever the HTTP status (Twilio: error and warning dictionary).
OPTED_OUT = "21610"
NUMBER_IS_WRONG = {"21211", "21214", "21217", "21614", "30005", "30006"}
NEVER_AGAIN = NUMBER_IS_WRONG | {OPTED_OUT, "30004", "30007", "21602", "21617"}
FINAL = NEVER_AGAIN | {"21408", "21603", "21606", "21612", "21659", "30034"}
# A queue of the provider is full: it passes, although Twilio answers 400.
PASSING = {"20429", "21611", "14107"}


def free_now(next_free_at: datetime | None, now: datetime, *, a_minute: int) -> int:
    """How many texts the rate lets leave at this instant (GCRA: each moves `next_free_at` on by one interval)."""
    earliest = _earliest(next_free_at, now)
    return 0 if earliest > now else int((now - earliest) / _interval(a_minute)) + 1


def free_after(next_free_at: datetime | None, now: datetime, taken: int, *, a_minute: int) -> datetime:
    """When the rate lets the next one leave after `taken` have left."""
    return _earliest(next_free_at, now) + taken * _interval(a_minute)


def _earliest(next_free_at: datetime | None, now: datetime) -> datetime:
    return max(next_free_at or now - KEPT, now - KEPT)


def _interval(a_minute: int) -> timedelta:
    return timedelta(minutes=1) / max(1, a_minute)


@dataclass(frozen=True)
class Hours:
    """The hours of the day (local) in which citizens are texted about what can wait: from `begins` up to `ends`."""

    begins: int
    ends: int
    zone: ZoneInfo

    def is_open(self, at: datetime) -> bool:
        """Whether what can wait may leave now."""
        return self.begins <= at.astimezone(self.zone).hour < self.ends

    def next_open(self, at: datetime) -> datetime:
        """The first instant from `at` on that lies in these hours."""
        if self.is_open(at):
            return at
        there = at.astimezone(self.zone)
        day = there.date() + timedelta(days=there.hour >= self.ends)
        return datetime.combine(day, time(self.begins), self.zone)

    def day_begins(self, at: datetime) -> datetime:
        """Midnight before `at`, there."""
        return datetime.combine(at.astimezone(self.zone).date(), time(0), self.zone)

    def next_day(self, at: datetime, *, is_daytime_only: bool) -> datetime:
        """When a text that may not leave today any more may leave: at midnight, or when the hours begin."""
        tomorrow = at.astimezone(self.zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(self.begins if is_daytime_only else 0), self.zone)


def lease_until(now: datetime, seconds: int) -> datetime:
    """When a claimed text is given up for lost: after `seconds`, never while its gateway may still be at it."""
    return now + timedelta(seconds=max(seconds, LEAST_LEASE_SECONDS))


def next_attempt(now: datetime, attempts: int, jitter: float) -> datetime:
    """When to try again after a passing fault: 30 seconds, doubled each time up to 15 minutes, `jitter` in [0, 1)."""
    wait = min(FIRST_RETRY * 2 ** min(max(0, attempts - 1), 10), LONGEST_RETRY)
    return now + wait * (1 + 0.25 * jitter)


def is_given_up(attempts: int) -> bool:
    """Whether the waits after so many attempts add up to 24 hours, even without their jitter."""
    waited = sum((min(FIRST_RETRY * 2 ** min(n, 10), LONGEST_RETRY) for n in range(attempts)), timedelta())
    return waited >= GIVEN_UP_AFTER


def next_doubt(now: datetime, attempted_at: datetime) -> datetime:
    """When to ask the provider again about a text whose fate is unknown: ever more rarely, at last every half hour."""
    return now + min(max((now - attempted_at) / 4, timedelta(seconds=15)), LATEST_DOUBT)


def is_surely_absent(now: datetime, attempted_at: datetime) -> bool:
    """Whether a text that the provider's list does not hold by now was never taken."""
    return now - attempted_at >= LISTED_WITHIN


def listed_since(attempted_at: datetime) -> datetime:
    """From when on to look in the provider's list: its clock may differ from ours."""
    return attempted_at - CLOCKS_DIFFER_BY


def is_same_text(ours: str, theirs: str) -> bool:
    """Whether a listed text is ours: the same words, whatever a provider wrote before or after them."""
    return bool(ours.strip()) and _bare(ours) in _bare(theirs)


def _bare(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def which_is_ours(ours: str, listed: Iterable[tuple[str, str]]) -> str | None:
    """The id of the first of `listed` (id, body) that is our text; ids of other texts are left out before."""
    return next((sid for sid, body in listed if is_same_text(ours, body)), None)


def may_resume(error_code: str, *, is_opted_out: bool) -> bool:
    """Whether sending a failed text again can help: not to a wrong number, not against somebody's will."""
    return not is_opted_out and error_code not in NEVER_AGAIN
