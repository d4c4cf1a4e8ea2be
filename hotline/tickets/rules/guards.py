"""Conditions that the table of moves cannot say: who, and until when (words.md, "What the province decides")."""

from __future__ import annotations

from datetime import datetime, timedelta

REOPEN_WINDOW = timedelta(days=14)
RETURNS_BEFORE_LEAD_DECIDES = 2


def may_return(acceptance_deadline: datetime | None, now: datetime) -> bool:
    """Only within the acceptance time; silence accepts."""
    return acceptance_deadline is not None and now <= acceptance_deadline


def may_route(*, returns: int, role: str) -> bool:
    """After the second return only the lead routes."""
    return returns < RETURNS_BEFORE_LEAD_DECIDES or role == "lead"


def may_approve(*, written_by_id: int | None, approver_id: int | None) -> bool:
    """Nobody approves an own answer."""
    return approver_id is not None and approver_id != written_by_id


def may_reopen(stopped_at: datetime | None, now: datetime) -> bool:
    """Within 14 days of the outcome; later a new ticket is opened."""
    return stopped_at is not None and now - stopped_at <= REOPEN_WINDOW


def may_close(stopped_at: datetime | None, now: datetime) -> bool:
    """When the window for rating and reopening is over."""
    return stopped_at is not None and now - stopped_at > REOPEN_WINDOW
