"""What a server spends: processor time and memory of its whole process tree, and how long its visitors wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

import psutil

MEGABYTE = 1_000_000


@dataclass
class Sample:
    """One operation on one server: processor milliseconds an operation for each round, seconds waited for each time."""

    cpu_ms: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """Processor milliseconds an operation, the median of the rounds."""
        return median(self.cpu_ms)

    @property
    def p50_ms(self) -> float:
        """What half of the visitors waited at most."""
        return median(self.waits) * 1000

    @property
    def p95_ms(self) -> float:
        """What 19 in 20 visitors waited at most."""
        return quantiles(self.waits, n=20, method="inclusive")[18] * 1000


def processes(root: int) -> list[psutil.Process]:
    """The process `root` and all its descendants."""
    parent = psutil.Process(root)
    return [parent, *parent.children(recursive=True)]


def cpu_seconds(root: int) -> float:
    """Processor time the tree has used so far, in user and system mode."""
    times = [process.cpu_times() for process in processes(root)]
    return float(sum(time.user + time.system for time in times))


def memory_mb(root: int) -> float:
    """Memory of the tree, pages shared between its processes counted once."""
    return float(sum(process.memory_full_info().pss for process in processes(root))) / MEGABYTE


def run_round(sample: Sample, root: int, times: Sequence[Callable[[], float]]) -> None:
    """Do every one of `times` (each returns the seconds its visitor waited) and note what the server spent."""
    before = cpu_seconds(root)
    waits = [once() for once in times]
    sample.cpu_ms.append((cpu_seconds(root) - before) * 1000 / len(times))
    sample.waits += waits
