"""The menu: each room adds its own entries; a reader sees those the permission map grants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, request


@dataclass(frozen=True)
class Entry:
    """One line of the menu. `label` is a lazy translation; `permission` as in `staff.permissions`."""

    endpoint: str
    label: Any
    icon: str
    permission: str
    order: int = 50

    pages: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """Whether the present page is this entry's, or one of the `pages` (endpoints) that belong to it."""
        return request.endpoint in (self.endpoint, *self.pages)


def add_entry(app: Flask, entry: Entry) -> None:
    """Add a line to the menu of `app`, kept in `order`."""
    menu = app.extensions.setdefault("hotline_menu", [])
    menu.append(entry)
    menu.sort(key=lambda e: e.order)


def entries(app: Flask) -> list[Entry]:
    """The whole menu in order."""
    return list(app.extensions.get("hotline_menu", []))
