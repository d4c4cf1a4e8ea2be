"""Handing out a file that somebody gave us: never opened as a page of ours, always under its declared type."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request

SANDBOX = "sandbox; default-src 'none'"


def file_answer(
    content: bytes, *, name: str, plain_name: str, media_type: str, inline: bool = False, tag: str = ""
) -> Response:
    """The file as a download, or `inline` for a picture within a page. `name` is for the reader (RFC 6266),
    `plain_name` the same in ASCII. It stays nowhere; only with a `tag` of its content the reader's own browser may keep
    it, and asks each time whether it still may be shown.
    """
    response = Response(content, content_type=media_type)
    how = "inline" if inline else "attachment"
    encoded = quote(name, safe="")
    response.headers["Content-Disposition"] = f"{how}; filename=\"{plain_name}\"; filename*=UTF-8''{encoded}"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-cache" if tag else "no-store"
    if tag:
        response.set_etag(tag)
        response.make_conditional(request)
    return response
