"""`flask catalogue load`: what a province begins with, without the demonstration."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from hotline import clock
from hotline.actor import SYSTEM
from hotline.catalogue.actions import load_catalogue, load_missing
from hotline.catalogue.models import Area, Category, Department
from hotline.db import db, transaction

group = AppGroup("catalogue", help="Units, areas, categories, rules, policies, calendars.")


@group.command("load")
@click.option("--missing", is_flag=True, help="Only parts that came with a later release and are empty here.")
def load(missing: bool) -> None:
    """Load the catalogue that comes with the programme into an empty one; nothing of the province's is overwritten.

    With --missing, into one that an earlier release loaded: directory, templates, questions and scripts, answers.
    """
    if missing:
        with transaction():
            loaded = load_missing(by=SYSTEM, now=clock.now())
        click.echo(", ".join(f"{number} {name}" for name, number in loaded.items()))
        return
    if db.session.scalar(select(Department.id).limit(1)) is not None:
        raise click.ClickException("There is a catalogue already; it is edited under /admin.")
    with transaction():
        load_catalogue(by=SYSTEM, now=clock.now())
    counts = {
        name: db.session.scalar(select(func.count()).select_from(table))
        for name, table in (("units", Department), ("areas", Area), ("categories", Category))
    }
    click.echo(", ".join(f"{number} {name}" for name, number in counts.items()))
