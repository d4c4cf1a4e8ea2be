"""A citizen says at the telephone: no more invitations, or invitations again."""

from __future__ import annotations

from datetime import datetime

from hotline import audit
from hotline.actor import Actor
from hotline.messages.actions import opt_in, opt_out
from hotline.phone import mask


def end_invitations(number: str, *, by: Actor, now: datetime) -> None:
    """No more invitations to this number (E.164), as its citizen asked on a call."""
    opt_out(number, how="call", now=now)
    audit.record("opt-outs:add", by=by, now=now, object_kind="number", object_id=mask(number))


def renew_invitations(number: str, *, by: Actor, now: datetime) -> None:
    """The citizen of this number (E.164) takes invitations again."""
    opt_in(number)
    audit.record("opt-outs:remove", by=by, now=now, object_kind="number", object_id=mask(number))
