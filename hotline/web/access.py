"""What a view declares about who may enter. Enforced in one place (`staff.guard`); undeclared means closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., object])

PUBLIC = "public"
SIGNED_IN = "signed-in"
MACHINES = ("/twilio/", "/calls/push/", "/messages/receipts/", "/api/", "/open311/", "/healthz", "/readyz", "/metrics")


def public(view: View) -> View:
    """Anybody may enter: citizens, webhooks that check their own signature, health."""
    view.hotline_access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Any member of staff may enter."""
    view.hotline_access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def requires(permission: str) -> Callable[[View], View]:
    """Only roles to which the permission map grants `permission`, e.g. `tickets:accept`."""

    def declare(view: View) -> View:
        view.hotline_access = permission  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(app: Flask, endpoint: str) -> str | None:
    """What the endpoint declares: PUBLIC, SIGNED_IN, a permission, or None when somebody forgot."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(app.view_functions.get(endpoint), "hotline_access", None)
