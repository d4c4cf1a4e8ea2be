"""Hotline: the switchboard that answers for its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Config


def create_app(config: Config) -> Flask:
    """The application for `config`; see `hotline.house` for the table of contents."""
    # Imported here so that a pure room, such as the calendar arithmetic, can be used without loading the whole house.
    from hotline.house import build

    return build(config)
