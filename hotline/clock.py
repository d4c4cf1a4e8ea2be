"""The one place that asks the time. Views, webhooks and jobs ask once and hand it inward as `now=`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, UTC, microseconds."""
    return datetime.now(UTC)
