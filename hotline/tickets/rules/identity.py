"""Who may know who reported: the one decision behind every page that shows a name."""

from __future__ import annotations


def is_kept_secret(*, is_confidential: bool, is_sensitive: bool, takes_reports: bool) -> bool:
    """Whether name and business stay hidden: asked for by the person or due to the category, from all but those who
    take reports themselves and heard the name."""
    return (is_confidential or is_sensitive) and not takes_reports
