"""Telephone calls of the demonstration's past: answered ones that tickets grew from, and those nobody wrote down."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from hotline.actor import Actor
from hotline.calls import actions
from hotline.calls.models import Call
from hotline.calls.rules.fold import CallFacts

PROVIDER = "demo"
LOST = {"abandoned": (8, 190), "missed": (20, 45), "overflowed": (240, 300), "voicemail": (35, 95)}
LOST_WEIGHTS = (58, 28, 6, 8)


class Telephone:
    """Makes calls as the switchboard would have folded them, numbered in the order in which they are made."""

    def __init__(self, chance: Random, called: str):
        self.chance, self.called, self.made = chance, called, 0

    def answered(self, number: str, offered_at: datetime, talked: timedelta, operator: Actor) -> Call:
        """A conversation of length `talked`, after a wait that is mostly short."""
        waited = self.chance.choices((self.chance.randrange(3, 20), self.chance.randrange(20, 160)), (82, 18))[0]
        answered_at = offered_at + timedelta(seconds=waited)
        over_at = answered_at + talked
        return self._keep("answered", number, offered_at, answered_at, over_at, waited, operator)

    def lost(self, number: str, offered_at: datetime) -> Call:
        """A call that nobody answered."""
        result = self.chance.choices(tuple(LOST), LOST_WEIGHTS)[0]
        waited = self.chance.randrange(*LOST[result])
        return self._keep(result, number, offered_at, None, offered_at + timedelta(seconds=waited), waited, None)

    def _keep(
        self,
        result: str,
        number: str,
        offered_at: datetime,
        answered_at: datetime | None,
        ended_at: datetime,
        waited: int,
        operator: Actor | None,
    ) -> Call:
        self.made += 1
        facts = CallFacts(
            state="ended",
            result=result,
            caller=number or "anonymous",
            called=self.called,
            offered_at=offered_at,
            queued_at=offered_at + timedelta(seconds=2),
            answered_at=answered_at,
            ended_at=ended_at,
            wait_seconds=max(0, waited - 2),
            talk_seconds=int((ended_at - answered_at).total_seconds()) if answered_at else None,
            operator_leg="",
            operator_number="",
            recording_sid="",
        )
        return actions.keep_past_call(
            PROVIDER, f"demo-{self.made:06}", facts, operator_id=operator.user_id if operator else None
        )
