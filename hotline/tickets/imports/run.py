"""One import from its beginning, or from where it stopped, to its end: a transaction a batch, memory for one batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline import audit
from hotline.actor import Actor, ActorKind
from hotline.catalogue.models import Calendar, Policy, Priority
from hotline.db import transaction
from hotline.tickets.imports.batch import Setting, add_tickets, by_name, known_ids
from hotline.tickets.imports.map import ImportMap, MapError, read_map
from hotline.tickets.imports.names import Names
from hotline.tickets.imports.reader import CsvFile, FileError, Fingerprint, Record, fingerprint, open_csv
from hotline.tickets.imports.rejects import RejectsFile
from hotline.tickets.imports.rows import HistoricTicket, Rejected, read_row
from hotline.tickets.models import ImportRun

TRIES = 3


class ImportStopped(Exception):
    """The import cannot go on; what is in stays in. The text is a sentence."""


@dataclass(frozen=True)
class Counts:
    """How far a run is: records read, tickets added, records already here, records rejected. They add up."""

    read: int = 0
    added: int = 0
    known: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class Report:
    """How an import ended. `read_before`: records an earlier, interrupted run had read; `was_finished`: all of them."""

    source: str
    counts: Counts
    read_before: int
    was_finished: bool


@dataclass(frozen=True)
class Progress:
    """For whoever watches: where the run stands, and the bytes (unpacked) passed and in all."""

    counts: Counts
    passed: int
    size: int


def import_file(
    path: Path,
    map_path: Path,
    rejects_path: Path,
    *,
    batch_size: int,
    province_zone: ZoneInfo,
    ask_time: Callable[[], datetime],
    watch: Callable[[Progress], None] = lambda progress: None,
) -> Report:
    """Import `path` by the map. The same file with the same map goes on where it stopped, or adds nothing when done.

    Raises MapError, FileError or ImportStopped; finished batches stay.
    """
    by_map = read_map(map_path)
    print_of_file = fingerprint(path, map_path.read_bytes())
    with open_csv(path) as file:
        missing = sorted(by_map.needed_columns - set(file.columns))
        if missing:
            raise FileError(f"The file has no column {', '.join(missing)}, which the map names.")
        with transaction() as session:
            run = _run(session, by_map.source, print_of_file, path.name, ask_time())
            begun = Counts(run.rows_read, run.rows_added, run.rows_known, run.rows_rejected)
            setting = _setting(session, by_map.source, run.id, province_zone)
            if run.finished_at:
                return Report(by_map.source, begun, begun.read, was_finished=True)
        importer = _Importer(by_map, setting, ask_time)
        goes_on_at = file.pass_over(begun.read)
        rejects = RejectsFile(rejects_path, goes_on_at=goes_on_at if begun.read else None)
        try:
            counts = begun
            for records in _batches(file, batch_size):
                counts = importer.write(records, counts, rejects)
                watch(Progress(counts, min(file.position, print_of_file.size), print_of_file.size))
            importer.finish(counts)
        finally:
            rejects.close()
    return Report(by_map.source, counts, begun.read, was_finished=False)


def _batches(file: CsvFile, size: int) -> Iterator[list[Record]]:
    records = iter(file)
    while batch := list(islice(records, size)):
        yield batch


def _run(session: Session, source: str, file: Fingerprint, name: str, now: datetime) -> ImportRun:
    query = select(ImportRun).where(ImportRun.source == source, ImportRun.file_hash == file.digest)
    run = session.scalar(query)
    if run is None:
        run = ImportRun(source=source, file_hash=file.digest, file_name=name[:200], began_at=now)
        session.add(run)
        session.flush()
    return run


def _setting(session: Session, source: str, run_id: int, zone: ZoneInfo) -> Setting:
    """The policy and calendar that hold for everything, for a ticket that is paused or reopened after its import."""
    policy = session.scalar(
        select(Policy)
        .where(Policy.is_active, Policy.category_id.is_(None))
        .where(Policy.priority.is_(None) | (Policy.priority == Priority.NORMAL))
        .order_by(Policy.position)
        .limit(1)
    )
    calendar_code = policy.calendar_code if policy else None
    calendar_id = session.scalar(select(Calendar.id).where(Calendar.code == calendar_code, Calendar.is_current))
    return Setting(
        source=source,
        run_id=run_id,
        zone=zone,
        policy_id=policy.id if policy else None,
        policy_version=policy.version if policy else None,
        calendar_id=calendar_id,
    )


class _Importer:
    def __init__(self, by_map: ImportMap, setting: Setting, ask_time: Callable[[], datetime]):
        self._map, self._setting, self._ask_time = by_map, setting, ask_time
        self._names = Names(by_map, ask_time().astimezone(setting.zone).date())
        self._by = Actor(ActorKind.MACHINE, by_name(by_map.source))

    def write(self, records: Sequence[Record], counts: Counts, rejects: RejectsFile) -> Counts:
        """Write one batch; once more when another process brought the same rows in between."""
        for attempt in range(1, TRIES + 1):
            try:
                return self._write(records, counts, rejects)
            except IntegrityError as error:
                self._names.forget()
                if attempt == TRIES:
                    raise ImportStopped(
                        f"The database refused the records from line {records[0].line} on: {error.orig}."
                    ) from error
        raise AssertionError("the last attempt returns or raises")

    def _write(self, records: Sequence[Record], counts: Counts, rejects: RejectsFile) -> Counts:
        now = self._ask_time()
        rejected: list[tuple[Record, str]] = []
        with transaction() as session:
            self._claim(session, counts)
            found = self._read(records, rejected, now)
            fresh = self._fresh(session, found, rejected)
            add_tickets(
                [ticket for _record, ticket in fresh],
                self._setting,
                self._names,
                session.connection(),
                by=self._by,
                now=now,
            )
            after = replace(
                counts,
                read=counts.read + len(records),
                added=counts.added + len(fresh),
                known=counts.known + len(records) - len(fresh) - len(rejected),
                rejected=counts.rejected + len(rejected),
            )
            self._keep(session, after)
            for record, reason in sorted(rejected, key=lambda pair: pair[0].line):
                rejects.add(record.line, reason, record.text)
            rejects.save()
        return after

    def _claim(self, session: Session, counts: Counts) -> None:
        query = select(ImportRun.rows_read).where(ImportRun.id == self._setting.run_id).with_for_update()
        if session.scalar(query) != counts.read:
            raise ImportStopped("Another process is importing this file at the same time.")

    def _keep(self, session: Session, counts: Counts, finished_at: datetime | None = None) -> None:
        session.execute(
            update(ImportRun)
            .where(ImportRun.id == self._setting.run_id)
            .values(
                rows_read=counts.read,
                rows_added=counts.added,
                rows_known=counts.known,
                rows_rejected=counts.rejected,
                finished_at=finished_at,
            )
            .execution_options(synchronize_session=False)
        )

    def _read(
        self, records: Sequence[Record], rejected: list[tuple[Record, str]], now: datetime
    ) -> dict[str, tuple[Record, HistoricTicket]]:
        found: dict[str, tuple[Record, HistoricTicket]] = {}
        zone = self._map.zone or self._setting.zone
        for record in records:
            if record.trouble:
                rejected.append((record, record.trouble))
                continue
            try:
                ticket = read_row(record.cells, self._map, line=record.line, zone=zone, now=now)
            except Rejected as reason:
                rejected.append((record, str(reason)))
                continue
            earlier = found.get(ticket.source_id)
            if earlier:
                rejected.append((record, _repeated(ticket.source_id, earlier[0].line)))
            else:
                found[ticket.source_id] = (record, ticket)
        return found

    def _fresh(
        self,
        session: Session,
        found: dict[str, tuple[Record, HistoricTicket]],
        rejected: list[tuple[Record, str]],
    ) -> list[tuple[Record, HistoricTicket]]:
        """Those not here yet. What this very run brought was in the file twice; what another brought is known."""
        known = known_ids(self._map.source, found, session.connection())
        fresh = []
        for source_id, (record, ticket) in found.items():
            if source_id not in known:
                fresh.append((record, ticket))
            elif known[source_id][0] == self._setting.run_id:
                rejected.append((record, _repeated(source_id, known[source_id][1])))
        return fresh

    def finish(self, counts: Counts) -> None:
        """Note that the file is read to its end."""
        now = self._ask_time()
        with transaction() as session:
            self._claim(session, counts)
            self._keep(session, counts, finished_at=now)
            audit.record(
                "tickets:import",
                by=self._by,
                now=now,
                object_kind="import_run",
                object_id=self._setting.run_id,
                added=counts.added,
                known=counts.known,
                rejected=counts.rejected,
            )


def _repeated(source_id: str, line: int) -> str:
    return f"{source_id} stands already in line {line} of this file"


__all__ = ["Counts", "FileError", "ImportStopped", "MapError", "Progress", "Report", "import_file"]
