"""The import of old cases, at two sizes: records a second and the most memory it took."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from tools.province import ROOT, environment_in, flask

MAP = ROOT / "docs" / "import" / "boston311.toml"
KILOBYTE = 1024
COLUMNS = [
    *("case_enquiry_id", "open_dt", "sla_target_dt", "closed_dt", "case_status", "closure_reason", "case_title"),
    *("reason", "type", "department", "neighborhood", "location", "source"),
]
TYPES = ("Pick up Dead Animal", "Animal Generic Request", "Bed Bugs", "Animal Lost", "Animal Found")


@dataclass(frozen=True)
class Imported:
    """One import: how many records, in how many seconds, at most how many bytes."""

    records: int
    seconds: float
    peak_bytes: int


def import_made_up(records: int, folder: Path) -> Imported:
    """Import `records` made-up cases, in the columns of the Boston map, into a fresh database in `folder`."""
    folder.mkdir()
    environment = environment_in(folder, "http://127.0.0.1:8000")
    flask(environment, "db", "upgrade")
    flask(environment, "demo", "load", "--tickets", "1")
    file = folder / "cases.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS)
        writer.writeheader()
        writer.writerows(_cases(records))
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "tickets", "import", str(file), "--map", str(MAP)]
    began = time.perf_counter()
    process = subprocess.Popen([*command, "--rejects", str(folder / "rejects.csv")], cwd=ROOT, env=environment,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        raise RuntimeError("the import failed")
    return Imported(records, seconds, usage.ru_maxrss * KILOBYTE)


def _cases(records: int) -> Iterator[dict[str, str]]:
    chance, opened = Random(7), datetime(2013, 1, 1, 6, tzinfo=UTC)
    for number in range(records):
        opened += timedelta(minutes=chance.randrange(1, 60))
        closed = opened + timedelta(hours=chance.expovariate(1 / 100)) if chance.random() < 0.64 else None
        yield {
            "case_enquiry_id": str(101_000_000_000 + number),
            "open_dt": f"{opened:%Y-%m-%d %H:%M:%S}",
            "sla_target_dt": f"{opened + timedelta(days=2):%Y-%m-%d %H:%M:%S}" if chance.random() < 0.6 else "",
            "closed_dt": f"{closed:%Y-%m-%d %H:%M:%S}" if closed else "",
            "case_status": "Closed" if closed else "Open",
            "closure_reason": "Case noted and passed to the crew. " * chance.randrange(1, 6) if closed else "",
            "case_title": chance.choice(TYPES),
            "reason": "Animal Issues",
            "type": chance.choice(TYPES),
            "department": chance.choice(("PWDx", "INFO", "ISD", "ANML")),
            "neighborhood": chance.choice(("Dorchester", "Roxbury", "Allston / Brighton", "")),
            "location": f"{chance.randrange(1, 900)} Main St",
            "source": chance.choice(("Constituent Call", "Citizens Connect App")),
        }
