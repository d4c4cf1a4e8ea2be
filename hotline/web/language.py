"""Which languages there are, and the one in which the house keeps its records."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask_babel import force_locale

LANGUAGES = ("vi", "en")
RECORDS = "vi"


def as_recorded() -> AbstractContextManager[object]:
    """Inside, sentences come in Vietnamese: what is stored is read by others than the person who happens to type."""
    return force_locale(RECORDS)
