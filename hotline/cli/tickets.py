"""`flask tickets import`: historic tickets from a file, described by a map."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from hotline import clock
from hotline.tickets.imports.run import (
    FileError,
    ImportStopped,
    MapError,
    Progress,
    Report,
    import_file,
)
from hotline.web.formats import province_zone

group = AppGroup("tickets", help="Tickets: import from files.")
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
SHARE_A_LINE = 0.1


@group.command("import")
@click.argument("file", type=EXISTING)
@click.option("--map", "map_path", type=EXISTING, required=True, help="What the columns mean; see docs/import.")
@click.option(
    "--rejects",
    "rejects_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where records go that cannot be imported. Without it: FILE.rejects.csv in the present folder.",
)
@click.option("--batch", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="Records at a time.")
def import_(file: Path, map_path: Path, rejects_path: Path | None, batch: int) -> None:
    """Import historic tickets from the CSV FILE (plain or gzip).

    Stopped half-way, the same command goes on; a finished file adds nothing. The exit status is 1 when a record was
    rejected.
    """
    rejects_path = rejects_path or Path(f"{file.name}.rejects.csv")
    began_at = clock.now()
    try:
        with _watching() as watch:
            report = import_file(
                file,
                map_path,
                rejects_path,
                batch_size=batch,
                province_zone=province_zone(),
                ask_time=clock.now,
                watch=watch,
            )
    except (MapError, FileError, ImportStopped) as error:
        raise click.ClickException(str(error)) from error
    click.echo(_summary(report, (clock.now() - began_at).total_seconds()))
    if report.counts.rejected:
        click.echo(f"Rejected records, with line and reason: {rejects_path}", err=True)
        sys.exit(1)


def _summary(report: Report, seconds: float) -> str:
    counts = report.counts
    lines = []
    if report.was_finished:
        lines.append("This file was imported before with the same map; nothing was added now. Then it was:")
    elif report.read_before:
        lines.append(f"Went on after {report.read_before:,} records that an earlier run had read.")
    lines.append(
        f"{report.source}: {counts.read:,} records read, {counts.added:,} tickets added, "
        f"{counts.known:,} already here, {counts.rejected:,} rejected."
    )
    done = counts.read - report.read_before
    if done and seconds > 0:
        lines.append(f"{done:,} records in {seconds:.1f} s: {done / seconds:,.0f} a second.")
    return "\n".join(lines)


@contextmanager
def _watching() -> Iterator[Any]:
    """A bar on a terminal; elsewhere one plain line for every tenth of the file."""
    if not sys.stdout.isatty():
        yield _Lines()
        return
    with click.progressbar(length=1, label="Importing", show_pos=False) as bar:

        def watch(progress: Progress) -> None:
            bar.length = progress.size or 1
            bar.label = f"Importing, {progress.counts.read:,} records, {progress.counts.rejected:,} rejected"
            bar.update(progress.passed - bar.pos)

        yield watch


class _Lines:
    def __init__(self) -> None:
        self._said = 0.0

    def __call__(self, progress: Progress) -> None:
        share = progress.passed / (progress.size or 1)
        if share >= self._said + SHARE_A_LINE:
            self._said = share
            counts = progress.counts
            click.echo(f"{share:4.0%}  {counts.read:,} records read, {counts.rejected:,} rejected")
