"""The error family: what went wrong, for whom, and which HTTP answer says so. Raising means rollback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Text = Any  # str, or a lazy translation that becomes one in the reader's language


class HotlineError(Exception):
    """Base: `status` is the HTTP answer, `message` a sentence for the reader."""

    status = 500

    def __init__(self, message: Text = "", *, fields: Mapping[str, Text] | None = None, retry_after: int | None = None):
        super().__init__(str(message) if isinstance(message, str) else type(self).__name__)
        self.message = message
        self.fields = dict(fields or {})
        self.retry_after = retry_after


class Unparsable(HotlineError):
    """400: the request itself cannot be read."""

    status = 400


class NotSignedIn(HotlineError):
    """302 to the sign-in page, or 401 for a machine."""

    status = 401


class Forbidden(HotlineError):
    """403: the role lacks this verb."""

    status = 403


class NotFound(HotlineError):
    """404: absent, or another unit's; the two look the same."""

    status = 404


class Conflict(HotlineError):
    """409: an old version or an illegal move. `fields` may carry what is allowed instead."""

    status = 409


class Gone(HotlineError):
    """410: it was there and its time is over."""

    status = 410


class TooLarge(HotlineError):
    """413: more than this address takes."""

    status = 413


class WrongType(HotlineError):
    """415: the body is of a kind this address does not take."""

    status = 415


class Invalid(HotlineError):
    """422: a field is wrong; `fields` maps its name to the sentence."""

    status = 422


class TooMany(HotlineError):
    """429 with `retry_after` seconds."""

    status = 429


class Unavailable(HotlineError):
    """503 with `retry_after` seconds: something we depend on is down."""

    status = 503
