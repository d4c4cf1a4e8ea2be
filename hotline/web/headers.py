"""Headers on every answer: strict CSP, no sniffing, no framing, no caching of signed-in pages."""

from __future__ import annotations

from flask import Flask, Response, request

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
ONE_YEAR_SECONDS = 31_536_000


def register_headers(app: Flask) -> None:
    """Add the headers to every response of `app`, errors included."""
    is_https = app.config["HOTLINE"].is_https

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CSP)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if is_https:
            headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR_SECONDS}; includeSubDomains")
        if not (request.endpoint or "").endswith("static") and request.endpoint != "web.asset_file":
            headers.setdefault("Cache-Control", "no-store")
        return response
