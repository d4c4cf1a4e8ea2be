"""The one door: every request is refused unless its view declared who may enter and the map agrees."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from hotline.errors import Forbidden
from hotline.staff.current import actor, login_manager
from hotline.staff.permissions import Role
from hotline.web.access import PUBLIC, SIGNED_IN, declared_access


def _page_asked_for() -> str:
    """Where to go on after signing in: this page; for a form that was sent the page it stands on."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    stood_on = urlsplit(request.referrer or "")
    return stood_on.path if stood_on.netloc == request.host else ""


def register_guard(app: Flask) -> None:
    """Put the guard before every request of `app`, and `can()` into its templates."""
    login_manager.init_app(app, add_context_processor=False)  # it would ask the database on every page, error pages too

    @app.before_request
    def guard() -> Response | None:
        if request.endpoint is None:
            return None  # no such page: the router's 404 or 405 follows
        access = declared_access(app, request.endpoint)
        if access == PUBLIC:
            return None
        if not current_user.is_authenticated:
            return redirect(url_for("staff.login", next=_page_asked_for()), 302)
        if access is None or (access != SIGNED_IN and not actor().can(access)):
            raise Forbidden()
        return None

    @app.context_processor
    def grants() -> dict[str, object]:
        return {"current_user": current_user}

    app.add_template_global(_may, "can")  # macros know it too
    app.add_template_global(lambda permission: actor().instead_of(permission), "instead_of")
    app.add_template_global(lambda: actor().stands_for, "stands_for")
    app.add_template_global(lambda role: Role(role).label, "role_label")


def _may(permission: str) -> bool:
    """What the map grants; SIGNED_IN is granted to everybody who is."""
    return actor().can(permission) or (permission == SIGNED_IN and actor().user_id is not None)
