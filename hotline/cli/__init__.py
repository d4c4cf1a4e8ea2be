"""Commands: `flask <group> <verb>`. Each file holds one group and only parses, calls and prints."""

from __future__ import annotations

from flask import Flask

from hotline.cli import catalogue, demo, jobs, messages, tickets, users


def register(app: Flask) -> None:
    """Add all groups to `app.cli`."""
    for module in (catalogue, demo, jobs, messages, tickets, users):
        app.cli.add_command(module.group)
