"""A PostgreSQL of the bench's own: on a disk and with every promise kept, unlike that of the tests."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tests.support.postgres import Postgres

OPTIONS = "-c shared_buffers=256MB -c max_connections=300"


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database on a server that ends with the block."""
    server = Postgres(on_disk=True)
    server.start(OPTIONS)
    try:
        server.create("bench")
        yield server.url("bench")
    finally:
        server.stop()
