"""Handing out a file that somebody gave us: never opened as a page of ours, always under its declared type."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

SANDBOX = "sandbox; default-src 'none'"
KEPT_SECONDS = 600


def file_answer(
    content: bytes, *, name: str, plain_name: str, media_type: str, inline: bool = False, is_kept: bool = True
) -> Response:
    """The file as a download, or `inline` for a picture within a page. `name` is for the reader (RFC 6266),
    `plain_name` the same in ASCII; `is_kept`: the reader's own browser may keep it for some minutes.
    """
    response = Response(content, content_type=media_type)
    how = "inline" if inline else "attachment"
    encoded = quote(name, safe="")
    response.headers["Content-Disposition"] = f"{how}; filename=\"{plain_name}\"; filename*=UTF-8''{encoded}"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}" if is_kept else "no-store"
    return response
