"""Panels: upper rooms show what they know on the pages of lower rooms, without those knowing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

Panel = Callable[[Any], Markup]
TICKET, CALLER, BUSINESS = "ticket_panels", "caller_panels", "business_panels"


def add_panel(app: Flask, place: str, panel: Panel) -> None:
    """Register `panel` (subject -> HTML) at `place`: TICKET gets a ticket, CALLER a number, BUSINESS a tax code."""
    app.extensions.setdefault(place, []).append(panel)


def panels(place: str, subject: Any) -> list[Markup]:
    """The HTML of all panels at `place` for `subject`, in the order of registration."""
    return [panel(subject) for panel in current_app.extensions.get(place, [])]
