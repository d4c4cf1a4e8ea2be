"""`flask demo load`: a lived-in province to look at."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from hotline import clock
from hotline.demo.load import is_empty, load_province

group = AppGroup("demo", help="A province to look at; only with HOTLINE_DEMO=1.")


@group.command("load")
@click.option("--tickets", default=4000, show_default=True, help="How many reports.")
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same province.")
@click.option("--if-empty", "if_empty", is_flag=True, help="Do nothing when there is something already.")
def load(tickets: int, seed: int, if_empty: bool) -> None:
    """Load catalogue, people, reports, calls, texts and ratings of the last twelve months."""
    if not current_app.config["HOTLINE"].demo:
        raise click.ClickException("Set HOTLINE_DEMO=1: a demonstration does not belong into production.")
    if not is_empty():
        if if_empty:
            return
        raise click.ClickException("There are reports already; load the demonstration into an empty database.")
    click.echo("Loading the demonstration province …")
    with click.progressbar(length=tickets, label="Reports") as bar:
        counts = load_province(tickets, seed, clock.now(), told=bar.update)
    click.echo(", ".join(f"{status} {number}" for status, number in sorted(counts.items())))
