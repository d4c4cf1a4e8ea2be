"""A folder in memory for the databases of tests, where the machine has one of some size; None where it has not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 4 * 1024**3


def in_memory() -> Path | None:
    """Where files live in memory, if at least 4 GB are free there."""
    if not (SHARED_MEMORY.is_dir() and os.access(SHARED_MEMORY, os.W_OK)):
        return None
    return SHARED_MEMORY if shutil.disk_usage(SHARED_MEMORY).free >= ENOUGH_BYTES else None
