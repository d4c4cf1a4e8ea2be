"""The one error handler: whatever went wrong, a plain sentence with the right status, and nothing of our inner life."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from hotline.errors import HotlineError, NotSignedIn
from hotline.web.access import MACHINES, PUBLIC, declared_access

log = logging.getLogger("hotline")
DATABASE_RETRY_SECONDS = 5


def _words(status: int, desk: bool) -> tuple[str, str]:
    """Title and advice; citizens are sent to the telephone where staff turn to a colleague."""
    citizens = {
        404: (_("There is no such page"), _("Please check the address, or follow your report by its code.")),
        500: (
            _("Something went wrong on our side"),
            _("Nothing was saved. Please try again later, or call the hotline."),
        ),
    }
    if not desk and status in citizens:
        return citizens[status]
    return {
        400: (_("This request could not be read"), _("Please go back, reload the page and try again.")),
        401: (_("Please sign in"), _("This page is for staff.")),
        403: (_("Not part of your role"), _("Ask your administrator if you need this for your work.")),
        404: (_("There is no such page"), _("It may have moved, or it belongs to another unit.")),
        405: (_("That does not work this way"), _("Please use the buttons of the page.")),
        409: (_("Somebody was faster"), _("The case has changed meanwhile. Please look at it again.")),
        410: (_("This link has expired"), _("Call the hotline if you still need help.")),
        413: (_("That is too large"), _("Please send less at once.")),
        415: (
            _("This kind of content cannot be taken here"),
            _("Please send the form of the page, or another kind of file."),
        ),
        422: (_("Something needs correcting"), _("Please go back and check what you entered.")),
        429: (_("Too many attempts"), _("Please wait a little and try again.")),
        503: (_("Not available for the moment"), _("Nothing was lost. Please try again in a few seconds.")),
    }.get(
        status,
        (_("Something went wrong on our side"), _("Nothing was saved. Please try again, or tell the shift lead.")),
    )


def _is_read_by_staff() -> bool:
    """Signed in, on a page of the house; without a database nobody can be told apart, so nobody is."""
    inside = declared_access(current_app, request.endpoint or "") != PUBLIC
    return not g.get("database_is_away") and inside and bool(current_user.is_authenticated)


def error_answer(
    status: int, message: str = "", *, fields: dict[str, str] | None = None, retry_after: int | None = None
) -> Response:
    """The answer for `status`: a page for people, JSON for machines. A 503 when the page itself lacks the database."""
    try:
        return _drawn(status, message, fields, retry_after)
    except (OperationalError, PoolTimeout) as error:
        return _database_away(error)


def _database_away(error: Exception) -> Response:
    """Says so without asking the database again."""
    log.error("database unavailable: %s", type(getattr(error, "orig", None) or error).__name__)
    g.database_is_away = True
    return _drawn(503, "", None, DATABASE_RETRY_SECONDS)


def _drawn(status: int, message: str, fields: dict[str, str] | None, retry_after: int | None) -> Response:
    desk = _is_read_by_staff()
    title, advice = _words(status, desk)
    if request.path.startswith(MACHINES):
        body: dict[str, object] = {"status": status, "title": title, "detail": message or advice}
        if fields:
            body["fields"] = fields
        response = jsonify(body)
    else:
        response = Response(
            render_template(
                "web/error.html",
                status=status,
                title=title,
                message=message,
                advice=advice,
                fields=fields,
                desk=desk,
                retry_after=retry_after,
            ),
            mimetype="text/html",
        )
    response.status_code = status
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, retry_after))
    return response


def register_error_pages(app: Flask) -> None:
    """Handle every error of `app`."""

    @app.errorhandler(HotlineError)
    def ours(error: HotlineError) -> AnyResponse:
        if isinstance(error, NotSignedIn) and not request.path.startswith(MACHINES):
            return redirect(url_for("staff.login"))
        fields = {name: str(sentence) for name, sentence in error.fields.items()}
        message = str(error.message) or "; ".join(fields.values())
        return error_answer(error.status, message, fields=fields, retry_after=error.retry_after)

    @app.errorhandler(HTTPException)
    def routers(error: HTTPException) -> AnyResponse:
        if isinstance(error, SecurityError):
            # An unknown Host: no address of ours may be built from it, so no page either.
            return AnyResponse("400\n", 400, mimetype="text/plain")
        if error.code is not None and 300 <= error.code < 400:
            return error.get_response()  # type: ignore[no-any-return, unused-ignore]
        answer = error_answer(error.code or 500)
        allowed = getattr(error, "valid_methods", None)
        if allowed:
            answer.headers["Allow"] = ", ".join(allowed)
        return answer

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def database(error: Exception) -> Response:
        return _database_away(error)

    @app.errorhandler(Exception)
    def ourselves(error: Exception) -> Response:
        log.exception("unexpected error in %s", request.endpoint, exc_info=error)
        return error_answer(500)
