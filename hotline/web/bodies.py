"""How large a request may be: little everywhere, more only where a view says that it takes files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., object])


def takes_up_to(size: int) -> Callable[[View], View]:
    """The view takes bodies of up to `size` bytes; every other one keeps to the limit of the house (413)."""

    def declare(view: View) -> View:
        view.hotline_largest_body = size  # type: ignore[attr-defined]
        return view

    return declare


def register_bodies(app: Flask) -> None:
    """Set the limit of each request before anything reads its body."""

    @app.before_request
    def set_limit() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        size = getattr(view, "hotline_largest_body", None)
        if size is not None:
            request.max_content_length = size
