"""`flask jobs run` for ever, `flask jobs once NAME` for one, `flask jobs list`."""

from __future__ import annotations

import logging

import click
from flask import current_app
from flask.cli import AppGroup

from hotline import clock
from hotline.jobs import TIMETABLE, run_for_ever, run_job

group = AppGroup("jobs", help="Timers: deadlines, texts, surveys.")


@group.command("run")
def run() -> None:
    """Run the timetable until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    run_for_ever(current_app._get_current_object())  # type: ignore[attr-defined]


@group.command("once")
@click.argument("name")
def once(name: str) -> None:
    """Run the job NAME once and print how many things it did."""
    for job in TIMETABLE:
        if job.name == name:
            click.echo(f"{name}: {run_job(job, clock.now())}")
            return
    raise click.ClickException(f"No job {name}. There are: {', '.join(job.name for job in TIMETABLE)}")


@group.command("list")
def list_jobs() -> None:
    """Print the timetable."""
    for job in TIMETABLE:
        click.echo(f"{job.name}  every {job.every_seconds} s")
