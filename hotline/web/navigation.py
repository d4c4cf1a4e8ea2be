"""The menu and the signs in the top bar: each room adds its own; a reader sees what the permission map grants."""

from __future__ import annotations

from collections.abc import Callable
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


@dataclass(frozen=True)
class TopItem:
    """A sign in the top bar, for everybody signed in: where it leads, how much waits there, how that is said.

    `count` is asked only when a signed-in page is drawn.
    """

    endpoint: str
    icon: str
    count: Callable[[], int]
    say: Callable[[int], str]

    @property
    def active(self) -> bool:
        """Whether the present page is the one it leads to."""
        return request.endpoint == self.endpoint


def add_top_item(app: Flask, item: TopItem) -> None:
    """Add a sign to the top bar of `app`."""
    app.extensions.setdefault("hotline_top", []).append(item)


def top_items(app: Flask) -> list[TopItem]:
    """The signs of the top bar."""
    return list(app.extensions.get("hotline_top", []))
