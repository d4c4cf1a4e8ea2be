"""Keys a caller may press in the greeting: each room adds its own, the switchboard knows none of them by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

KEYS = "hotline_menu_keys"


@dataclass(frozen=True)
class MenuKey:
    """`key` leads to `endpoint`; `words` are said in the greeting, while `is_offered` says so."""

    key: str
    endpoint: str
    words: str
    is_offered: Callable[[], bool]


def add_menu_key(
    app: Flask, key: str, endpoint: str, words: str, is_offered: Callable[[], bool] = lambda: True
) -> None:
    """Let `key` lead to `endpoint` (POST, signed by the exchange). Raises ValueError when the key is taken."""
    keys: dict[str, MenuKey] = app.extensions.setdefault(KEYS, {})
    if key in keys:
        raise ValueError(f"key {key} already leads to {keys[key].endpoint}")
    keys[key] = MenuKey(key, endpoint, words, is_offered)


def menu_keys() -> list[MenuKey]:
    """The keys that are offered now, in their order."""
    keys: dict[str, MenuKey] = current_app.extensions.get(KEYS, {})
    return [keys[key] for key in sorted(keys) if keys[key].is_offered()]


def endpoint_of(key: str) -> str | None:
    """Where a pressed key leads; None for one that is not offered: it leads into the line."""
    return next((entry.endpoint for entry in menu_keys() if entry.key == key), None)
