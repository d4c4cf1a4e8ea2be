"""`flask messages list`: what arrived on citizens' telephones."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from hotline.messages import queries
from hotline.messages.actions import rendered
from hotline.phone import mask
from hotline.web.formats import local

group = AppGroup("messages", help="Texts to citizens.")


@group.command("list")
@click.option("--limit", default=20, show_default=True, help="How many, newest last.")
def list_texts(limit: int) -> None:
    """Print the latest texts; links to rate only in a demonstration."""
    demo = current_app.config["HOTLINE"].demo
    rows = queries.arrived(limit)
    if not rows:
        click.echo("No text has been sent yet.")
    for row in reversed(rows):
        body = rendered(row) if demo else row.body.replace("{link}", "…")
        click.echo(f"{local(row.sent_at or row.made_at):%Y-%m-%d %H:%M} {mask(row.to_number)} [{row.state}] {body}")
